# SPDX-License-Identifier: MIT
"""An authoritative DNS server of the lab: zones as data, UDP and TCP on one port, every way to fail on demand, and a
list of what was asked.  It knows as much of RFC 1035, 2308, 2782, 4592 (empty names between others) and 6891 (EDNS) as
a client that asks for SRV, A and AAAA can notice.

    zones = {"corp.example.com": Zone({"_vlmcs._tcp.corp.example.com": [("SRV", 0, 0, 1688, "kms01.corp.example.com")],
                                       "kms01.corp.example.com": [("A", "127.0.0.11")],
                                       "kms.corp.example.com": [("CNAME", "kms01.corp.example.com")]}),
             "lab.example.com": Zone(rcode="SERVFAIL")}

Names are absolute, in small letters, without the final dot; the target "." stands for itself.
"""
import asyncio
import collections
import dataclasses
import os
import socket
import struct
import typing

import loopback

TYPES = {"A": 1, "CNAME": 5, "SOA": 6, "TXT": 16, "AAAA": 28, "SRV": 33}
TYPE_NAMES = {number: name for name, number in TYPES.items()}
RCODES = {"NOERROR": 0, "FORMERR": 1, "SERVFAIL": 2, "NXDOMAIN": 3, "NOTIMP": 4, "REFUSED": 5, "YXDOMAIN": 6,
          "NOTAUTH": 9}
OPT, INTERNET = 41, 1
HEADER = struct.Struct("!6H")
IS_ANSWER, IS_AUTHORITATIVE, IS_CUT, WANTS_RECURSION = 0x8000, 0x0400, 0x0200, 0x0100
PLAIN_UDP_SIZE = 512  # RFC 1035, 4.2.1: without EDNS
EDNS_UDP_SIZE = 4096
TTL = 3600
ALIAS_CHAIN = 8  # more are not followed, so that a ring of aliases ends

Question = collections.namedtuple("Question", "transport name type")  # ("udp", "_vlmcs._tcp.example.com", "SRV")


@dataclasses.dataclass(frozen=True)
class Behaviour:
    """How a server departs from just answering."""
    is_silent: bool = False
    delay: float = 0  # seconds before each answer
    drop_first: int = 0  # so many questions get no answer, later ones do
    edit: typing.Callable[[bytes], bytes] | None = None  # the last hand on every answer, see below
    udp_size: int = EDNS_UDP_SIZE  # longer answers are cut, whatever the client takes; 0 = all of them
    tcp: str = "answer"  # or "silent", "close", "half" (then close), "reset"
    takes_edns: bool = True  # False: FORMERR for every question with an OPT record, as very old servers do


def wrong_id(answer):
    return bytes([answer[0] ^ 0xFF]) + answer[1:]


def wrong_question(answer):
    """The answer to what nobody asked: the first letter of the name is another one."""
    return answer[:13] + bytes([answer[13] ^ 0x01]) + answer[14:]


def cut_in_half(answer):
    return answer[:len(answer) // 2]


def garbage(answer):
    """Noise behind an id that fits, so that it reaches the parser."""
    return answer[:2] + bytes([0x84, 0x00]) + os.urandom(len(answer))


@dataclasses.dataclass(frozen=True)
class Zone:
    """Records by name, or one rcode for everything below the name of the zone."""
    records: dict[str, list[tuple]] = dataclasses.field(default_factory=dict)
    rcode: str = "NOERROR"
    behaviour: Behaviour | None = None  # for questions below this zone, instead of that of the server


class FormatError(Exception):
    """A question that cannot be read."""


# ---- questions


def read_name(message, offset):
    """A name without compression, which a question has no use for."""
    labels = []
    while True:
        length = message[offset]
        if length == 0:
            return ".".join(labels) or ".", offset + 1
        if length > 63:
            raise FormatError("compressed name in a question")
        label = message[offset + 1:offset + 1 + length].decode("ascii", "backslashreplace")
        labels.append(label.replace(".", "\\."))
        offset += 1 + length


@dataclasses.dataclass
class Query:
    """A message of a client with one question."""
    ident: int
    flags: int
    question: bytes  # as it was sent: a client may compare the case of the letters
    name: str
    type: int
    type_class: int
    udp_size: int
    has_edns: bool


def read_query(message):
    """Refuses whatever a client of ours has no reason to send."""
    try:
        ident, flags, questions, answers, authorities, additional = HEADER.unpack_from(message)
        name, offset = read_name(message, HEADER.size)
        query_type, query_class = struct.unpack_from("!HH", message, offset)
        question = message[HEADER.size:offset + 4]
        udp_size, has_edns, offset = PLAIN_UDP_SIZE, False, offset + 4
        for _ in range(additional):
            _, offset = read_name(message, offset)
            record_type, size, _, length = struct.unpack_from("!HHIH", message, offset)
            offset += 10 + length
            if record_type == OPT:
                udp_size, has_edns = max(size, PLAIN_UDP_SIZE), True
    except (IndexError, struct.error) as error:
        raise FormatError("message cut short") from error
    if flags & IS_ANSWER or (questions, answers, authorities) != (1, 0, 0) or offset != len(message):
        raise FormatError("not one question")
    return Query(ident, flags, question, name, query_type, query_class, udp_size, has_edns)


# ---- what the zones say


def zone_of(zones, name):
    """The longest zone that the name lies in, or None."""
    while name and name not in zones:
        name = name.partition(".")[2]
    return name or None


def exists(zone_name, records, name):
    """A name exists with records of its own, as the top of its zone, or with names below it."""
    return name == zone_name or name in records or any(other.endswith("." + name) for other in records)


def look_up(zones, name, type_name):
    """Returns the rcode, the records for the answer as (name, record), and the zone that denies, if one does."""
    answers = []
    for _ in range(ALIAS_CHAIN):
        zone_name = zone_of(zones, name)
        if zone_name is None:
            return ("NOERROR" if answers else "REFUSED"), answers, None
        zone = zones[zone_name]
        if zone.rcode != "NOERROR":
            return zone.rcode, answers, None
        if not exists(zone_name, zone.records, name):
            return "NXDOMAIN", answers, zone_name
        records = zone.records.get(name, [])
        matching = [record for record in records if record[0] == type_name]
        aliases = [record for record in records if record[0] == "CNAME"] if not matching else []
        matching = matching or aliases
        answers += [(name, record) for record in matching]
        if not aliases:
            return "NOERROR", answers, None if matching else zone_name
        name = aliases[0][1]
    return "NOERROR", answers, None


# ---- answers


class Message:
    """Bytes of an answer, with the places of the names that are already in it."""

    def __init__(self, query):
        self.bytes = bytearray(HEADER.size) + query.question
        self.places = {}
        place, rest = HEADER.size, "" if "\\" in query.name else query.name.lower().strip(".")
        while rest:
            self.places[rest] = place
            label, _, rest = rest.partition(".")
            place += 1 + len(label)

    def add_name(self, name, is_compressed=True):
        labels = [] if name == "." else name.split(".")
        for index, label in enumerate(labels):
            rest = ".".join(labels[index:])
            if is_compressed and rest in self.places:
                self.bytes += struct.pack("!H", 0xC000 | self.places[rest])
                return
            if len(self.bytes) < 0x4000:
                self.places.setdefault(rest, len(self.bytes))
            self.bytes += bytes([len(label)]) + label.encode("ascii")
        self.bytes += b"\0"

    def add_record(self, name, record):
        kind, *data = record
        self.add_name(name)
        self.bytes += struct.pack("!HHIH", TYPES[kind], INTERNET, TTL, 0)
        start = len(self.bytes)
        if kind in ("A", "AAAA"):
            self.bytes += socket.inet_pton(socket.AF_INET if kind == "A" else socket.AF_INET6, data[0])
        elif kind == "CNAME":
            self.add_name(data[0])
        elif kind == "SRV":
            self.bytes += struct.pack("!HHH", *data[:3])
            self.add_name(data[3], is_compressed=False)  # RFC 2782
        elif kind == "TXT":
            self.bytes += bytes([len(data[0])]) + data[0].encode("ascii")
        elif kind == "SOA":
            self.add_name(data[0])
            self.add_name(data[1])
            self.bytes += struct.pack("!5I", 1, 7200, 900, 1209600, TTL)
        struct.pack_into("!H", self.bytes, start - 2, len(self.bytes) - start)

    def cut_back(self, length):
        del self.bytes[length:]
        self.places = {name: place for name, place in self.places.items() if place < length}


def answer_to(query, rcode, records, denying_zone, size):
    """The bytes of an answer of at most `size`; what does not fit is left out and said so (TC)."""
    message = Message(query)
    option = struct.pack("!BHHIH", 0, OPT, EDNS_UDP_SIZE, 0, 0) if query.has_edns else b""
    authority = [(denying_zone, ("SOA", "ns." + denying_zone, "hostmaster." + denying_zone))] if denying_zone else []
    counts, is_cut = [0, 0], False
    for section, (name, record) in [(0, item) for item in records] + [(1, item) for item in authority]:
        length = len(message.bytes)
        message.add_record(name, record)
        if len(message.bytes) + len(option) > size:
            message.cut_back(length)
            is_cut = True
            break
        counts[section] += 1
    flags = IS_ANSWER | IS_AUTHORITATIVE | (IS_CUT if is_cut else 0) | query.flags & (0x7800 | WANTS_RECURSION)
    HEADER.pack_into(message.bytes, 0, query.ident, flags | RCODES[rcode], 1, *counts, 1 if option else 0)
    return bytes(message.bytes + option)


class Server:
    """Serves zones on bound sockets, UDP and TCP in pairs on the same port."""

    def __init__(self, zones, udp_sockets, tcp_sockets, behaviour=Behaviour()):
        self.zones, self.behaviour = zones, behaviour
        self.host, self.port = udp_sockets[0].getsockname()[:2]
        self.asked = []  # a Question for each that could be read, in the order of their arrival
        self.malformed = []  # the bytes of the others
        self._sockets = udp_sockets, tcp_sockets
        self._open, self._tasks, self._dropped = [], set(), collections.Counter()

    @property
    def endpoint(self):
        """As --dns-server takes it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    async def start(self):
        loop = asyncio.get_running_loop()
        for udp_socket, tcp_socket in zip(*self._sockets):
            transport, _ = await loop.create_datagram_endpoint(lambda: Datagrams(self), sock=udp_socket)
            self._open += [transport, await asyncio.start_server(self._accept, sock=tcp_socket)]

    async def stop(self):
        for listener in self._open:
            listener.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def run(self, coroutine):
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def answer(self, transport, message):
        """Returns the bytes to send, or None, and how the server behaves for this question."""
        try:
            query = read_query(message)
        except FormatError:
            self.malformed.append(message)
            ident = message[:2].ljust(2, b"\0")
            return ident + HEADER.pack(0, IS_ANSWER | RCODES["FORMERR"], 0, 0, 0, 0)[2:], self.behaviour
        type_name = TYPE_NAMES.get(query.type, str(query.type))
        self.asked.append(Question(transport, query.name, type_name))
        zone = self.zones.get(zone_of(self.zones, query.name.lower()))
        behaviour = zone.behaviour if zone and zone.behaviour else self.behaviour
        if behaviour.is_silent or self._dropped[behaviour] < behaviour.drop_first:
            self._dropped[behaviour] += 1
            return None, behaviour
        outcome = self._outcome(query, type_name, behaviour)
        query.has_edns = query.has_edns and behaviour.takes_edns
        size = 0xFFFF if transport == "tcp" else min(query.udp_size, behaviour.udp_size)
        answer = answer_to(query, *outcome, size)
        return behaviour.edit(answer) if behaviour.edit else answer, behaviour

    def _outcome(self, query, type_name, behaviour):
        if query.has_edns and not behaviour.takes_edns:
            return "FORMERR", [], None
        if query.flags & 0x7800:  # an opcode other than QUERY
            return "NOTIMP", [], None
        if query.type_class != INTERNET:
            return "REFUSED", [], None
        return look_up(self.zones, query.name.lower(), type_name)

    def _accept(self, reader, writer):
        serving = self.run(Stream(self, reader, writer).serve())
        serving.add_done_callback(lambda _: writer.close())  # also when it was cancelled before its first step


class Datagrams(asyncio.DatagramProtocol):
    """Questions and answers in one packet each."""

    def __init__(self, server):
        self.server = server
        self.transport = None

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, addr):
        answer, behaviour = self.server.answer("udp", data)
        if answer is not None and behaviour.delay:
            self.server.run(self._send_later(answer, behaviour.delay, addr))
        elif answer is not None:
            self.transport.sendto(answer, addr)

    async def _send_later(self, answer, delay, addr):
        await asyncio.sleep(delay)
        self.transport.sendto(answer, addr)


class Stream:
    """One TCP connection: messages, each behind its length (RFC 1035, 4.2.2)."""

    def __init__(self, server, reader, writer):
        self.server, self.reader, self.writer = server, reader, writer

    async def serve(self):
        try:
            while await self._answer_one():
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass

    async def _answer_one(self):
        length, = struct.unpack("!H", await self.reader.readexactly(2))
        answer, behaviour = self.server.answer("tcp", await self.reader.readexactly(length))
        await asyncio.sleep(behaviour.delay)
        if answer is None or behaviour.tcp == "silent":
            return True
        if behaviour.tcp == "reset":
            loopback.break_off_when_closed(self.writer)
        if behaviour.tcp in ("reset", "close"):
            return False
        framed = struct.pack("!H", len(answer)) + answer
        self.writer.write(framed[:len(framed) // 2] if behaviour.tcp == "half" else framed)
        await self.writer.drain()
        return behaviour.tcp == "answer"
