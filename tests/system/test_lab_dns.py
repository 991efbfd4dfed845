# SPDX-License-Identifier: MIT
"""The DNS server of the lab: what it says about zones, how it writes it, and how it fails on demand."""
import random
import time

import pytest

import dns_server
import loopback
import network
from dns_server import Behaviour, Zone
from packets import (A, AAAA, CNAME, FORMERR, NOERROR, NOTIMP, NXDOMAIN, OPT, REFUSED, SERVFAIL, SERVICE, SOA, SRV,
                     Place, ask, ask_tcp, query, read_answer, udp)
from stage import Stage


@pytest.fixture(scope="module")
def lab():
    with network.Lab() as running:
        yield running


@pytest.fixture
def stage():
    with Stage() as running:
        yield running


# ---- the zones of the site


def test_the_corp_zone_publishes_its_five_records(lab):
    answer = ask(lab.dns_server, f"{SERVICE}.corp.example.com", SRV)
    corp, port = "corp.example.com", lab.port
    assert (answer.rcode, answer.is_cut, answer.authority) == (NOERROR, False, [])
    assert sorted(value for _, _, value in answer.answers) == [
        (0, 0, port, f"kms-old.{corp}"), (0, 0, port, f"kms01.{corp}"), (0, 0, port, f"kms02.{corp}"),
        (0, 0, port, f"nas7.{corp}"), (10, 0, lab.closed_port, f"kms02.{corp}")]


@pytest.mark.parametrize(("name", "kind", "rcode", "addresses"), [
    ("kms01.corp.example.com", A, NOERROR, ["127.0.0.11"]),
    ("kms01.corp.example.com", AAAA, NOERROR, ["::1"] if loopback.has_ipv6() else []),
    ("kms02.corp.example.com", A, NOERROR, ["127.0.0.12"]), ("kms02.corp.example.com", AAAA, NOERROR, []),
    ("kms03.corp.example.com", A, NOERROR, ["127.0.0.13"]), ("nas7.corp.example.com", A, NOERROR, ["127.0.0.77"]),
    ("kms-old.corp.example.com", A, NXDOMAIN, []), ("kms-old.corp.example.com", AAAA, NXDOMAIN, [])])
def test_the_hosts_of_the_site_have_their_addresses(lab, name, kind, rcode, addresses):
    answer = ask(lab.dns_server, name, kind)
    assert (answer.rcode, [value for _, _, value in answer.answers]) == (rcode, addresses)


@pytest.mark.parametrize(("name", "rcode"), [
    (f"{SERVICE}.branch.example.com", NXDOMAIN), (f"{SERVICE}.dmz.example.com", NOERROR),
    (f"{SERVICE}.lab.example.com", SERVFAIL), (f"{SERVICE}.test.example.com", REFUSED),
    ("_tcp.corp.example.com", NOERROR), ("corp.example.com", NOERROR), ("_udp.corp.example.com", NXDOMAIN),
    ("vlmcs._tcp.corp.example.com", NXDOMAIN), ("01.corp.example.com", NXDOMAIN),
    (f"{SERVICE}.elsewhere.test", REFUSED), ("", REFUSED)])
@pytest.mark.parametrize("is_tcp", [False, True], ids=["udp", "tcp"])
def test_a_zone_without_the_record_says_why(lab, name, rcode, is_tcp):
    """What exists without the type, also only as a part of longer names, is NODATA; the rest is NXDOMAIN."""
    answer = ask_tcp(lab.dns_server, query(name, SRV))[0][0] if is_tcp else ask(lab.dns_server, name, SRV)
    denial = [] if rcode in (SERVFAIL, REFUSED) else [name.removeprefix(f"{SERVICE}.")]
    assert (answer.rcode, answer.answers, answer.question) == (rcode, [], name)
    assert len(answer.authority) == len(denial), answer
    assert all(kind == SOA and (name + ".").endswith(f"{zone}.") for zone, kind, _ in answer.authority), answer


@pytest.mark.parametrize(("rcode", "number"), [("FORMERR", FORMERR), ("NOTIMP", NOTIMP), ("YXDOMAIN", 6)])
def test_a_zone_has_any_rcode_that_a_test_needs(stage, rcode, number):
    server = stage.serve({"example.com": Zone(rcode=rcode)})
    assert ask(server, f"{SERVICE}.example.com", SRV).rcode == number


@pytest.mark.parametrize(("zone", "targets"), [
    ("old", [(0, 0, 0, "")]), ("healthy", [(0, 0, "P", "kms1.healthy.example.com")]),
    ("alldead", [(0, 0, "P", f"kms{number}.alldead.example.com") for number in (1, 2)]),
    ("onedead", [(0, 0, "P", f"kms{number}.onedead.example.com") for number in (1, 2, 3)]),
    ("alias", [(0, 0, "P", "kms.alias.example.com")]), ("literal", [(0, 0, "P", "127.0.0.11")])])
def test_the_zones_for_tests_publish_their_targets(lab, zone, targets):
    answer = ask(lab.dns_server, f"{SERVICE}.{zone}.example.com", SRV)
    wanted = [tuple(lab.port if part == "P" else part for part in target) for target in targets]
    assert [value for _, _, value in answer.answers] == wanted


def test_an_alias_is_followed_into_another_zone(lab):
    answer = ask(lab.dns_server, "kms.alias.example.com", A)
    assert answer.answers == [("kms.alias.example.com", CNAME, "kms01.corp.example.com"),
                              ("kms01.corp.example.com", A, "127.0.0.11")]


def test_an_alias_of_nothing_and_a_ring_of_aliases_end(stage):
    server = stage.serve({"example.com": Zone({"a.example.com": [("CNAME", "b.example.com")],
                                               "b.example.com": [("CNAME", "a.example.com")],
                                               "c.example.com": [("CNAME", "gone.example.com")],
                                               "d.example.com": [("CNAME", "kms.elsewhere.test")]})})
    ring, nothing, outside = (ask(server, f"{name}.example.com", A) for name in "acd")
    assert (ring.rcode, len(ring.answers)) == (NOERROR, dns_server.ALIAS_CHAIN)
    assert (nothing.rcode, len(nothing.answers), len(nothing.authority)) == (NXDOMAIN, 1, 1)
    assert (outside.rcode, len(outside.answers)) == (NOERROR, 1)


# ---- the wire format


def test_names_are_compressed_but_not_the_targets(lab):
    """RFC 2782 forbids it for SRV targets; owners and aliases are pointers, here all to the question."""
    with udp(lab.dns_server) as client:
        client.send(query(f"{SERVICE}.corp.example.com", SRV))
        data = client.recv(65535)
        client.send(query("kms02.corp.example.com", AAAA))
        denial = client.recv(65535)
    assert data.count(b"\xc0\x0c\0\x21") == 5 and data.count(b"\4corp\7example\3com\0") == 6, data
    assert denial.count(b"\7example") == 1 and b"\xc0\x12\0\6" in denial, denial


def test_case_does_not_count_and_is_echoed(lab):
    answer = ask(lab.dns_server, "KMS02.Corp.example.COM", A)
    assert (answer.question, len(answer.answers)) == ("KMS02.Corp.example.COM", 1)
    assert lab.dns_server.asked[-1] == ("udp", "KMS02.Corp.example.COM", "A")


def test_an_option_record_is_answered_by_one(lab):
    name = "kms02.corp.example.com"
    assert ask(lab.dns_server, name, A).additional == []
    assert ask(lab.dns_server, name, A, udp_size=1232).additional == [("", OPT, b"")]
    assert ask(lab.dns_server, f"{SERVICE}.lab.example.com", SRV, udp_size=1232).additional == [("", OPT, b"")]


def test_what_does_not_fit_is_cut_and_comes_whole_over_tcp():
    name = f"{SERVICE}.many.example.com"
    with network.Lab(targets=200, silent_targets=150) as lab:
        plain, extended = (ask(lab.dns_server, name, SRV, udp_size=size) for size in (None, 1232))
        answers, rest, _ = ask_tcp(lab.dns_server, query(name, SRV), query(name, SRV, udp_size=1232))
        transports = [question.transport for question in lab.dns_server.asked]
    for answer, limit in ((plain, 512), (extended, 1232)):
        assert answer.is_cut and limit - 60 < answer.size <= limit and 0 < len(answer.answers) < 200, answer
    assert [(len(answer.answers), answer.is_cut, answer.rcode) for answer in answers] == [(200, False, NOERROR)] * 2
    assert (rest, transports) == (b"", ["udp", "udp", "tcp", "tcp"])


def test_a_server_that_knows_no_options_refuses_them(stage):
    server = stage.serve({"example.com": Zone({"a.example.com": [("A", "127.0.0.1")]})}, Behaviour(takes_edns=False))
    refused, answered = (ask(server, "a.example.com", A, udp_size=size) for size in (1232, None))
    assert (refused.rcode, refused.additional, answered.rcode) == (FORMERR, [], NOERROR)


@pytest.mark.parametrize("message", [b"", b"\x12", b"\x12\x34" + bytes(9), query("a.example.com", A)[:-1],
                                     query("a.example.com", A) + b"x", query("a.example.com", A, flags=0x8100),
                                     b"\x12\x34\1\0\0\1" + bytes(6) + b"\xc0\x0c\0\1\0\1"])
def test_what_is_no_question_gets_a_format_error(stage, message):
    server = stage.serve({"example.com": Zone()})
    with udp(server) as client:
        client.send(message)
        data = client.recv(65535)
    assert (len(data), data[:2], data[3] & 15) == (12, message[:2].ljust(2, b"\0"), FORMERR)
    assert (server.malformed, server.asked) == ([message], [])


def test_other_operations_are_not_implemented(lab):
    assert ask(lab.dns_server, "corp.example.com", SOA, flags=0x2800).rcode == NOTIMP  # an update


def test_noise_never_breaks_the_reader_of_questions():
    noise = random.Random(1)
    whole = query(f"{SERVICE}.corp.example.com", SRV, udp_size=1232)
    for _ in range(3000):
        message = bytearray(whole[:noise.randrange(len(whole) + 1)])
        for _ in range(noise.randrange(4)):
            if message:
                message[noise.randrange(len(message))] = noise.randrange(256)
        try:
            assert dns_server.read_query(bytes(message)).name
        except dns_server.FormatError as error:
            assert str(error) in ("message cut short", "not one question", "compressed name in a question")


# ---- servers that misbehave

ADDRESS = {"a.example.com": [("A", "127.0.0.1")]}


def test_a_silent_zone_is_silent_and_the_others_are_not(stage):
    server = stage.serve({"quiet.example.com": Zone(behaviour=Behaviour(is_silent=True)), "example.com": Zone(ADDRESS)})
    with udp(server) as client:
        client.send(query("a.quiet.example.com", A, ident=1))
        client.send(query("a.example.com", A, ident=2))
        assert read_answer(client.recv(65535)).id == 2
    assert [question.name for question in server.asked] == ["a.quiet.example.com", "a.example.com"]


def test_the_first_questions_are_dropped(stage):
    server = stage.serve({"example.com": Zone(ADDRESS)}, Behaviour(drop_first=2))
    with udp(server) as client:
        for ident in (1, 2, 3, 4):
            client.send(query("a.example.com", A, ident=ident))
        assert [read_answer(client.recv(65535)).id for _ in range(2)] == [3, 4]


@pytest.mark.parametrize("is_tcp", [False, True], ids=["udp", "tcp"])
def test_a_delayed_answer_comes_late(stage, is_tcp):
    server = stage.serve({"example.com": Zone(ADDRESS)}, Behaviour(delay=0.15))
    started = time.monotonic()
    answer = ask_tcp(server, query("a.example.com", A))[0][0] if is_tcp else ask(server, "a.example.com", A)
    assert len(answer.answers) == 1 and 0.15 <= time.monotonic() - started < 2


@pytest.mark.parametrize(("edit", "is_wrong"), [
    (dns_server.wrong_id, lambda data, good: data[:2] != good[:2] and data[2:] == good[2:]),
    (dns_server.wrong_question, lambda data, good: read_answer(data).question == "`.example.com"),
    (dns_server.cut_in_half, lambda data, good: data == good[:len(good) // 2]),
    (dns_server.garbage, lambda data, good: data[:2] == good[:2] and len(data) > len(good) and good[12:] not in data)],
    ids=lambda value: getattr(value, "__name__", ""))
def test_answers_are_spoiled_on_demand(stage, edit, is_wrong):
    server = stage.serve({"example.com": Zone(ADDRESS, behaviour=Behaviour(edit=edit)), "good.test": Zone()})
    with udp(server) as client:
        client.send(query("a.example.com", A))
        data = client.recv(65535)
    good = dns_server.answer_to(dns_server.read_query(query("a.example.com", A)), "NOERROR",
                                [("a.example.com", ("A", "127.0.0.1"))], None, 512)
    assert is_wrong(data, good), (data, good)


@pytest.mark.parametrize(("way", "count", "has_rest", "is_reset"), [
    ("answer", 1, False, False), ("silent", 0, False, False), ("close", 0, False, False), ("half", 0, True, False),
    ("reset", 0, False, True)])
def test_tcp_fails_on_demand_behind_a_cut_answer(stage, way, count, has_rest, is_reset):
    server = stage.serve({"example.com": Zone(ADDRESS)}, Behaviour(udp_size=0, tcp=way))
    assert ask(server, "a.example.com", A, udp_size=4096)[2:5] == (True, "a.example.com", [])
    answers, rest, was_reset = ask_tcp(server, query("a.example.com", A))
    assert (len(answers), bool(rest), was_reset) == (count, has_rest, is_reset)


def test_servers_side_by_side_say_different_things(stage):
    servers = [stage.serve({"example.com": Zone({"a.example.com": [("A", f"127.0.0.{number}")]})}) for number in (1, 2)]
    assert [ask(server, "a.example.com", A).answers[0][2] for server in servers] == ["127.0.0.1", "127.0.0.2"]


def test_one_server_answers_on_every_address_on_one_port(stage):
    hosts = ["127.0.0.1", "127.0.0.9", *(["::1"] if loopback.has_ipv6() else [])]
    server = stage.serve({"example.com": Zone(ADDRESS)}, addresses=hosts)
    for host in hosts:
        assert len(ask(Place(host, server.port), "a.example.com", A).answers) == 1
        assert len(ask_tcp(Place(host, server.port), query("a.example.com", A))[0]) == 1
    assert server.endpoint == f"127.0.0.1:{server.port}"
    assert [question.transport for question in server.asked] == ["udp", "tcp"] * len(hosts)
