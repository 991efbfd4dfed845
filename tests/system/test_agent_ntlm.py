# SPDX-License-Identifier: MIT
"""NTLM: both legs over one connection, one login, the password not on the wire.  The agent here checks no password: it
answers what Windows would, byte for byte, and keeps what it was sent."""
import base64
import contextlib
import re
import socket
import struct
import threading

import pytest

from test_agent_kerberos import PAGE

PASSWORD = "of the account"


def challenge():
    """A CHALLENGE_MESSAGE ([MS-NLMP] 2.2.1.2) of the domain CORP."""
    name = "CORP".encode("utf-16-le")
    pairs = struct.pack("<HH", 2, len(name)) + name + struct.pack("<HH", 0, 0)
    flags = 0x00000001 | 0x00000200 | 0x00010000 | 0x00800000  # Unicode, NTLM, target is a domain, target info
    head = b"NTLMSSP\0" + struct.pack("<IHHII", 2, len(name), len(name), 48, flags) + bytes(range(8)) + bytes(8)
    head += struct.pack("<HHI", len(pairs), len(pairs), 48 + len(name))
    return base64.b64encode(head + name + pairs).decode()


def read_head(connection):
    head = b""
    while b"\r\n\r\n" not in head:
        part = connection.recv(65536)
        if not part:
            return None
        head += part
    return head.decode("latin-1")


class Agent:
    """Takes every proof, or none."""

    def __init__(self, is_refusing):
        self.is_refusing = is_refusing
        self.connections = []  # the requests of each
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def run(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                with connection:
                    self.connections.append([])
                    self.talk(connection)

    def talk(self, connection):
        while (head := read_head(connection)) is not None:
            self.connections[-1].append(head)
            shown = re.search(r"(?mi)^Authorization: NTLM (\S+)", head)
            kind = struct.unpack("<I", base64.b64decode(shown[1])[8:12])[0] if shown else 0
            if kind == 3 and not self.is_refusing:
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(PAGE) + PAGE)
            else:
                more = f"WWW-Authenticate: NTLM {challenge()}\r\n" if kind == 1 else "WWW-Authenticate: NTLM\r\n"
                connection.sendall(f"HTTP/1.1 401 \r\n{more}Content-Length: 0\r\n\r\n".encode())


@contextlib.contextmanager
def agent(is_refusing=False):
    server = Agent(is_refusing)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.listener.shutdown(socket.SHUT_RDWR)
        server.listener.close()
        thread.join(5)


def check(plugin, server):
    result = plugin("check_kms_client", "--agent=exporter", "-H", "127.0.0.1", f"--port={server.port}", "--plain-http",
                    "--max-age=3650d", "--auth=ntlm", "--user=CORP\\monitoring", "-vv", env={"KMS_PASSWORD": PASSWORD})
    if "was built without NTLM" in result.line:
        pytest.skip("the libcurl of this machine has no NTLM")
    return result


def test_a_login_takes_two_legs_and_one_connection(plugin):
    with agent() as server:
        result = check(plugin, server)
    assert result.code == 0, result
    assert [len(requests) for requests in server.connections] == [2]
    proof = base64.b64decode(re.search(r"NTLM (\S+)", server.connections[0][1])[1])
    assert "monitoring".encode("utf-16-le") in proof and "CORP".encode("utf-16-le") in proof
    for words in (PASSWORD.encode(), PASSWORD.encode("utf-16-le")):
        assert words not in proof
    assert PASSWORD not in result.out and "login NTLM as" in result.out


def test_a_refusal_ends_it(plugin):
    with agent(is_refusing=True) as server:
        result = check(plugin, server)
    assert result.code == 3 and "user or password was refused (NTLM login)" in result.line, result
    assert sum(len(requests) for requests in server.connections) == 2  # one login
