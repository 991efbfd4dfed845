# SPDX-License-Identifier: MIT
"""An agent that takes Kerberos tickets:   negotiate_server.py PORT PAGE LOG

Answers each request with the page when its ticket is accepted, else with 401, and appends a word to the log."""
import base64
import pathlib
import re
import socket
import sys

import gssapi


def read_head(connection):
    head = b""
    while b"\r\n\r\n" not in head:
        part = connection.recv(65536)
        if not part:
            return head
        head += part
    return head


def answer(head, page):
    """The word for the log and the reply."""
    shown = re.search(rb"(?mi)^Authorization: Negotiate (\S+)", head)
    refusal = b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Negotiate\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    if not shown:
        return "none", refusal
    try:
        context = gssapi.SecurityContext(usage="accept")
        token = context.step(base64.b64decode(shown[1]))
    except gssapi.exceptions.GSSError:
        return "refused", refusal
    proof = b"WWW-Authenticate: Negotiate " + base64.b64encode(token or b"") + b"\r\n"
    return str(context.initiator_name), (b"HTTP/1.1 200 OK\r\n" + proof + b"Content-Type: text/plain; version=0.0.4\r\n"
                                         b"Content-Length: %d\r\n\r\n" % len(page) + page)


def main(port, page, log):
    with socket.create_server(("127.0.0.1", int(port))) as listener:
        print("ready", flush=True)
        while True:
            connection, _ = listener.accept()
            with connection:
                head = read_head(connection)
                if head:
                    word, reply = answer(head, pathlib.Path(page).read_bytes())
                    with open(log, "a", encoding="ascii") as lines:
                        lines.write(word + "\n")
                    connection.sendall(reply)


if __name__ == "__main__":
    main(*sys.argv[1:])
