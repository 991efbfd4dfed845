# SPDX-License-Identifier: MIT
"""check_kms_reach on the lab: what it finds in the zones of the site, what it says about every kind of listener and DNS
server, and that nothing but one bind ever goes to a target."""
import json
import re
import subprocess
import time

import pytest

import loopback
from conftest import BUILD
from dns_server import Behaviour, Zone, cut_in_half, garbage, wrong_id, wrong_question
from network import Lab, published
from processes import start_as_nobody, wait_for
from stage import Stage

PROGRAM = "check_kms_reach"
REMARK = "not proven here: host license, count, product range, clock"
UNAVAILABLE = "0x800706BA RPC unavailable, KMS host not reached"
DOMAIN = "corp.example.com"
PLANNED = f"--expect=kms01.{DOMAIN},kms02.{DOMAIN},kms03.{DOMAIN}"


@pytest.fixture(scope="module")
def lab():
    with Lab() as lab:
        yield lab
        lab.settle()
        assert lab.violations == []


@pytest.fixture
def stage():
    with Stage() as stage:
        yield stage
        stage.settle()
        assert stage.violations == []


@pytest.fixture
def reach(plugin):
    def run(*words, **more):
        result = plugin(PROGRAM, *words, **more)
        assert REMARK in result.details, result
        assert len(result.line) <= 160, result
        return result

    return run


def finding(result, rule, part=""):
    """The detail line of a rule that contains a part; exactly one."""
    lines = [line for line in result.details if re.match(rf" \\_ \[\w+\] {rule}: ", line) and part in line]
    assert len(lines) == 1, (rule, part, result)
    return lines[0]


def state_of(line):
    return re.search(r"\[(\w+)\]", line).group(1)


# ---- the site


def test_the_corp_zone_gives_the_findings_of_its_story(reach, lab):
    result = reach("-D", DOMAIN, "--dns-server", lab.dns, PLANNED)
    port, closed = lab.port, lab.closed_port
    assert result.code == 2, result
    assert result.line == (f"KMS_REACH CRITICAL - {DOMAIN}: unexpected KMS host nas7:{port} (127.0.0.77) in DNS, not a genuine "
                           "Windows RPC service"), result
    healthy = finding(result, "target", f"kms01.{DOMAIN}:{port}")
    assert state_of(healthy) == "OK" and "127.0.0.11 bind accepted, decoy refused" in healthy
    if loopback.has_ipv6():
        assert "::1 bind accepted, decoy refused" in healthy
    refused = finding(result, "target", f"kms02.{DOMAIN}:{closed}")
    assert state_of(refused) == "WARNING" and "127.0.0.12 refused" in refused and "0x800706BA" in refused
    stale = finding(result, "srv-stale", f"kms-old.{DOMAIN}")
    assert state_of(stale) == "WARNING" and "no address (NXDOMAIN)" in stale
    assert state_of(finding(result, "srv-rogue", f"nas7.{DOMAIN}")) == "CRITICAL"
    decoy = finding(result, "decoy", f"nas7.{DOMAIN}")
    assert state_of(decoy) == "WARNING" and "accepts an invented interface" in decoy and "known emulator" in decoy
    assert state_of(finding(result, "srv-expected", f"kms03.{DOMAIN}")) == "WARNING"
    assert state_of(finding(result, "srv-duplicate", f"kms02.{DOMAIN}")) == "WARNING"
    assert result.metrics["targets"].startswith("5;") and result.metrics["targets_usable"].startswith("3;"), result


def test_the_planned_port_is_compared(reach, lab):
    result = reach("-D", DOMAIN, "--dns-server", lab.dns, "-p", str(lab.port))
    assert result.code == 2
    assert f"expected {lab.port}" in finding(result, "srv-port", f"kms02.{DOMAIN}:{lab.closed_port}")


@pytest.mark.parametrize("zone, code, line", [
    ("branch", 2, "branch.example.com: no SRV record _vlmcs._tcp (NXDOMAIN), clients see 0x8007232B KMS name not in DNS"),
    ("dmz", 2, "dmz.example.com: no SRV record _vlmcs._tcp (NODATA), clients see 0x8007251D KMS name in DNS has no SRV"),
    ("lab", 2, "lab.example.com: SRV look-up of _vlmcs._tcp failed (SERVFAIL), clients see 0x8007232A"),
    ("test", 2, "test.example.com: SRV look-up of _vlmcs._tcp failed (REFUSED), clients see 0x8007232D"),
    ("old", 2, f"old.example.com: DNS says on purpose: no KMS, clients see {UNAVAILABLE}"),
    ("alldead", 2, f"alldead.example.com: 0 of 2 targets usable (refused), clients see {UNAVAILABLE} (shown as 0xC004F074)"),
    ("onedead", 1, "onedead.example.com: kms3:{port} refused, 2 of 3 usable, clients see 0x800706BA RPC unavailable"),
    ("healthy", 0, "healthy.example.com: kms1:{port} usable, bind accepted, decoy refused"),
    ("alias", 1, "alias.example.com: SRV target kms:{port} is an alias"),
    ("literal", 1, "literal.example.com: SRV target 127.0.0.11:{port} is an IP address"),
])
def test_every_zone_has_its_verdict_and_code(reach, lab, zone, code, line):
    result = reach("-D", f"{zone}.example.com", "--dns-server", lab.dns)
    assert result.code == code, result
    assert line.format(port=lab.port) in result.line, result
    if code == 2:
        assert "    impact: " in result.out and "    do: 1. " in result.out and "    side: " in result.out, result


def test_the_worst_zone_decides(reach, lab):
    result = reach("-D", "healthy.example.com,branch.example.com", "-D", "onedead.example.com", "--dns-server", lab.dns)
    assert result.code == 2
    assert result.line.startswith("KMS_REACH CRITICAL - 3 zones: branch.example.com: no SRV record"), result
    assert result.metrics["targets"].startswith("4;") and result.metrics["targets_usable"].startswith("3;"), result


def test_a_domain_that_is_named_twice_counts_once(reach, lab):
    result = reach("-D", "healthy.example.com,HEALTHY.example.com.", "--dns-server", lab.dns)
    assert result.code == 0 and "healthy.example.com: kms1" in result.line, result


def test_a_literal_of_the_other_family_is_not_tried(reach, lab):
    result = reach("-D", "literal.example.com", "--dns-server", lab.dns, "-6")
    assert result.code == 2 and "no IPv6 address" in "\n".join(result.details), result


def test_a_planned_address_does_not_cover_another_one(reach, stage):
    listener = stage.listen("genuine", ["127.0.0.1", "127.0.0.66"])
    records = published("example.com", (0, listener.port, "kms.example.com"))
    dns = stage.serve({"example.com": Zone(records | {"kms.example.com": [("A", "127.0.0.1"), ("A", "127.0.0.66")]})})
    words = ["-D", "example.com", "--dns-server", dns.endpoint]
    assert reach(*words, "--expect=127.0.0.1,127.0.0.66").code == 0
    result = reach(*words, "--expect=127.0.0.1")
    assert result.code == 2 and "unexpected KMS host kms" in result.line, result


def test_few_descriptors_are_no_missing_route(stage):
    port = stage.listen("silent").port
    hosts = ",".join(f"127.0.{number}.1:{port}" for number in range(41))
    done = subprocess.run(["sh", "-c", f"ulimit -n 16; exec {BUILD / PROGRAM} -H {hosts} -t 1 --max-output=20000"],
                          capture_output=True, check=False, timeout=20)
    text = done.stdout.decode("ascii")
    assert done.returncode != 0 and "not tested, this machine is out of descriptors" in text, text
    assert "no route" not in text, text


def test_named_hosts_are_one_zone(reach, lab):
    result = reach("-H", f"127.0.0.11:{lab.port}", "-H", f"kms02.{DOMAIN}", "-p", str(lab.closed_port), "--dns-server",
                   lab.dns)
    assert result.code == 1
    assert "1 of 2 usable" in result.line, result


def test_fewer_than_wanted_is_critical(reach, lab):
    result = reach("-D", "onedead.example.com", "--dns-server", lab.dns, "--min-usable=3")
    assert result.code == 2
    assert "2 of 3 targets usable, 3 wanted" in result.line, result


def test_the_result_as_json(reach, lab, plugin):
    result = plugin(PROGRAM, "-D", DOMAIN, "--dns-server", lab.dns, PLANNED, "--output-format=json")
    tree = json.loads(result.out)
    assert tree["exit_code"] == 2 and tree["state"] == "CRITICAL"
    codes = {item["code"]["code"] for item in tree["findings"] if item["code"]}
    assert codes == {"0x800706BA"}
    assert {"srv-rogue", "srv-stale", "srv-expected", "srv-duplicate", "target", "decoy"} <= {
        item["rule"] for item in tree["findings"]}
    assert all(item["impact"] and item["urgency"] for item in tree["findings"] if item["state"] != "OK")


def test_limits_of_time(reach, lab):
    words = ["-D", "healthy.example.com", "--dns-server", lab.dns]
    assert reach(*words, "-w", "5", "-c", "8").code == 0
    slow = reach(*words, "-w", "@0:5")
    assert slow.code == 1 and "limit @0:5" in slow.line
    assert re.fullmatch(r"0\.\d{6}s;@0:5;;0", slow.metrics["time_probe"]), slow
    assert reach(*words, "-w", "@0:5", "-c", "@0:4").code == 2


def test_what_minus_v_adds(reach, lab):
    words = ["-D", "healthy.example.com", "--dns-server", lab.dns]
    assert "asked:" not in reach(*words).out
    once = reach(*words, "-v")
    assert f"asked: {lab.dns} for SRV _vlmcs._tcp of healthy.example.com" in once.out and "probed: " in once.out
    assert "sent to each" not in once.out
    twice = reach(*words, "-vv")
    assert "sent to each, 116 bytes: 05000b03" in twice.out and re.search(r"received, \d+ bytes: 05000c03", twice.out)


def test_no_child_process_is_started(lab):
    done = start_as_nobody(PROGRAM, "-D", "healthy.example.com", "--dns-server", lab.dns)
    assert done.returncode == 0, done


def test_one_bind_goes_to_every_address_and_nothing_else(reach, stage):
    listener = stage.listen("genuine", ["127.0.0.1"])
    for depth, length in (("decoy", 116), ("bind", 72)):
        before = len(listener.binds)
        assert reach("-H", f"127.0.0.1:{listener.port}", f"--probe={depth}").code == 0
        stage.settle()
        assert [len(bind) for bind in listener.binds[before:]] == [length]
    assert reach("-H", f"127.0.0.1:{listener.port}", "--probe=tcp").code == 0
    stage.settle()
    assert len(listener.binds) == 2 and len(listener.connections) == 3


# ---- listeners

GENUINE = ["genuine", "says_1688", "no_address", "big_endian", "extra", "endless_pdu"]


@pytest.mark.parametrize("behaviour", GENUINE)
def test_a_genuine_answer_is_ok(reach, stage, behaviour):
    listener = stage.listen(behaviour)
    result = reach("-H", f"127.0.0.1:{listener.port}")
    assert result.code == 0, result
    assert "bind accepted, decoy refused" in result.line


# behaviour: the code that clients see, and a part of the detail line
BAD_LISTENERS = {
    "not_kms": ("0x800706B5", "does not know the KMS interface"),
    "transfer_syntax": ("0x800706C2", "refuses its transfer syntax"),
    "busy": ("0x800706BB", "too busy"),
    "unknown_version": ("0x800706C0", "turns the bind down, reason 4"),
    "access_denied": ("0x80070005", "denies access"),
    "tls": ("0x800706C0", "a TLS server, not KMS"),
    "http": ("0x800706C0", "a web server, not KMS, it says: HTTP/1.1 400 Bad Request"),
    "ssh": ("0x800706C0", "it says: SSH-2.0-OpenSSH_9.2"),
    "smtp": ("0x800706C0", "it says: 220 mail.corp.example.com ESMTP"),
    "echo": ("0x800706C0", "our own bytes"),
    "silent": ("0x800706BF", "open, then silence"),
    "close": ("0x800706BF", "open, then closed"),
    "close_after_bind": ("0x800706BF", "open, then closed"),
    "reset": ("0x800706BF", "open, then broken off"),
    "reset_after_bind": ("0x800706BF", "open, then broken off"),
    "half": ("0x800706BF", "open, then silence after"),
    "half_then_close": ("0x800706BE", "open, then closed after"),
    "slow": ("0x800706BF", "open, then silence after"),
    "wrong_call_id": ("0x800706C0", "another call"),
    "oversized": ("0x800706C0", "no proper RPC answer"),
    "endless": ("0x800706C0", ""),
}


@pytest.mark.parametrize("behaviour", BAD_LISTENERS)
def test_a_bad_listener_is_named_and_explained(reach, stage, behaviour):
    code, words = BAD_LISTENERS[behaviour]
    listener = stage.listen(behaviour)
    result = reach("-H", f"127.0.0.1:{listener.port}", "-t", "1")
    assert result.code == 2, result
    assert code in result.line, result
    line = finding(result, "target")
    assert words in line and code in line, result
    assert ("(shown as 0xC004F074)" in result.line) == (code != "0x80070005"), result
    assert result.metrics["targets_usable"].startswith("0;"), result


@pytest.mark.parametrize("behaviour", ["decoy_accepting", "emulator"])
def test_a_target_that_accepts_anything_is_a_warning(reach, stage, behaviour):
    listener = stage.listen(behaviour)
    result = reach("-H", f"127.0.0.1:{listener.port}")
    assert result.code == 1
    assert "not a genuine Windows RPC service" in result.line, result
    assert reach("-H", f"127.0.0.1:{listener.port}", "--rule=decoy=critical").code == 2


def test_a_closed_port_and_a_firewall_differ(reach, stage):
    refused = reach("-H", f"127.0.0.1:{stage.refusing_port()}")
    assert refused.code == 2 and "refused" in refused.line and UNAVAILABLE in refused.line, refused
    silent = reach("-H", f"127.0.0.1:{stage.swallowing_port()}", "-t", "1")
    assert silent.code == 2 and "no answer" in silent.line and UNAVAILABLE in silent.line, silent


def test_only_connecting_sees_no_difference_between_services(reach, stage):
    result = reach("-H", f"127.0.0.1:{stage.listen('ssh').port}", "--probe=tcp")
    assert result.code == 0 and "connection accepted" in result.line
    assert "time_bind" not in result.metrics


# ---- DNS servers


def zone_with(port):
    return {"example.com": Zone(published("example.com", (0, port, "kms.example.com")) |
                                {"kms.example.com": [("A", "127.0.0.1")]})}


@pytest.mark.parametrize("behaviour, words", [
    (Behaviour(is_silent=True), "no answer in"),
    (Behaviour(edit=garbage), "no answer in"),
    (Behaviour(edit=cut_in_half), "unreadable answer"),
    (Behaviour(edit=wrong_id), "no answer in"),
    (Behaviour(edit=wrong_question), "no answer in"),
])
def test_a_dns_server_that_gives_no_answer_is_critical_where_it_was_named(reach, stage, behaviour, words):
    dns = stage.serve(zone_with(1688), behaviour)
    result = reach("-D", "example.com", "--dns-server", dns.endpoint, "-t", "1")
    assert result.code == 2, result
    assert words in result.line, result


def test_a_second_server_is_asked_when_the_first_is_dead(reach, stage):
    listener = stage.listen()
    dns = stage.serve(zone_with(listener.port))
    for dead in (f"127.0.0.1:{stage.refusing_port()}", stage.serve({}, Behaviour(is_silent=True)).endpoint):
        result = reach("-D", "example.com", "--dns-server", f"{dead},{dns.endpoint}", "-t", "1")
        assert result.code == 0, result
        assert "another server answered" in finding(result, "srv-missing", dead), result


def test_servers_that_differ_are_a_warning(reach, stage):
    listener = stage.listen()
    dns, other = stage.serve(zone_with(listener.port)), stage.serve({"example.com": Zone({})})
    result = reach("-D", "example.com", "--dns-server", dns.endpoint, "--dns-server", other.endpoint)
    assert result.code == 1, result
    assert f"DNS servers differ: {other.endpoint} has none, clients see 0x8007232B" in result.line, result


@pytest.mark.parametrize("behaviour", [Behaviour(drop_first=1), Behaviour(delay=0.3)])
def test_a_lost_or_late_answer_does_not_cost_the_verdict(reach, stage, behaviour):
    dns = stage.serve(zone_with(stage.listen().port), behaviour)
    result = reach("-D", "example.com", "--dns-server", dns.endpoint)
    assert result.code == 0, result


def test_two_hundred_targets_come_over_tcp_and_the_silent_ones_cost_their_limit(reach):
    with Lab(targets=200, silent_targets=150) as many:
        result = reach("-D", "many.example.com", "--dns-server", many.dns, "-t", "2")
        many.settle()
        assert many.violations == []
    assert result.code == 1, result
    assert "50 of 200 usable" in result.line, result
    assert any(transport == "tcp" for transport, _, _ in many.dns_server.asked), many.dns_server.asked[:3]
    assert float(result.metrics["time"].rstrip("s")) < 2.5, result


# ---- the end of the run


def start(*words):
    return subprocess.Popen([BUILD / PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def ended(process, started=None):
    """Output, exit code, and the seconds that the run took."""
    try:
        output, _ = process.communicate(timeout=20)
    finally:
        process.kill()
    return output.decode("ascii"), process.returncode, time.monotonic() - (started or 0)


@pytest.mark.parametrize("name_server", ["late", "silent"])
def test_a_resolver_that_sleeps_does_not_hold_the_run(stage, name_server):
    behaviour = Behaviour(delay=6) if name_server == "late" else Behaviour(is_silent=True)
    dns = stage.serve(zone_with(1688), behaviour)
    started = time.monotonic()
    output, code, seconds = ended(start("-D", "example.com", "--dns-server", dns.endpoint, "-t", "1"), started)
    assert code == 2 and "no answer in 0.5 s" in output, output
    assert seconds < 1.5


def test_a_run_that_is_ended_says_in_which_stage(stage):
    dns = stage.serve(zone_with(1688), Behaviour(is_silent=True))
    process = start("-D", "example.com", "--dns-server", dns.endpoint)
    wait_for(lambda: dns.asked, "the question arrives")
    process.terminate()
    output, code, _ = ended(process)
    assert (output, code) == (
        "KMS_REACH UNKNOWN - ended from outside while asking DNS for the SRV records of 1 domain\n", 3)


def test_a_run_that_is_ended_while_probing_says_so(stage):
    listener = stage.listen("silent")
    process = start("-H", f"127.0.0.1:{listener.port}", "--output-format=json")
    wait_for(lambda: listener.binds, "the bind arrives")
    process.terminate()
    output, code, _ = ended(process)
    assert code == 3
    assert json.loads(output)["summary"] == "ended from outside while probing 1 address, TCP and RPC bind"


# ---- options


@pytest.mark.parametrize("words, part", [
    ([], "--domain=DOMAIN asks DNS"),
    (["-D", "192.0.2.1"], "is an address, -H takes it"),
    (["-D", "_vlmcs._tcp.corp.example.com"], "the domain alone is wanted"),
    (["-D", "corp..example.com"], "is no domain name"),
    (["-D", "x" * 64 + ".example.com"], "is no domain name"),
    (["-D", "b\u00fcro.example.com"], "is no domain name"),
    (["-H", "kms01:0"], "--hostname: kms01:0"),
    (["-H", "kms01:65536"], "--hostname: kms01:65536"),
    (["-H", "http://kms01"], "--hostname: http"),
    (["-H", "192.0.2.300"], "--hostname: 192.0.2.300"),
    (["-H", "[2001:db8::1"], "--hostname: [2001:db8::1"),
    (["-D", "example.com", "--dns-server=dc1"], "is a name, an address is wanted"),
    (["-D", "example.com", "--dns-server=192.0.2.53:0"], "--dns-server: 192.0.2.53:0"),
    (["-D", "example.com", "-4", "-6"], "-4 and -6 exclude each other"),
    (["-H", "kms01", "--expect=kms01"], "it needs --domain"),
    (["-D", "example.com", "--expect=kms01"], "SRV records hold kms01.DOMAIN"),
    (["-6", "-H", "192.0.2.1"], "is not of the family that -6 asks for"),
    (["-4", "-H", "[2001:db8::1]:1688"], "is not of the family that -4 asks for"),
    (["-D", "example.com", "--min-usable=0"], "--min-usable"),
    (["-D", "example.com", "--probe=bnd"], "--probe"),
    (["-D", "example.com", "--port=70000"], "--port: 70000"),
    (["-D", "example.com", "--domian=x"], "--domain"),
    (["-D", "example.com", "extra"], "extra"),
])
def test_a_slip_in_an_option_is_one_sentence(plugin, words, part):
    result = plugin(PROGRAM, *words)
    assert result.code == 3, result
    assert result.out.startswith("KMS_REACH UNKNOWN - ") and result.out.count("\n") == 1, result
    assert part in result.out, result
