# SPDX-License-Identifier: MIT
"""NSClient++ and its web server: check_wmi with the templates of the caller over the rows of the machine, and one
external script.  Versions differ in paths, logins, and in the shape of a result.

Source: mickem/nscp, modules WEBServer, CheckWMI, CheckExternalScripts."""
import dataclasses
import json
import re

import wql
from agent import Agent
from http_message import Violation, reply

BLOCKED_AFTER = 10  # failed logins, since 0.12.2
HEAD_MAXIMUM = 8192  # bytes of a request, in the newest ones
SCRIPT = "kms_report"
_API = re.compile(r"/api/v([12])/queries/([A-Za-z0-9_]+)/commands/(execute|execute_nagios)")
_LEGACY = re.compile(r"/query/([A-Za-z0-9_]+)")
_PLACE = re.compile(r"%\((\w+)\)|\$\{(\w+)\}|%\{(\w+)\}|\$\((\w+)\)")
STATES = ["OK", "WARNING", "CRITICAL", "UNKNOWN"]


@dataclasses.dataclass(frozen=True)
class Version:
    api: int  # the newest version of the API, 0 = none
    legacy: str  # the shape of a result of /query/: C, D or E, "0.9.0" for its own
    logins: tuple  # of basic, header
    refusal: str = "403 You're not allowed"
    has_reason: bool = True
    says_ok_always: bool = False
    ends_connections: bool = False
    blocks: bool = False  # after ten failed logins


VERSIONS = {
    "0.4.4": Version(0, "E", ("header",), "403 Please login first", has_reason=False),
    "0.5.1": Version(0, "D", ("header",), "403 Please login first", has_reason=False),
    "0.5.2": Version(1, "D", ("basic", "header"), "403 Your not allowed", has_reason=False),
    "0.8": Version(2, "D", ("basic", "header")),
    "0.9.0": Version(2, "0.9.0", ("basic", "header")),
    "0.9.5": Version(2, "C", ("basic", "header"), says_ok_always=True),
    "0.11.6": Version(2, "C", ("basic",)),
    "0.12.6": Version(2, "C", ("basic", "header"), ends_connections=True, blocks=True),
    "0.16": Version(2, "C", ("basic", "header"), ends_connections=True, blocks=True),
}


class CheckFailed(Exception):
    """What the agent says with state 3."""


def wmi_text(value):
    """As check_wmi prints it: what is unsigned in WMI is signed here, booleans are numbers."""
    if value is None:
        return "<NULL>"
    if isinstance(value, bool):
        return "-1" if value else "0"
    if isinstance(value, int):
        return str(value - 2 ** 32 if value >= 2 ** 31 else value)
    if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", value):
        return re.sub(r"[-:TZ]", "", value) + ".000000-000"
    return value


def fill_in(template, values, what):
    """A name that the row does not have makes the whole check fail."""
    def value_of(match):
        name = next(group for group in match.groups() if group)
        for column, value in values.items():
            if column.lower() == name.lower():
                return value
        raise CheckFailed(f"WMIQuery failed: {what} has no {name}")

    return _PLACE.sub(value_of, template)


class NsclientAgent(Agent):
    kind = "nscp"
    user = "admin"
    accept = "application/json"

    def __init__(self, machine, version="0.8", allows_caller=True, allows_queries=True, script_state=0,
                 modules=("CheckWMI", "CheckExternalScripts"), **common):
        super().__init__(machine, **common)
        self.version = VERSIONS[version]
        self.ends_connections = self.version.ends_connections
        self.allows_caller = allows_caller  # allowed hosts
        self.allows_queries = allows_queries  # raw WQL
        self.modules = modules
        self.script_state = script_state

    # ---- requests

    def check_own(self, request):
        if request.method != "GET":
            raise Violation(f"{request.method} {request.path}")
        if request.header("password") is not None and not request.path.startswith("/query/"):
            raise Violation("a password in a header of its own, where Basic works")
        if "password" in [name for name, _ in request.arguments]:
            raise Violation("a password in the path")
        if len(request.bytes) > HEAD_MAXIMUM:
            raise Violation(f"a request of {len(request.bytes)} bytes, NSClient++ takes {HEAD_MAXIMUM}")

    def credentials(self, request):
        if request.header("password") is not None:
            return self.user, request.header("password")
        return request.login

    def is_let_in(self, request):
        way = "header" if request.header("password") is not None else "basic"
        is_blocked = self.version.blocks and self.failed_logins >= BLOCKED_AFTER
        return self.allows_caller and way in self.version.logins and not is_blocked and super().is_let_in(request)

    def refuse(self, request):
        return self._reply("403 Forbidden", self.version.refusal, "text/plain")

    def _reply(self, status, body, content_type="application/json"):
        if not self.version.has_reason:
            return reply(status.partition(" ")[0], body)
        return reply(status, body, [("Content-Type", content_type)])

    def answer(self, request):
        api, legacy = _API.fullmatch(request.path), _LEGACY.fullmatch(request.path)
        if api and int(api[1]) <= self.version.api:
            state, message = self.run(api[2], request.arguments)
            return self._reply("200 OK", compact_json(result_of_api(api[2], state, message, api[3])))
        if legacy:
            state, message = self.run(legacy[1], request.arguments)
            state = 0 if self.version.says_ok_always else state
            return self._reply("200 OK", compact_json(result_of_query(self.version.legacy, legacy[1], state, message)))
        return self._reply("404 Not Found", "Document not found", "text/plain")

    # ---- commands

    def run(self, command, arguments):
        """State and message."""
        if command == "check_wmi" and "CheckWMI" in self.modules:
            try:
                return 0, self.check_wmi(arguments)
            except CheckFailed as failure:
                return 3, str(failure)
        if command == SCRIPT and "CheckExternalScripts" in self.modules:
            if arguments:
                return 3, "Arguments not allowed see nsclient.log for details"
            return self.script_state, self.document.rstrip()
        if "CheckExternalScripts" in self.modules:
            return 3, f"Unknown command(s): {command}"
        return 3, f"No command or alias found matching: {command}"

    def check_wmi(self, arguments):
        given = {}
        for name, value in arguments:
            if value is None or name not in ("query", "namespace", "detail-syntax", "top-syntax"):
                raise CheckFailed(f"Failed to parse arguments: unrecognised option '{name}'")
            given[name] = value
        if "query" not in given:
            raise CheckFailed("No query specified")
        if not self.allows_queries:
            raise CheckFailed(f"Permission denied: WEBServer:{self.user} may not run check_wmi")
        if given.get("namespace", r"root\cimv2").lower() != r"root\cimv2":
            raise CheckFailed(f"WMIQuery failed: ConnectServer failed: namespace={given['namespace']}, user=: "
                              f"failed to lookup error code: {wql.INVALID_NAMESPACE}")
        try:
            selection = wql.select(self.classes, given["query"])
        except wql.WqlError as error:
            raise CheckFailed(f"WMIQuery failed: ExecQuery of '{given['query']}' failed: "
                              f"failed to lookup error code: {error.args[0]}") from None
        items = []
        for row in selection.rows:
            values = {column: wmi_text(value) for column, value in row.items()}
            items.append(fill_in(given.get("detail-syntax", "%(line)"), values | {"line": ", ".join(values.values())},
                                 selection.class_name))
        if not items:
            return ""
        values = {"list": ", ".join(items), "status": "OK", "count": str(len(items))}
        return fill_in(given.get("top-syntax", "${list}"), values, "a result")


# ---- shapes of results


def compact_json(value):
    return json.dumps(value, separators=(",", ":"))


def result_of_api(command, state, message, way):
    is_nagios = way == "execute_nagios"
    return {"command": command, "result": STATES[state] if is_nagios else state,
            "lines": [{"message": message, "perf": "" if is_nagios else {}}]}


def result_of_query(shape, command, state, message):
    if shape == "0.9.0":
        return {"payload": [{"command": command, "result": state, "lines": [{"message": message, "perf": {}}]}]}
    if shape == "C":
        return {"payload": [{"command": command, "result": STATES[state], "lines": [{"message": message, "perf": []}]}]}
    if shape == "D":
        return {"header": {"source_id": ""},
                "payload": [{"command": command, "lines": [{"message": message, "perf": []}], "result": STATES[state]}]}
    return {"header": {}, "payload": [{"command": command, "message": message, "perf": [], "result": STATES[state]}]}
