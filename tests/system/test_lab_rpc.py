# SPDX-License-Identifier: MIT
"""The listeners of the lab: each answers one bind in its own way, and never anything else."""
import random
import struct
import time

import pytest

import rpc_pdu
import rpc_server
from packets import A2, B1, B2, B3, OTHER_SYNTAX, R2, UNKNOWN, YES, exchange, read_ack, receive_all, tcp
from processes import wait_for
from stage import Stage


@pytest.fixture
def stage():
    with Stage() as running:
        yield running


# ---- what they answer to a bind


@pytest.mark.parametrize(("behaviour", "bind", "results"), [
    ("genuine", B1, [YES]), ("genuine", B2, [YES, UNKNOWN]), ("genuine", B3, [YES, OTHER_SYNTAX, OTHER_SYNTAX]),
    ("no_address", B2, [YES, UNKNOWN]), ("says_1688", B2, [YES, UNKNOWN]), ("not_kms", B2, [UNKNOWN, UNKNOWN]),
    ("transfer_syntax", B2, [OTHER_SYNTAX, UNKNOWN]), ("decoy_accepting", B2, [YES, YES]), ("emulator", B1, [YES]),
    ("emulator", B2, [YES, YES])])
def test_a_bind_is_acknowledged_interface_by_interface(stage, behaviour, bind, results):
    listener = stage.listen(behaviour)
    acks = [read_ack(exchange(listener, bind)[0]) for _ in range(8)]
    stage.settle()
    address = {"no_address": b"", "says_1688": b"1688\0"}.get(behaviour, b"%d\0" % listener.port)
    for ack in acks:
        assert ack.results == results, ack
        assert (ack.call_id, ack.xmit, ack.recv, ack.address) == (2, 5840, 5840, address), ack
    groups = {ack.group for ack in acks}
    assert groups == {0x1063BF3F} if behaviour == "emulator" else len(groups) > 6 and not groups & {0, 0x1063BF3F}
    assert {ack.flags for ack in acks} == {0x13 if behaviour == "emulator" else 0x03}
    if -len(address) % 4 != 2:
        assert len({ack.padding for ack in acks}) > 1, "the padding is random"
    assert (stage.binds, stage.violations) == ([bind] * 8, [])


@pytest.mark.parametrize("port", [1, 13, 135, 1688, 16880])
def test_the_ack_is_that_of_the_test_vector_for_every_length_of_the_port(port):
    address = b"%d\0" % port
    data = rpc_pdu.bind_ack(rpc_pdu.read_bind(bytearray(B2)), port, group=0x12345678)
    ack = read_ack(data)
    assert (ack.address, len(ack.padding)) == (address, (2 - len(address)) % 4)
    assert data[:8] + data[10:24] + data[-52:] == A2[:8] + A2[10:24] + A2[-52:], data.hex()


def test_flags_are_mirrored_and_fragment_sizes_are_bounded(stage):
    listener = stage.listen("genuine")
    for offered, agreed in ((3199, 3192), (65535, 5840), (100, 2048)):
        bind = bytearray(B2)
        bind[3] = 0x13
        struct.pack_into("<H", bind, 18, offered)
        ack = read_ack(exchange(listener, bytes(bind))[0])
        assert (ack.flags, ack.xmit, ack.recv) == (0x13, agreed, 5840)


def test_the_other_byte_order_is_spoken_and_understood(stage):
    listener = stage.listen("big_endian")
    (result, reason, syntax), refused = read_ack(exchange(listener, B2)[0], ">").results
    assert (result, reason, syntax.hex()) == (0, 0, "8a885d041ceb11c99fe808002b10486000000002")
    assert refused == UNKNOWN
    kms = "51c82175844e4750b0d8ec255555bc0600010000"
    bind = bytes.fromhex("05000b0300000000004800000000000216d016d0000000000100000000000100" + kms + syntax.hex())
    assert read_ack(exchange(listener, bind)[0], ">").results == [(0, 0, syntax)]
    assert stage.violations == []


NAK = "05000d03100000001800000002000000{:02x}00010500000000"
FAULT = "0500032310000000200000000200000000000000000000000500000000000000"


@pytest.mark.parametrize(("behaviour", "answer", "is_reset"), [
    ("busy", bytes.fromhex(NAK.format(1)), False), ("unknown_version", bytes.fromhex(NAK.format(4)), False),
    ("access_denied", bytes.fromhex(FAULT), False), ("tls", bytes.fromhex("15030100020246"), False),
    ("http", b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", False), ("ssh", b"SSH-2.0-OpenSSH_9.2\r\n", False),
    ("smtp", b"220 mail.corp.example.com ESMTP\r\n", False), ("echo", B2, False), ("silent", b"", False),
    ("close_after_bind", b"", False), ("reset_after_bind", b"", True)])
def test_other_listeners_answer_in_their_own_way(stage, behaviour, answer, is_reset):
    listener = stage.listen(behaviour)
    assert exchange(listener, B2) == (answer, is_reset)
    stage.settle()
    assert (listener.binds, listener.violations) == ([B2], [])


@pytest.mark.parametrize("behaviour", ["half", "half_then_close", "wrong_call_id", "oversized", "extra"])
def test_acks_are_spoiled_on_demand(stage, behaviour):
    listener = stage.listen(behaviour)
    data, _ = exchange(listener, B2)
    whole = rpc_pdu.bind_ack(rpc_pdu.read_bind(bytearray(B2)), listener.port)
    assert data[:8] == whole[:8]
    call_id, length = struct.unpack_from("<I", data, 12)[0], struct.unpack_from("<H", data, 8)[0]
    assert len(data) == len(whole) // (2 if behaviour.startswith("half") else 1) + (8 if behaviour == "extra" else 0)
    assert call_id == (0x01000002 if behaviour == "wrong_call_id" else 2)
    assert length == (0xFFFF if behaviour == "oversized" else len(whole))
    assert listener.binds == [B2]


@pytest.mark.parametrize(("behaviour", "is_ended"), [("half", False), ("silent", False), ("half_then_close", True),
                                                     ("busy", True), ("close", True)])
def test_a_connection_stays_open_or_ends_as_the_behaviour_says(stage, behaviour, is_ended):
    listener = stage.listen(behaviour)
    with tcp(listener) as client:
        client.sendall(B2)
        wait_for(lambda: listener.binds, "the bind arrives")
        client.settimeout(2 if is_ended else 0.1)
        if is_ended:
            receive_all(client)
        else:
            with pytest.raises(TimeoutError):
                receive_all(client)


def test_a_reset_and_a_close_need_no_bind(stage):
    assert exchange(stage.listen("reset")) == (b"", True)
    assert exchange(stage.listen("close")) == (b"", False)


def test_a_slow_answer_comes_byte_by_byte(stage):
    listener = stage.listen("slow", interval=0.004)
    started, sizes = time.monotonic(), []
    with tcp(listener) as client:
        client.sendall(B2)
        while sum(sizes) < 84:
            sizes.append(len(client.recv(4096)))
    assert (sum(sizes), len(sizes) > 42) == (84, True) and 0.3 < time.monotonic() - started < 4, sizes


@pytest.mark.parametrize("behaviour", ["endless", "endless_pdu"])
def test_an_endless_answer_goes_on_as_long_as_somebody_reads(stage, behaviour):
    with tcp(stage.listen(behaviour)) as client:
        client.sendall(B2)
        count = 0
        while count < 4 << 20:
            count += len(client.recv(1 << 20))
    stage.settle()
    assert (stage.binds, stage.violations) == ([B2], [])


# ---- whatever is not one bind


def broken_bind(place, value):
    return B2[:place] + bytes([value]) + B2[place + 1:]


@pytest.mark.parametrize("behaviour", sorted(rpc_server.BEHAVIOURS))
def test_a_request_is_recorded_and_never_answered(stage, behaviour):
    listener = stage.listen(behaviour)
    data, _ = exchange(listener, R2)
    stage.settle()
    assert data == {"ssh": b"SSH-2.0-OpenSSH_9.2\r\n", "smtp": b"220 mail.corp.example.com ESMTP\r\n"}.get(behaviour, b"")
    assert listener.binds == []
    if behaviour != "reset":  # which never reads
        assert [text.split(": ", 1)[1] for text in listener.violations] == ["a PDU of type 0, not a bind"]


def test_a_request_behind_an_accepted_bind_ends_the_connection_without_a_word(stage):
    listener = stage.listen("genuine")
    with tcp(listener) as client:
        client.sendall(B1)
        assert len(client.recv(4096)) > 56
        client.sendall(R2)
        assert receive_all(client)[0] == b""
    stage.settle()
    assert (listener.binds, len(listener.violations)) == ([B1], 1)
    assert "24 bytes behind the bind" in listener.violations[0]
    assert bytes(listener.connections[0].received) == B1 + R2


@pytest.mark.parametrize(("data", "what"), [
    (B1 + R2, "24 bytes behind the bind"), (B1 + B1, "72 bytes behind the bind"), (B1 + b"\0", "1 bytes behind the bind"),
    (b"GET / HTTP/1.0\r\n\r\n", "not DCE/RPC: b'GET"), (B2[:50], "a bind that ends after 50 bytes"),
    (b"\5", "a bind that ends after 1 bytes"), (broken_bind(2, 14), "a PDU of type 14"),
    (broken_bind(3, 1), "a bind in fragments"),
    (broken_bind(9, 0xFF), "a bind that claims 65396 bytes"), (broken_bind(8, 20), "a bind that claims 20 bytes"),
    (broken_bind(10, 8), "a bind that logs in"), (broken_bind(24, 1), "a bind with 44 bytes behind its context items"),
    (broken_bind(24, 255), "cut short in its context items"), (broken_bind(30, 255), "cut short in its context items")])
def test_whatever_is_not_one_bind_is_named_and_not_answered(stage, data, what):
    listener = stage.listen("genuine")
    assert exchange(listener, data)[0] == b""
    stage.settle()
    assert len(listener.violations) == 1 and what in listener.violations[0], listener.violations
    assert bytes(listener.connections[0].received) == data


def test_every_begin_of_a_bind_waits_for_its_rest():
    for length in range(len(B2)):
        assert rpc_pdu.read_bind(bytearray(B2[:length])) is None, length
    assert [context.ident for context in rpc_pdu.read_bind(bytearray(B2)).contexts] == [0, 1]


def test_a_bind_may_come_in_any_pieces(stage):
    listener = stage.listen("genuine")
    data, _ = exchange(listener, *(B2[index:index + 1] for index in range(len(B2))))
    assert read_ack(data).results == [YES, UNKNOWN]


def test_a_connection_without_a_byte_is_neither_a_bind_nor_a_violation(stage):
    listener = stage.listen("genuine")
    assert exchange(listener) == (b"", False)
    stage.settle()
    assert (len(listener.connections), listener.binds, listener.violations) == (1, [], [])


def test_noise_never_breaks_the_reader_of_binds():
    noise = random.Random(2)
    for _ in range(3000):
        data = bytearray(B3[:noise.randrange(len(B3) + 1)])
        for _ in range(noise.randrange(4)):
            if data:
                data[noise.randrange(len(data))] = noise.randrange(256)
        try:
            bind = rpc_pdu.read_bind(data)
            assert bind is None or read_ack(rpc_pdu.bind_ack(bind, 1688)).call_id == bind.call_id
        except rpc_pdu.Violation as violation:
            assert str(violation)
