# SPDX-License-Identifier: MIT
"""Listeners of the lab on the port of KMS.  They answer one DCE/RPC bind and nothing else: whatever is not a bind, or
comes behind it, is a violation, which is recorded and ends the connection without a word.  There is no code here that
could answer an activation request.

A behaviour is a coroutine that gets a connection; BEHAVIOURS names them.  Whatever it does, everything that the other
side sends is read and kept, so that a test can say that exactly one bind came.
"""
import asyncio
import dataclasses
import functools
import struct

import loopback
import rpc_pdu
from rpc_pdu import Violation, genuine_result
from stream_server import StreamServer

# ---- connections


class Connection:
    """One connection as the listener saw it."""

    def __init__(self, listener, reader, writer):
        self.listener = listener
        self.received = bytearray()
        self.bind = None  # a Bind once it is whole
        self.violation = None  # what else was sent, in words
        self.is_over = False
        self._reader, self._writer = reader, writer
        self._bind_is_whole = asyncio.Event()
        self._has_hung_up = False

    async def whole_bind(self):
        await self._bind_is_whole.wait()
        return self.bind

    def ack(self, bind, **differences):
        return rpc_pdu.bind_ack(bind, **{"port": self.listener.port} | differences)

    def send(self, data):
        self._writer.write(data)

    async def send_all(self, data):
        """Waits while the other side does not read."""
        self._writer.write(data)
        await self._writer.drain()

    def end_output(self):
        """FIN.  What the other side still sends is read, so that it sees an orderly end."""
        self._has_hung_up = True
        if self._writer.can_write_eof():
            self._writer.write_eof()

    def reset(self):
        """RST."""
        self._has_hung_up = True
        loopback.break_off_when_closed(self._writer)
        self._writer.transport.abort()

    async def live(self, behave):
        acting = asyncio.get_running_loop().create_task(behave(self))
        acting.add_done_callback(self._note_failure)
        try:
            await self._read_to_the_end()
        finally:
            acting.cancel()

    def end(self):
        self._writer.transport.abort()  # what is still unsent, nobody reads
        self.is_over = True

    def _note_failure(self, acting):
        error = None if acting.cancelled() else acting.exception()
        if error and not isinstance(error, ConnectionError):
            self.violation = f"the listener itself failed: {error!r}"

    async def _read_to_the_end(self):
        try:
            while data := await self._reader.read(65536):
                self.received += data
                self.bind = rpc_pdu.read_bind(self.received)
                if self.bind:
                    self._bind_is_whole.set()
            await asyncio.sleep(0)  # one turn for an answer, even if the other side ends its half at once
            if self.received and not self.bind and not self._has_hung_up:
                raise Violation(f"a bind that ends after {len(self.received)} bytes")
        except Violation as violation:
            self.violation = str(violation)
        except ConnectionError:
            pass


# ---- behaviours


async def answer(connection, judge=genuine_result, **differences):
    connection.send(connection.ack(await connection.whole_bind(), judge=judge, **differences))


async def deny(connection, reason):
    connection.send(rpc_pdu.bind_nak(await connection.whole_bind(), reason))
    connection.end_output()


async def access_denied(connection):
    connection.send(rpc_pdu.fault(await connection.whole_bind(), rpc_pdu.ACCESS_DENIED))


async def greet(connection, text):
    """Speaks first, then waits for a line that never comes."""
    connection.send(text)


async def reply_and_close(connection, data):
    await connection.whole_bind()
    connection.send(data)
    connection.end_output()


async def echo(connection):
    connection.send((await connection.whole_bind()).bytes)


async def silent(_connection):
    pass


async def close(connection):
    connection.end_output()


async def close_after_bind(connection):
    await connection.whole_bind()
    connection.end_output()


async def reset(connection):
    connection.reset()


async def reset_after_bind(connection):
    await connection.whole_bind()
    connection.reset()


async def half(connection):
    whole = connection.ack(await connection.whole_bind())
    connection.send(whole[:len(whole) // 2])


async def half_then_close(connection):
    await half(connection)
    connection.end_output()


async def slow(connection):
    for byte in connection.ack(await connection.whole_bind()):
        await connection.send_all(bytes([byte]))
        await asyncio.sleep(connection.listener.interval)


async def wrong_call_id(connection):
    bind = await connection.whole_bind()
    connection.send(connection.ack(dataclasses.replace(bind, call_id=bind.call_id ^ 0x01000000)))


async def oversized(connection):
    """A header that announces more than any answer has."""
    whole = connection.ack(await connection.whole_bind())
    connection.send(whole[:8] + struct.pack("<H", 0xFFFF) + whole[10:])


async def endless(connection):
    """Never a line end, never an end."""
    await connection.whole_bind()
    while True:
        await connection.send_all(b"220-" + b"x" * 65532)


async def endless_pdu(connection):
    """A proper answer, and then as much as the other side takes."""
    connection.send(connection.ack(await connection.whole_bind()))
    while True:
        await connection.send_all(bytes(65536))


async def extra(connection):
    """Bytes behind a proper answer, in the same packet."""
    connection.send(connection.ack(await connection.whole_bind()) + b"and more")


BEHAVIOURS = {
    "genuine": answer,
    "says_1688": functools.partial(answer, port=1688),  # four digits: one byte of padding
    "no_address": functools.partial(answer, has_address=False),
    "big_endian": functools.partial(answer, order=">"),
    "not_kms": functools.partial(answer, judge=rpc_pdu.unknown_interface),
    "transfer_syntax": functools.partial(answer, judge=rpc_pdu.unknown_syntax),
    "decoy_accepting": functools.partial(answer, judge=rpc_pdu.accept_all),
    "emulator": functools.partial(answer, judge=rpc_pdu.accept_all, flags=rpc_pdu.EMULATOR_FLAGS,
                                  group=rpc_pdu.EMULATOR_GROUP),
    "busy": functools.partial(deny, reason=rpc_pdu.CONGESTION),
    "unknown_version": functools.partial(deny, reason=rpc_pdu.UNKNOWN_VERSION),
    "access_denied": access_denied,
    "tls": functools.partial(reply_and_close, data=bytes.fromhex("15030100020246")),  # fatal, protocol_version
    "http": functools.partial(reply_and_close, data=b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"),
    "ssh": functools.partial(greet, text=b"SSH-2.0-OpenSSH_9.2\r\n"),
    "smtp": functools.partial(greet, text=b"220 mail.corp.example.com ESMTP\r\n"),
    "echo": echo,
    "silent": silent,
    "close": close,
    "close_after_bind": close_after_bind,
    "reset": reset,
    "reset_after_bind": reset_after_bind,
    "half": half,
    "half_then_close": half_then_close,
    "slow": slow,
    "wrong_call_id": wrong_call_id,
    "oversized": oversized,
    "endless": endless,
    "endless_pdu": endless_pdu,
    "extra": extra,
}


class Listener(StreamServer):
    connection = Connection

    def __init__(self, behaviour, sockets, interval=1.0):
        super().__init__(sockets, BEHAVIOURS[behaviour])
        self.behaviour = behaviour
        self.interval = interval  # seconds between two bytes, where they come one by one

    def describe(self):
        return self.behaviour

    @property
    def binds(self):
        """The bytes of every bind that came."""
        return [connection.bind.bytes for connection in self.connections if connection.bind]
