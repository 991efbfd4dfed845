# SPDX-License-Identifier: MIT
"""Clients made by hand for the servers of the lab: questions and answers of DNS, and binds and their answers of DCE/RPC.
Nothing of the lab's own code reads or writes them, so that a mistake there shows here."""
import collections
import contextlib
import errno
import socket
import struct

import loopback

SERVICE = "_vlmcs._tcp"
A, CNAME, SOA, AAAA, SRV, OPT = 1, 5, 6, 28, 33, 41
NOERROR, FORMERR, SERVFAIL, NXDOMAIN, NOTIMP, REFUSED = range(6)

Place = collections.namedtuple("Place", "host port")  # what these clients need to know of a server

# ---- connections


def udp(server):
    client = socket.socket(loopback.family(server.host), socket.SOCK_DGRAM)
    client.connect((server.host, server.port))
    client.settimeout(5)
    return client


def tcp(server):
    return socket.create_connection((server.host, server.port), timeout=5)


def receive_all(client):
    """Everything until the other side ends, and whether it broke the connection off."""
    data = bytearray()
    try:
        while chunk := client.recv(65536):
            data += chunk
    except ConnectionResetError:
        return bytes(data), True
    return bytes(data), False


def exchange(server, *parts):
    """Sends, ends its half and returns all that comes back, and whether it ended with a reset."""
    try:
        with tcp(server) as client:
            with contextlib.suppress(BrokenPipeError):  # the other side was faster
                for part in parts:
                    client.sendall(part)
            client.shutdown(socket.SHUT_WR)
            return receive_all(client)
    except OSError as error:  # a reset may come before connect() or shutdown() returns
        if error.errno in (errno.ECONNRESET, errno.ENOTCONN):
            return b"", True
        raise


# ---- DNS

Answer = collections.namedtuple("Answer", "id rcode is_cut question answers authority additional size")


def name_bytes(name):
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".") if label) + b"\0"


def query(name, kind, ident=0x1234, udp_size=None, flags=0x0100):
    """A question as it goes over the wire; with `udp_size` it has an OPT record."""
    option = b"" if udp_size is None else struct.pack("!BHHIH", 0, OPT, udp_size, 0, 0)
    return struct.pack("!6H", ident, flags, 1, 0, 0, 1 if option else 0) + name_bytes(name) + \
        struct.pack("!HH", kind, 1) + option


def read_name(data, offset):
    labels, end = [], None
    while data[offset]:
        if data[offset] >= 0xC0:
            end, offset = end or offset + 2, struct.unpack_from("!H", data, offset)[0] & 0x3FFF
        else:
            labels.append(data[offset + 1:offset + 1 + data[offset]].decode())
            offset += 1 + data[offset]
    return ".".join(labels), end or offset + 1


def read_record(data, offset):
    name, offset = read_name(data, offset)
    kind, _, _, length = struct.unpack_from("!HHIH", data, offset)
    start, end = offset + 10, offset + 10 + length
    if kind in (A, AAAA):
        value = socket.inet_ntop(socket.AF_INET if kind == A else socket.AF_INET6, data[start:end])
    elif kind == SRV:
        value = (*struct.unpack_from("!HHH", data, start), read_name(data, start + 6)[0])
    else:
        value = read_name(data, start)[0] if kind in (CNAME, SOA) else data[start:end]
    return (name, kind, value), end


def read_answer(data):
    ident, flags, _, *counts = struct.unpack_from("!6H", data)
    question, offset = read_name(data, 12)
    offset += 4
    sections = [[], [], []]
    for section, count in zip(sections, counts):
        for _ in range(count):
            record, offset = read_record(data, offset)
            section.append(record)
    assert offset == len(data) and flags & 0x8000, data
    return Answer(ident, flags & 15, bool(flags & 0x0200), question, *sections, len(data))


def ask(server, name, kind, **options):
    with udp(server) as client:
        client.send(query(name, kind, **options))
        return read_answer(client.recv(65535))


def ask_tcp(server, *queries):
    data, was_reset = exchange(server, b"".join(struct.pack("!H", len(message)) + message for message in queries))
    answers = []
    while len(data) > 2 and len(data) >= 2 + struct.unpack_from("!H", data)[0]:
        length, = struct.unpack_from("!H", data)
        answers.append(read_answer(data[2:2 + length]))
        data = data[2 + length:]
    return answers, data, was_reset


# ---- DCE/RPC

NDR32 = "045d888aeb1cc9119fe808002b10486002000000"
KMS = "7521c8514e845047b0d8ec255555bc0601000000"
B1 = bytes.fromhex("05000b03100000004800000002000000d016d016000000000100000000000100" + KMS + NDR32)
B2 = bytes.fromhex("05000b03100000007400000002000000d016d016000000000200000000000100" + KMS + NDR32 +
                   "010001001a4c1e9d0f6a524b8d583f2f0c7a5be101000000" + NDR32)
B3 = bytes.fromhex("05000b0310000000a000000002000000d016d016000000000300000000000100" + KMS + NDR32 + "01000100" + KMS +
                   "33057171babe37498319b5dbef9ccc3601000000" + "02000100" + KMS +
                   "2c1cb76c12984045030000000000000001000000")
A2 = bytes.fromhex("05000c03100000005400000002000000d016d0167856341205003136383800000200000000000000" + NDR32 +
                   "02000100" + "00" * 20)
R2 = bytes.fromhex("05000003100000001800000003000000000000000000ffff")
YES, UNKNOWN, OTHER_SYNTAX = (0, 0, bytes.fromhex(NDR32)), (2, 1, bytes(20)), (2, 2, bytes(20))

Ack = collections.namedtuple("Ack", "flags call_id xmit recv group address padding results")


def read_ack(data, order="<"):
    """Takes a bind_ack apart; every length in it must add up."""
    version, minor, kind, flags = data[:4]
    assert (version, minor, kind, data[4:8].hex()) == (5, 0, 12, "10000000" if order == "<" else "00000000"), data
    length, auth, call_id, xmit, recv, group, address_length = struct.unpack_from(order + "HHIHHIH", data, 8)
    place = -(-(26 + address_length) // 4) * 4
    count = data[place]
    assert (length, auth, place + 4 + 24 * count) == (len(data), 0, len(data)), data
    results = [(*struct.unpack_from(order + "HH", data, place + 4 + 24 * index),
                data[place + 8 + 24 * index:place + 28 + 24 * index]) for index in range(count)]
    return Ack(flags, call_id, xmit, recv, group, data[26:26 + address_length], data[26 + address_length:place], results)
