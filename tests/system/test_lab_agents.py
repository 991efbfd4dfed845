# SPDX-License-Identifier: MIT
"""The agents of the lab themselves, asked with Python and by hand: replies in the shapes that real agents have, and
every request that no client of ours may send is noticed."""
import base64
import json
import socket
import ssl

import pytest

import cim_rows
import documents
import wql
from certificates import openssl
from http_agents import certificates  # noqa: F401
from stage import Stage

PATIENCE = 5


@pytest.fixture
def lab():
    """A stage whose violations are the matter of the test."""
    with Stage() as on_stage:
        yield on_stage


class Client:
    """One connection; the certificate of the server is verified when a CA is given."""

    def __init__(self, server, ca=None):
        self.server = server
        self.connection = socket.create_connection((server.host, server.port), PATIENCE)
        if ca:
            context = ssl.create_default_context(cafile=ca)
            self.connection = context.wrap_socket(self.connection, server_hostname="127.0.0.1")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def head(self, line, *headers):
        lines = [line, f"Host: 127.0.0.1:{self.server.port}", "User-Agent: kms-monitoring/0", *headers]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")

    def send(self, data):
        self.connection.sendall(data)

    def reply(self):
        """Head and body of a reply with Content-Length; empty ones when the server says nothing."""
        received = b""
        while b"\r\n\r\n" not in received:
            data = self.connection.recv(65536)
            if not data:
                return received, b""
            received += data
        head, _, body = received.partition(b"\r\n\r\n")
        length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length:"))
        while len(body) < length:
            body += self.connection.recv(65536)
        return head, body

    def get(self, path, *headers):
        self.send(self.head(f"GET {path} HTTP/1.1", "Accept: application/json", *headers))
        return self.reply()


# ---- requests


WRONG = {
    "Expect": "GET / HTTP/1.1\nAccept: application/json\nExpect: 100-continue",
    "a header of a proxy": "GET / HTTP/1.1\nAccept: application/json\nProxy-Connection: keep-alive",
    "compression": "GET / HTTP/1.1\nAccept: application/json\nAccept-Encoding: gzip",
    "another Accept": "GET / HTTP/1.1\nAccept: */*",
    "a header twice": "GET / HTTP/1.1\nAccept: application/json\naccept: application/json",
    "chunks": "POST / HTTP/1.1\nAccept: application/json\nTransfer-Encoding: chunked",
    "HTTP/1.0": "GET / HTTP/1.0\nAccept: application/json",
    "a whole address": "GET http://127.0.0.1/ HTTP/1.1\nAccept: application/json",
    "a password in the path": "GET /query/check_wmi?password=x HTTP/1.1\nAccept: application/json",
}


@pytest.mark.parametrize("request_text", WRONG.values(), ids=WRONG)
def test_violation_ends_the_connection_without_a_word(lab, request_text):
    server = lab.agent("nscp")
    with Client(server) as client:
        client.send(client.head(*request_text.split("\n")))
        assert client.reply() == (b"", b"")
    lab.settle()
    assert len(lab.violations) == 1, lab.violations


def test_a_request_without_a_login_is_a_violation_where_one_is_wanted(lab):
    server = lab.agent("nscp", password="secret")
    with Client(server) as client:
        assert client.get("/query/check_wmi") == (b"", b"")
    lab.settle()
    assert "without a login" in lab.violations[0]


def test_a_request_to_another_host_is_a_violation(lab):
    server = lab.agent("nscp")
    with Client(server) as client:
        head = client.head("GET / HTTP/1.1", "Accept: application/json")
        client.send(head.replace(b"Host: 127.0.0.1", b"Host: proxy1"))
        assert client.reply() == (b"", b"")
    lab.settle()
    assert "proxy1" in lab.violations[0]


@pytest.mark.parametrize(("content_type", "body"), [("application/json; charset=utf-8", "{}"), ("application/json", ""),
                                                    ("application/json", '{\n"a":1}'), ("application/json", "[]")])
def test_icinga_for_windows_is_particular(lab, content_type, body):
    server = lab.agent("ifw")
    with Client(server) as client:
        client.send(client.head("POST /v1/checker?command=Invoke-IcingaCheckKms HTTP/1.1", "Accept: application/json",
                                f"Content-Type: {content_type}", f"Content-Length: {len(body)}") + body.encode("ascii"))
        assert client.reply() == (b"", b"")
    lab.settle()
    assert len(lab.violations) == 1


@pytest.mark.parametrize("behaviour", ["silent_after_request", "genuine"])
def test_bytes_behind_a_request_are_a_violation(lab, behaviour):
    server = lab.agent("nscp", behaviour=behaviour)
    with Client(server) as client:
        request = client.head("GET /x HTTP/1.1", "Accept: application/json")
        client.send(request + request)
        client.connection.shutdown(socket.SHUT_WR)
        client.reply()
    lab.settle()
    assert len(lab.violations) == 1, lab.violations


def test_everything_that_came_is_kept(lab, certificates):  # noqa: F811
    server = lab.agent("nscp", pair=certificates.server, password="secret", version="0.5.2")
    login = base64.b64encode(b"admin:wrong").decode("ascii")
    with Client(server, certificates.ca_file) as client:
        head, body = client.get("/query/check_wmi?query=SELECT%20*&b&c=1=2", f"Authorization: Basic {login}")
        assert (head.split(b"\r\n")[0], body) == (b"HTTP/1.1 403", b"403 Your not allowed")
    lab.settle()
    request, = server.requests
    assert request.path == "/query/check_wmi"
    assert request.arguments == [("query", "SELECT *"), ("b", None), ("c", "1=2")]
    assert [name for name, _ in request.headers] == ["Host", "User-Agent", "Accept", "Authorization"]
    assert server.logins == [("admin", "wrong")] and not lab.violations


# ---- certificates


def verify(certificates, pair, *words):  # noqa: F811
    return openssl("verify", "-CAfile", certificates.ca_file, *words, getattr(certificates, pair).certificate)


def test_the_good_certificate_is_good_for_its_names(certificates):  # noqa: F811
    verify(certificates, "server", "-verify_hostname", "wks-001.corp.example.com", "-purpose", "sslserver")
    verify(certificates, "server", "-verify_ip", "::1")
    verify(certificates, "client", "-purpose", "sslclient")


@pytest.mark.parametrize(("pair", "words", "why"), [
    ("other_name", ["-verify_ip", "127.0.0.1"], "IP address mismatch"), ("expired", [], "certificate has expired"),
    ("untrusted", [], "unable to get local issuer"), ("self_signed", [], "self-signed")])
def test_bad_certificate_is_bad_for_its_own_reason(certificates, pair, words, why):  # noqa: F811
    with pytest.raises(RuntimeError, match=why):
        verify(certificates, pair, *words)


def test_the_certificate_of_nsclient_names_no_host(certificates):  # noqa: F811
    text = openssl("x509", "-in", certificates.self_signed.certificate, "-noout", "-text").decode("ascii")
    assert "NSClient++" in text and "CN = generated-certificate" in text and "Alternative Name" not in text, text


# ---- rows


def test_rows_of_a_class_have_the_same_columns():
    for machine in ("kms01", "wks-001"):
        for generation in cim_rows.GENERATIONS:
            for rows in cim_rows.machine_rows(machine, generation).values():
                assert all(list(row) == list(rows[0]) for row in rows)


def test_old_windows_lacks_columns():
    def columns(generation):
        return set(cim_rows.machine_rows("wks-001", generation)[cim_rows.PRODUCT][0])

    assert columns("vista") < columns("windows7") < columns("windows8")
    assert "VLActivationType" in columns("windows8") - columns("windows7")
    assert "KeyManagementServiceCurrentCount" in columns("windows7") - columns("vista")


@pytest.mark.parametrize(("query", "columns", "count"), [
    ("SELECT * FROM SoftwareLicensingService", 28, 1),
    ("select Version, ClientMachineID from softwarelicensingservice", 2, 1),
    ("SELECT ID FROM SoftwareLicensingProduct", 1, 3),
    ("SELECT ID FROM SoftwareLicensingProduct WHERE PartialProductKey IS NOT NULL", 1, 2),
    ("SELECT ID FROM SoftwareLicensingProduct WHERE PartialProductKey <> null AND LicenseStatus = 1", 1, 2),
    ("SELECT State FROM Win32_Service WHERE Name='sppsvc'", 1, 1)])
def test_wql(query, columns, count):
    selection = wql.select(cim_rows.machine_rows("kms01"), query)
    assert (len(selection.rows[0]), len(selection.rows)) == (columns, count)


@pytest.mark.parametrize(("query", "code"), [
    ("SELECT * FROM OfficeSoftwareProtectionProduct", wql.INVALID_CLASS),
    ("SELECT FROM Win32_Service", wql.INVALID_QUERY),
    ("SELECT Version, NoSuchColumn FROM SoftwareLicensingService", wql.INVALID_QUERY),
    ("DELETE FROM Win32_Service", wql.INVALID_QUERY)])
def test_wql_that_fails(query, code):
    with pytest.raises(wql.WqlError) as error:
        wql.select(cim_rows.machine_rows("kms01"), query)
    assert error.value.args[0] == code


# ---- NSClient++


def check_wmi(lab, query, detail, machine="wks-025", **options):
    server = lab.agent("nscp", machine, **options)
    quoted = [text.replace("%", "%25").replace(" ", "+").replace("=", "%3D") for text in (query, detail)]
    with Client(server) as client:
        _, body = client.get(f"/api/v1/queries/check_wmi/commands/execute?query={quoted[0]}&detail-syntax={quoted[1]}")
    result = json.loads(body)
    return result["result"], result["lines"][0]["message"]


def test_check_wmi_prints_unsigned_numbers_signed_and_joins_rows(lab):
    detail = "[[%(LicenseStatusReason);${KeyManagementServiceCurrentCount};%(PartialProductKey)]]"
    state, message = check_wmi(lab, "SELECT * FROM SoftwareLicensingProduct", detail)
    assert (state, message) == (0, "[[-1073418231;-1;XXXXX]], [[-1073418220;-1;<NULL>]]")


def test_check_wmi_fails_as_a_whole_for_an_unknown_column(lab):
    for query, detail in (("SELECT NoSuchColumn FROM SoftwareLicensingService", "x"),
                          ("SELECT Version FROM SoftwareLicensingService", "%(NoSuchColumn)")):
        state, message = check_wmi(lab, query, detail)
        assert state == 3 and message.startswith("WMIQuery failed"), message


@pytest.mark.parametrize("machine", ["kms01", "wks-001"])
def test_the_script_of_nsclient_prints_the_document(lab, machine):
    server = lab.agent("nscp", machine)
    with Client(server) as client:
        _, body = client.get("/api/v1/queries/kms_report/commands/execute_nagios")
    result = json.loads(body)
    assert result["result"] == "OK" and result["lines"][0]["message"] == documents.document(machine, "json").rstrip()
