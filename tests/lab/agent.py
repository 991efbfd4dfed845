# SPDX-License-Identifier: MIT
"""What the agents of the lab have in common: a machine to speak of, a login, and what every request must look like.

An agent turns a request into the bytes of a reply; it knows no connection.  agent_server.py puts it on a port."""
import cim_rows
import documents
import http_message
from http_message import Violation


class Agent:
    kind = None  # the word of --agent
    user = "monitoring"
    accept = None  # what the header Accept must be
    ends_connections = False  # after each reply

    def __init__(self, machine, password=None, user=None, generation="windows8", licensing_version=None,
                 document="json"):
        """Without a password nobody needs to log in.  `generation` is the age of its Windows (cim_rows.GENERATIONS),
        `licensing_version` what its licensing service calls its own, `document` what its script prints: json, slmgr, or
        a text of the test."""
        self.machine = machine
        self.password = password
        self.user = user or self.user
        self.classes = cim_rows.machine_rows(machine, generation, licensing_version)
        self.document = documents.document(machine, document) if document in ("json", "slmgr") else document
        self.failed_logins = 0

    # ---- what a request must be

    def check(self, request):
        """Raises Violation for what is wrong with the request, whatever it asks for."""
        names = [name.lower() for name, _ in request.headers]
        for name in names:
            if name in ("expect", "cookie", "referer", "te", "upgrade", "accept-encoding") or name.startswith("proxy"):
                raise Violation(f"a request with {name}: {request.header(name)}")
        if len(names) != len(set(names)):
            raise Violation(f"a request with a header twice: {sorted(names)}")
        if not request.header("Host") or not (request.header("User-Agent") or "").startswith("kms-monitoring/"):
            raise Violation(f"a request of {request.header('User-Agent')} to {request.header('Host')}")
        if self.accept and request.header("Accept") != self.accept:
            raise Violation(f"a request with Accept: {request.header('Accept')}")
        if (request.method == "POST") != (request.header("Content-Type") is not None):
            raise Violation(f"{request.method} with Content-Type: {request.header('Content-Type')}")
        if request.method == "GET" and request.body:
            raise Violation("GET with a body")
        if self.password and self.credentials(request) is None:
            raise Violation("a request without a login")
        self.check_own(request)

    def check_own(self, request):
        """The same for this kind of agent."""

    # ---- the login

    def credentials(self, request):
        """User and password that the request carries, None without."""
        return request.login

    def is_let_in(self, request):
        return self.password is None or self.credentials(request) == (self.user, self.password)

    def reply(self, request):
        """The bytes of the reply to a request that has been checked."""
        if not self.is_let_in(request):
            self.failed_logins += 1
            return self.refuse(request)
        return self.answer(request)

    def refuse(self, request):
        """To somebody who is not let in."""
        raise NotImplementedError

    def answer(self, request):
        raise NotImplementedError


def json_reply(text, status="200 OK", headers=()):
    return http_message.reply(status, text, [("Content-Type", "application/json"), *headers])
