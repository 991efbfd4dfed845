# SPDX-License-Identifier: MIT
"""Requests and replies of HTTP/1.1 as bytes.  A request is read strictly: what no client of ours has a reason to send
is a Violation.  A reply is put together as it shall stand on the wire, right or wrong."""
import base64
import dataclasses
import re
import urllib.parse

HEAD_MAXIMUM, BODY_MAXIMUM = 16384, 65536  # ours are a tenth of it
_LINE = re.compile(r"(?P<method>[A-Z]+) (?P<target>/[!-~]*) HTTP/1\.1")
_HEADER = re.compile(r"(?P<name>[A-Za-z0-9-]+): ?(?P<value>[ -~]*?) *")


class Violation(Exception):
    """What came and should not have come, in words."""


@dataclasses.dataclass
class Request:
    bytes: bytes
    method: str
    target: str
    headers: list  # of (name, value) in the order in which they came
    body: bytes

    @property
    def path(self):
        """Undecoded, without the query."""
        return self.target.partition("?")[0]

    @property
    def query(self):
        """The query as it stands in the target."""
        return self.target.partition("?")[2]

    @property
    def arguments(self):
        """The query as (name, value), decoded as a form is; value is None where no = stands."""
        pairs = [pair.partition("=") for pair in self.query.split("&") if pair]
        return [(urllib.parse.unquote_plus(name), urllib.parse.unquote_plus(value) if equals else None)
                for name, equals, value in pairs]

    def header(self, wanted):
        """Its value, None when it is not there."""
        return next((value for name, value in self.headers if name.lower() == wanted.lower()), None)

    @property
    def login(self):
        """User and password of Basic, else None."""
        scheme, _, rest = (self.header("Authorization") or "").partition(" ")
        if scheme.lower() != "basic":
            return None
        user, _, password = base64.b64decode(rest, validate=True).decode("utf-8").partition(":")
        return user, password


def _read_head(head):
    lines = head.decode("ascii").split("\r\n")
    line = _LINE.fullmatch(lines[0])
    if not line:
        raise Violation(f"this request line: {lines[0]!r}")
    headers = []
    for text in lines[1:]:
        header = _HEADER.fullmatch(text)
        if not header:
            raise Violation(f"this line in the head of a request: {text!r}")
        headers.append((header["name"], header["value"]))
    return line, headers


def _body_length(headers):
    if any(name.lower() == "transfer-encoding" for name, _ in headers):
        raise Violation("a request with Transfer-Encoding")
    lengths = [value for name, value in headers if name.lower() == "content-length"]
    if len(lengths) > 1 or not all(length.isdecimal() for length in lengths):
        raise Violation(f"Content-Length: {lengths}")
    return int(lengths[0]) if lengths else 0


def read_request(received):
    """The request at the beginning of `received`, None while it is not whole."""
    end = received.find(b"\r\n\r\n")
    if end > HEAD_MAXIMUM or (end < 0 and len(received) > HEAD_MAXIMUM):
        raise Violation("a request with an endless head")
    if end < 0:
        return None
    try:
        line, headers = _read_head(bytes(received[:end]))
    except UnicodeDecodeError:
        raise Violation("a request whose head is not ASCII") from None
    length = _body_length(headers)
    if length > BODY_MAXIMUM:
        raise Violation(f"a request with a body of {length} bytes")
    whole = end + 4 + length
    if len(received) < whole:
        return None
    return Request(bytes(received[:whole]), line["method"], line["target"], headers, bytes(received[end + 4:whole]))


def reply(status="200 OK", body=b"", headers=(), length=None):
    """A reply with Content-Length, that of the body unless `length` says another one.  `status` is the status line
    behind the version, "200" if there is to be no reason."""
    body = body if isinstance(body, bytes) else body.encode("utf-8")
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers),
             f"Content-Length: {len(body) if length is None else length}"]
    return "\r\n".join(lines).encode("ascii") + b"\r\n\r\n" + body


def split_reply(data):
    """Status line, headers as a list of lines, body of a reply that reply() made."""
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    return lines[0], lines[1:], body


def join_reply(status_line, headers, body):
    return b"\r\n".join([status_line, *headers]) + b"\r\n\r\n" + body


def with_length(data, length):
    """The same reply, which announces another length."""
    status_line, headers, body = split_reply(data)
    headers = [b"Content-Length: %d" % length if line.startswith(b"Content-Length:") else line for line in headers]
    return join_reply(status_line, headers, body)


def chunked(data, size=100):
    """The same reply in chunks."""
    status_line, headers, body = split_reply(data)
    chunks = [body[start:start + size] for start in range(0, len(body), size)]
    headers = [line for line in headers if not line.startswith(b"Content-Length:")]
    return join_reply(status_line, [*headers, b"Transfer-Encoding: chunked"],
                      b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n")
