# SPDX-License-Identifier: MIT
"""The servers that we did not write answer as the tests that use them expect: a question, a bind, a request, all
made by hand."""
import contextlib
import socket
import ssl
import struct

import pytest

from conftest import skip_without
from loopback import has_ipv6
from processes import is_running
from real_servers import (ask_tcp, ask_udp, connects, dnsmasq, find_program, knot, nginx, nsd,  # noqa: F401
                          openssl_server, running, samba, zone_text)

NOERROR, SERVFAIL, NXDOMAIN, REFUSED = 0, 2, 3, 5
SRV = "_vlmcs._tcp.corp.example.com"
CORP = zone_text("_vlmcs._tcp SRV 0 0 1688 kms01", "kms01 A 127.0.0.1", "kms01 AAAA ::1",
                 *[f"_many._tcp SRV 0 0 1688 host{number}" for number in range(100)])

# Binds with one and two contexts: KMS, and an interface that was invented.
BIND = bytes.fromhex("05000b03100000004800000002000000d016d0160000000001000000000001007521c8514e845047b0d8ec255555bc06"
                     "01000000045d888aeb1cc9119fe808002b10486002000000")
BIND_WITH_DECOY = bytes.fromhex(
    "05000b03100000007400000002000000d016d0160000000002000000000001007521c8514e845047b0d8ec255555bc06"
    "01000000045d888aeb1cc9119fe808002b10486002000000010001001a4c1e9d0f6a524b8d583f2f0c7a5be1"
    "01000000045d888aeb1cc9119fe808002b10486002000000")
KMS = bytes.fromhex("7521c8514e845047b0d8ec255555bc06")
WINREG = bytes.fromhex("01d08c334422f131aaaa900038001003")


def talk(port, sent):
    """Everything that comes back until the other side closes, in whatever way."""
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.sendall(sent)
        return read_until_closed(connection)


def read_until_closed(connection):
    received = b""
    try:
        while more := connection.recv(65536):
            received += more
    except ConnectionResetError:
        pass
    return received


# ---- DNS


@pytest.fixture(params=["knot", "nsd"])
def authority(request):
    return request.getfixturevalue(request.param)


def test_an_authoritative_server_answers_from_its_zone(authority):
    server = authority({"corp.example.com": CORP})
    reply = ask_udp(server.port, SRV, "SRV")
    assert (reply.rcode, reply.answers) == (NOERROR, 1)
    assert struct.pack(">3H", 0, 0, 1688) + b"\5kms01" in reply.message, reply
    assert ask_udp(server.port, "kms01.corp.example.com", "AAAA").answers == 1


@pytest.mark.parametrize(("name", "rcode", "answers"), [
    ("corp.example.com", NOERROR, 0), ("_tcp.corp.example.com", NOERROR, 0), ("nothing.corp.example.com", NXDOMAIN, 0),
    ("_vlmcs._tcp.lab.example.com", SERVFAIL, 0), ("_vlmcs._tcp.test.example.com", REFUSED, 0)])
def test_an_authoritative_server_says_why_there_is_nothing(authority, name, rcode, answers):
    server = authority({"corp.example.com": CORP, "lab.example.com": None})
    reply = ask_udp(server.port, name, "SRV")
    assert (reply.rcode, reply.answers) == (rcode, answers)


def test_a_long_answer_is_cut_over_udp_and_whole_over_tcp(authority):
    server = authority({"corp.example.com": CORP})
    assert ask_udp(server.port, "_many._tcp.corp.example.com", "SRV").is_cut
    assert ask_udp(server.port, "_many._tcp.corp.example.com", "SRV", edns_size=1232).is_cut
    reply = ask_tcp(server.port, "_many._tcp.corp.example.com", "SRV")
    assert (reply.is_cut, reply.answers) == (False, 100)


def test_two_authoritative_servers_at_a_time(authority):
    first = authority({"corp.example.com": CORP})
    second = authority({"corp.example.com": zone_text("nothing A 127.0.0.1")})
    assert first.port != second.port
    assert ask_udp(first.port, SRV, "SRV").rcode == NOERROR
    assert ask_udp(second.port, SRV, "SRV").rcode == NXDOMAIN


def test_dnsmasq_knows_what_its_command_line_says(dnsmasq):  # noqa: F811
    server = dnsmasq(f"--srv-host={SRV},kms01.corp.example.com,1688,0,0", "--host-record=kms01.corp.example.com,127.0.0.1")
    assert ask_udp(server.port, SRV, "SRV").answers == 1
    assert ask_tcp(server.port, SRV, "SRV").answers == 1
    assert ask_udp(server.port, "kms01.corp.example.com", "A").message.endswith(socket.inet_aton("127.0.0.1"))
    assert ask_udp(server.port, "kms02.corp.example.com", "A").rcode == NXDOMAIN
    assert ask_udp(server.port, "kms01.corp.example.org", "A").rcode == REFUSED


# ---- HTTP and TLS


REQUEST = b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n"


@contextlib.contextmanager
def tls_connection(server, port):
    context = ssl.create_default_context(cafile=server.certificate)
    with socket.create_connection(("127.0.0.1", port), 5) as connection, \
            context.wrap_socket(connection, server_hostname="localhost") as tls:
        yield tls


def test_nginx_serves_a_page_and_calls_a_bind_a_bad_request(nginx):  # noqa: F811
    assert talk(nginx.port, REQUEST).endswith(b"\r\n\r\nan ordinary page\n")
    with tls_connection(nginx, nginx.tls_port) as tls:
        tls.sendall(REQUEST)
        assert read_until_closed(tls).endswith(b"\r\n\r\nan ordinary page over TLS\n")
    assert b"400 Bad Request" in talk(nginx.port, BIND)
    assert b"400 Bad Request" in talk(nginx.tls_port, BIND)


def test_openssl_speaks_tls_and_nothing_else(openssl_server):  # noqa: F811
    with tls_connection(openssl_server, openssl_server.port) as tls:
        assert tls.version().startswith("TLSv1")
    answer = talk(openssl_server.port, BIND)
    assert answer == b"" or answer[:2] == b"\x15\x03", answer


# ---- RPC


def ask_bind(port, bind, host="127.0.0.1"):
    """One PDU, as long as it says that it is."""
    with socket.create_connection((host, port), 5) as connection, connection.makefile("rb") as stream:
        connection.sendall(bind)
        head = stream.read(16)
        return head + stream.read(struct.unpack_from("<H", head, 8)[0] - len(head))


def results_of(answer):
    """The (result, reason) of every context of a bind_ack to call 2."""
    assert answer[:4] == bytes([5, 0, 12, 3]), answer.hex()
    length, _, call_id = struct.unpack_from("<HHI", answer, 8)
    assert (length, call_id) == (len(answer), 2), answer.hex()
    start = (26 + struct.unpack_from("<H", answer, 24)[0] + 3) // 4 * 4
    return [struct.unpack_from("<HH", answer, start + 4 + 24 * number) for number in range(answer[start])]


@pytest.mark.parametrize("host", ["127.0.0.1", pytest.param("::1", marks=pytest.mark.skipif(
    not has_ipv6(), reason="this machine has no IPv6 on loopback"))])
@pytest.mark.parametrize(("bind", "results"), [(BIND, [(2, 1)]), (BIND_WITH_DECOY, [(2, 1), (2, 1)])],
                         ids=["kms", "and-decoy"])
def test_samba_has_never_heard_of_kms(samba, host, bind, results):  # noqa: F811
    """Provider rejection, abstract syntax not supported."""
    assert results_of(ask_bind(samba.port, bind, host)) == results


def test_samba_accepts_an_interface_that_it_has(samba):  # noqa: F811
    assert results_of(ask_bind(samba.port, BIND.replace(KMS, WINREG))) == [(0, 0)]


# ---- all of them


def test_a_server_that_cannot_start_says_why():
    def command(_folder, _ports):
        return ["sh", "-c", "echo the door is locked; exit 3"]

    with pytest.raises(AssertionError, match="ended with 3: the door is locked"), running("none", 1, command):
        pass


def test_a_server_is_gone_after_its_test():
    program = find_program("openssl", "openssl")

    def command(_folder, ports):
        return [program, "s_server", "-nocert", "-quiet", "-accept", f"127.0.0.1:{ports[0]}"]

    with running("openssl", 1, command) as server:
        assert is_running(server.pid) and connects(server.port)
    assert not is_running(server.pid) and not connects(server.port) and not server.output.parent.exists()


def test_a_program_that_is_not_installed_is_a_skip_with_its_package():
    with pytest.raises(pytest.skip.Exception, match=r"no-such-server is not installed \(package no-such-package\)"):
        find_program("no-such-server", "no-such-package")


def test_needs_that_are_not_met_are_a_skip_with_their_packages():
    needs = [("sh", "sh"), ("no-such-package", "no-such-server"), ("libnone", "/usr/lib/no-such-*/file")]
    with pytest.raises(pytest.skip.Exception, match=r"^not installed \(packages: no-such-package, libnone\)$"):
        skip_without(needs)
    skip_without(needs[:1])
