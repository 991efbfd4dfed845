# SPDX-License-Identifier: MIT
"""The PDUs of the lab's listeners: a bind is read, and only answers to a bind are written.  There is no code here that
could answer a request.

Sources: C706 chapter 12 and [MS-RPCE] 2.2.2 (bind, bind_ack, bind_nak, fault)."""
import dataclasses
import os
import random
import struct
import uuid

KMS = (uuid.UUID("51c82175-844e-4750-b0d8-ec255555bc06"), 1, 0)
NDR32 = (uuid.UUID("8a885d04-1ceb-11c9-9fe8-08002b104860"), 2)
NO_SYNTAX = (uuid.UUID(int=0), 0)
FAULT, BIND, BIND_ACK, BIND_NAK = 3, 11, 12, 13
FIRST_AND_LAST, HEADER_SIGNING, MULTIPLEXING, DID_NOT_EXECUTE = 0x03, 0x04, 0x10, 0x20
FRAGMENT_MAXIMUM, FRAGMENT_MINIMUM = 5840, 2048
HEADER_SIZE, FIXED_SIZE = 16, 28  # of every PDU, of a bind before its context items
ACCEPTED, REFUSED = 0, 2
UNKNOWN_INTERFACE, UNKNOWN_SYNTAX = 1, 2
CONGESTION, UNKNOWN_VERSION = 1, 4  # reasons of a bind_nak
ACCESS_DENIED = 5
EMULATOR_GROUP, EMULATOR_FLAGS = 0x1063BF3F, 0x13  # how a known emulator looks from outside


class Violation(Exception):
    """The other side sent what no monitor may send; the text says what."""


# ---- the bind


@dataclasses.dataclass
class Context:
    """One interface that the bind offers: (UUID, major, minor), and (UUID, version) of each transfer syntax."""
    ident: int
    interface: tuple
    syntaxes: list


@dataclasses.dataclass
class Bind:
    """A whole bind PDU."""
    bytes: bytes
    flags: int
    call_id: int
    max_xmit: int
    max_recv: int
    group: int
    contexts: list


def read_uuid(data, offset, order):
    raw = bytes(data[offset:offset + 16])
    return uuid.UUID(bytes_le=raw) if order == "<" else uuid.UUID(bytes=raw)


def read_contexts(whole, order):
    contexts, offset = [], FIXED_SIZE
    for _ in range(whole[24]):
        ident, syntax_count = struct.unpack_from(order + "HBx", whole, offset)
        interface = (read_uuid(whole, offset + 4, order), *struct.unpack_from(order + "HH", whole, offset + 20))
        offset += 24
        syntaxes = []
        for _ in range(syntax_count):
            version, = struct.unpack_from(order + "I", whole, offset + 16)
            syntaxes.append((read_uuid(whole, offset, order), version))
            offset += 20
        contexts.append(Context(ident, interface, syntaxes))
    if offset != len(whole):
        raise Violation(f"a bind with {len(whole) - offset} bytes behind its context items")
    return contexts


def read_bind(received):
    """The bind, None while it may still become one, and a Violation for everything else."""
    if received[:1] not in (b"", b"\5"):
        raise Violation(f"not DCE/RPC: {bytes(received[:16])!r}")
    if len(received) > 2 and received[2] != BIND:
        raise Violation(f"a PDU of type {received[2]}, not a bind")
    if len(received) < HEADER_SIZE:
        return None
    order = "<" if received[4] & 0xF0 else ">"
    length, auth_length, call_id = struct.unpack_from(order + "HHI", received, 8)
    if not FIXED_SIZE <= length <= FRAGMENT_MAXIMUM:
        raise Violation(f"a bind that claims {length} bytes")
    if auth_length:
        raise Violation("a bind that logs in")
    if received[3] & FIRST_AND_LAST != FIRST_AND_LAST:
        raise Violation("a bind in fragments")
    if len(received) < length:
        return None
    if len(received) > length:
        raise Violation(f"{len(received) - length} bytes behind the bind: {bytes(received[length:length + 16])!r}")
    whole = bytes(received)
    try:
        return Bind(whole, whole[3], call_id, *struct.unpack_from(order + "HHI", whole, 16), read_contexts(whole, order))
    except struct.error as error:
        raise Violation("a bind cut short in its context items") from error


# ---- the answers


def pdu(kind, flags, call_id, body, order="<"):
    data_representation = b"\x10\0\0\0" if order == "<" else bytes(4)
    header = bytes([5, 0, kind, flags]) + data_representation
    return header + struct.pack(order + "HHI", HEADER_SIZE + len(body), 0, call_id) + body


def fragment_size(offered):
    """What Windows agrees to: its own limits, in steps of eight."""
    return max(FRAGMENT_MINIMUM, min(FRAGMENT_MAXIMUM, offered)) & ~7


def genuine_result(context):
    """KMS with NDR32 and nothing else, as a server for 32-bit clients says it."""
    if context.interface != KMS:
        return REFUSED, UNKNOWN_INTERFACE, NO_SYNTAX
    if NDR32 not in context.syntaxes:
        return REFUSED, UNKNOWN_SYNTAX, NO_SYNTAX
    return ACCEPTED, 0, NDR32


def unknown_interface(_context):
    return REFUSED, UNKNOWN_INTERFACE, NO_SYNTAX


def unknown_syntax(context):
    return REFUSED, UNKNOWN_SYNTAX if context.interface == KMS else UNKNOWN_INTERFACE, NO_SYNTAX


def accept_all(_context):
    return ACCEPTED, 0, NDR32


def random_group():
    return random.randrange(1, EMULATOR_GROUP)


def bind_ack(bind, port, judge=genuine_result, order="<", flags=None, group=None, has_address=True):
    """`judge` gives result, reason and syntax of a context.  The padding is random, as it is on Windows."""
    if flags is None:
        flags = FIRST_AND_LAST | bind.flags & (MULTIPLEXING | HEADER_SIGNING)
    address = b"%d\0" % port if has_address else b""
    body = struct.pack(order + "HHIH", fragment_size(bind.max_recv), fragment_size(bind.max_xmit),
                       group or random_group(), len(address)) + address
    body += os.urandom(-(HEADER_SIZE + len(body)) % 4) + bytes([len(bind.contexts), 0, 0, 0])
    for context in bind.contexts:
        result, reason, (syntax, version) = judge(context)
        body += struct.pack(order + "HH", result, reason) + (syntax.bytes_le if order == "<" else syntax.bytes)
        body += struct.pack(order + "I", version)
    return pdu(BIND_ACK, flags, bind.call_id, body, order)


def bind_nak(bind, reason):
    """One supported version, 5.0, and padding to 24 bytes."""
    return pdu(BIND_NAK, FIRST_AND_LAST, bind.call_id, struct.pack("<HBBB3x", reason, 1, 5, 0))


def fault(bind, status):
    return pdu(FAULT, FIRST_AND_LAST | DID_NOT_EXECUTE, bind.call_id, struct.pack("<IHBBII", 0, 0, 0, 0, status, 0))
