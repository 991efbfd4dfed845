# SPDX-License-Identifier: MIT
"""Icinga for Windows: a daemon that runs one cmdlet and closes the connection.  It is as particular about a request as
the real one: Content-Type exactly, a body of one line that is an object, a query that is not decoded.

Source: icinga-powershell-framework."""
import json

from agent import Agent, json_reply
from http_message import Violation

CMDLET = "Invoke-IcingaCheckKms"
SERVER = ("Server", "IcingaForWindows/1.14.0")


def plain_json(value):
    return json.dumps(value, separators=(",", ":"))


def powershell_json(value):
    """As Windows PowerShell 5.1 writes it: these four are escaped."""
    text = plain_json(value)
    for character in "'<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


class IcingaWindowsAgent(Agent):
    kind = "ifw"
    accept = "application/json"
    ends_connections = True

    def __init__(self, machine, perfdata=(), exitcode=0, is_powershell_7=False, installed=(CMDLET,), allowed=(CMDLET,),
                 **common):
        super().__init__(machine, **common)
        self.perfdata, self.exitcode = list(perfdata), exitcode
        self.installed, self.allowed = installed, allowed
        self.write_json = plain_json if is_powershell_7 else powershell_json

    def check_own(self, request):
        if request.method != "POST" or not request.path.startswith("/v1/"):
            raise Violation(f"{request.method} {request.path}")
        if request.header("Content-Type") != "application/json":
            raise Violation(f"Content-Type: {request.header('Content-Type')}")
        if b"\n" in request.body or b"\r" in request.body or not request.body.startswith(b"{"):
            raise Violation(f"a body that Icinga for Windows misreads: {request.body[:60]!r}")
        if "%" in request.query or "/" in request.query or request.query.count("=") != 1:
            raise Violation(f"a query that Icinga for Windows misreads: {request.query}")
        if any("{" in value or "}" in value for _, value in request.headers):
            raise Violation("a header with braces")

    def refuse(self, request):
        return self._reply("401 Unauthorized", "Please provide your credentials for login.",
                           ("WWW-Authenticate", 'Basic realm="Icinga for Windows"'))

    def _reply(self, status, value, *headers):
        return json_reply(self.write_json(value), status, [SERVER, *headers])

    def _result(self, status, command, exitcode, text):
        return self._reply(status, {command: {"exitcode": exitcode, "checkresult": text, "perfdata": self.perfdata}})

    def answer(self, request):
        if request.path != "/v1/checker":
            return self._reply("404 Not Found", f"There was no module found which is registered for {request.path}")
        command = request.query.partition("=")[2]
        if json.loads(request.body) != {}:
            return self._result("200 OK", command, 3, "[UNKNOWN] Icinga Plugin execution error was thrown during API "
                                                      "request: a parameter cannot be found")
        if command not in self.installed:
            return self._result("404 Not Found", command, 3, "[UNKNOWN] Icinga plugin not found exception: Command "
                                                             f'"{command}" is not present on the system')
        if command not in self.allowed:
            return self._result("403 Forbidden", command, 3, "[UNKNOWN] Icinga Permission error was thrown: Permission "
                                                             f'denied for command "{command}". It is not whitelisted.')
        return self._result("200 OK", command, self.exitcode, self.document.rstrip())
