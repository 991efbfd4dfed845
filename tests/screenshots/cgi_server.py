# SPDX-License-Identifier: MIT
"""A web server on loopback for the CGIs of Nagios and their pictures, style sheets and scripts, as apache2 serves them
on Debian."""
import http.server
import mimetypes
import pathlib
import threading
import urllib.parse

import needs
from workshop import Failure

FOLDERS = [("/nagios4/stylesheets/", needs.NAGIOS_STYLES), ("/nagios4/", needs.NAGIOS_PAGES)]
CGI = ("/cgi-bin/nagios4/", needs.NAGIOS_CGI)
USER = "oncall"


def inside(folder, name):
    """The file of that name in the folder; None when it is elsewhere or not there."""
    path = pathlib.Path(folder, urllib.parse.unquote(name)).resolve()
    return path if path.is_file() and path.is_relative_to(pathlib.Path(folder).resolve()) else None


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers GET alone."""

    def do_GET(self):  # the name that http.server wants
        path, _, query = self.path.partition("?")
        if path.startswith(CGI[0]):
            self._run(inside(CGI[1], path.removeprefix(CGI[0])), path, query)
            return
        for prefix, folder in FOLDERS:
            if path.startswith(prefix) and (file := inside(folder, path.removeprefix(prefix))):
                kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
                self._answer(200, [f"Content-Type: {kind}"], file.read_bytes())
                return
        self._answer(404, ["Content-Type: text/plain"], b"not here\n")

    def _run(self, program, path, query):
        if program is None:
            self._answer(404, ["Content-Type: text/plain"], b"no such CGI\n")
            return
        environment = {"REQUEST_METHOD": "GET", "QUERY_STRING": query, "SCRIPT_NAME": path, "REMOTE_USER": USER,
                       "REMOTE_ADDR": "127.0.0.1", "SERVER_NAME": "localhost", "GATEWAY_INTERFACE": "CGI/1.1",
                       "SERVER_PROTOCOL": "HTTP/1.1", "NAGIOS_CGI_CONFIG": self.server.configuration}
        try:
            output = self.server.run([program], environment).replace(b"\r\n", b"\n")
        except Failure as failure:
            self._answer(500, ["Content-Type: text/plain"], str(failure).encode("utf-8"))
            return
        head, _, body = output.partition(b"\n\n")
        self._answer(200, head.decode("latin-1").splitlines(), body)

    def _answer(self, code, lines, body):
        self.send_response(code)
        for line in lines:
            name, _, value = line.partition(":")
            self.send_header(name.strip(), value.strip())
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Nothing: who looks at the pages is this program alone."""


class CgiServer:
    """`run` runs a program with an environment and returns its output; `configuration` is a cgi.cfg."""

    def __init__(self, run, configuration):
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.run, self._server.configuration = run, str(configuration)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def base(self):
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
