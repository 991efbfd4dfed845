# SPDX-License-Identifier: MIT
"""check_kms_reach against servers that we did not write: knot, nsd and dnsmasq for DNS, and what else may listen on the
port of KMS: Samba's DCE/RPC runtime, nginx, openssl s_server."""
import pytest

from real_servers import dnsmasq, knot, nginx, nsd, openssl_server, samba, zone_text  # noqa: F401
from stage import Stage

DOMAIN = "corp.example.com"


@pytest.fixture
def stage():
    with Stage() as stage:
        yield stage
        stage.settle()
        assert stage.violations == []


@pytest.fixture
def reach(plugin):
    return lambda *words, **more: plugin("check_kms_reach", *words, **more)


@pytest.fixture(params=["knot", "nsd"])
def authority(request):
    return request.getfixturevalue(request.param)


def test_a_genuine_zone_leads_to_the_targets(reach, stage, authority):
    port, closed = stage.listen().port, stage.refusing_port()
    dns = authority({DOMAIN: zone_text(f"_vlmcs._tcp SRV 0 0 {port} kms01", f"_vlmcs._tcp SRV 0 0 {closed} kms02",
                                       f"_vlmcs._tcp SRV 10 5 {port} kms-old", f"_vlmcs._tcp SRV 0 0 {port} alias",
                                       "kms01 A 127.0.0.1", "kms02 A 127.0.0.1", "alias CNAME kms01")})
    result = reach("-D", DOMAIN, "--dns-server", dns.address)
    assert result.code == 1, result
    assert "2 of 4 usable" in result.line, result
    text = "\n".join(result.details)
    assert f"[OK] target: kms01.{DOMAIN}:{port}: 127.0.0.1 bind accepted, decoy refused" in text, result
    assert f"[WARNING] target: kms02.{DOMAIN}:{closed}: 127.0.0.1 refused" in text, result
    assert f"[WARNING] srv-stale: kms-old.{DOMAIN}:{port}: no address (NXDOMAIN)" in text, result
    assert f"names an alias of kms01.{DOMAIN}" in text, result


@pytest.mark.parametrize("records, words", [
    (["other A 127.0.0.1"], "no SRV record _vlmcs._tcp (NXDOMAIN), clients see 0x8007232B"),
    (["_vlmcs._tcp TXT none"], "no SRV record _vlmcs._tcp (NODATA), clients see 0x8007251D"),
    (["_vlmcs._tcp SRV 0 0 0 ."], "no KMS, clients see 0x800706BA"),
    (None, "failed (SERVFAIL), clients see 0x8007232A"),
])
def test_what_a_genuine_server_denies(reach, authority, records, words):
    dns = authority({DOMAIN: None if records is None else zone_text(*records)})
    result = reach("-D", DOMAIN, "--dns-server", dns.address)
    assert result.code == 2 and words in result.line, result


def test_a_zone_that_a_genuine_server_does_not_serve_is_refused(reach, authority):
    dns = authority({DOMAIN: zone_text("kms01 A 127.0.0.1")})
    result = reach("-D", "example.net", "--dns-server", dns.address)
    assert result.code == 2 and "failed (REFUSED), clients see 0x8007232D" in result.line, result


def test_an_answer_beyond_a_datagram_comes_over_tcp(reach, stage, authority):
    port = stage.listen().port
    records = [line for number in range(150)
               for line in (f"_vlmcs._tcp SRV 0 0 {port} kms{number:03}", f"kms{number:03} A 127.0.0.1")]
    result = reach("-D", DOMAIN, "--dns-server", authority({DOMAIN: zone_text(*records)}).address)
    assert result.code == 0, result
    assert "150 of 150 targets usable" in result.line, result


def test_dnsmasq_of_a_small_office(reach, stage, dnsmasq):  # noqa: F811
    port = stage.listen().port
    dns = dnsmasq(f"--srv-host=_vlmcs._tcp.{DOMAIN},kms01.{DOMAIN},{port}", f"--host-record=kms01.{DOMAIN},127.0.0.1")
    result = reach("-D", DOMAIN, "--dns-server", dns.address)
    assert result.code == 0 and "usable, bind accepted, decoy refused" in result.line, result
    assert reach("-D", f"branch.{DOMAIN}", "--dns-server", dns.address).code == 2


def test_samba_answers_rpc_and_is_no_kms(reach, samba):  # noqa: F811
    for depth in ("bind", "decoy"):
        result = reach("-H", f"127.0.0.1:{samba.port}", f"--probe={depth}")
        assert result.code == 2, result
        assert "RPC, but not KMS, clients see 0x800706B5" in result.line, result


def test_a_web_server_is_named(reach, nginx):  # noqa: F811
    for port in (nginx.port, nginx.tls_port):
        result = reach("-H", f"127.0.0.1:{port}")
        assert result.code == 2 and "HTTP, not KMS, clients see 0x800706C0" in result.line, result
        assert "HTTP/1.1 400 Bad Request" in result.details[0], result


def test_a_tls_server_that_hangs_up_is_not_usable(reach, openssl_server):  # noqa: F811
    result = reach("-H", f"127.0.0.1:{openssl_server.port}")
    assert result.code == 2 and "(shown as 0xC004F074)" in result.line, result
