# SPDX-License-Identifier: MIT
"""The server's side of one connection of asyncio, plain or under TLS, and what went wrong on it.  TLS runs over memory,
so that a server may speak it late, half or not at all."""
import contextlib
import ssl
import warnings

READ_SIZE = 65536


def server_context(pair, client_ca=None, is_old=False):
    """A context for a certificate with its key.  `client_ca`: only clients with a certificate of this authority are
    taken.  `is_old`: TLS 1.1 and nothing newer."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate, pair.key)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if is_old:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # nobody should, that is the point
            context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
        context.set_ciphers("ALL:@SECLEVEL=0")
    if client_ca:
        context.load_verify_locations(client_ca)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


class Stream:
    """Plain until secure() has been called."""

    def __init__(self, reader, writer):
        self.server_name = None  # SNI, as the client sent it
        self.client_certificate = None  # its subject, once TLS has taken it
        self._reader, self._writer = reader, writer
        self._tls = None
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()

    async def secure(self, context):
        """The handshake; ssl.SSLError or ConnectionError when the client does not go along."""
        context.sni_callback = self._note_server_name
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        await self._exchange(self._tls.do_handshake)
        self.client_certificate = self._tls.getpeercert()

    def _note_server_name(self, _tls, name, _context):
        self.server_name = name

    async def _exchange(self, step):
        """Repeats a step of TLS until the other side has sent enough for it."""
        while True:
            try:
                return step()
            except ssl.SSLWantReadError:
                pass
            finally:
                self._flush()
            data = await self._reader.read(READ_SIZE)
            if not data:
                raise ConnectionResetError("the client has ended the connection within TLS")
            self._incoming.write(data)

    def _flush(self):
        data = self._outgoing.read()
        if data:
            self._writer.write(data)

    async def read(self):
        """What came next, b"" at the end."""
        if self._tls is None:
            return await self._reader.read(READ_SIZE)
        try:
            return await self._exchange(lambda: self._tls.read(READ_SIZE))
        except (ssl.SSLZeroReturnError, ConnectionResetError):
            return b""

    def write(self, data):
        if self._tls is None:
            self._writer.write(data)
            return
        for start in range(0, len(data), READ_SIZE):
            self._tls.write(data[start:start + READ_SIZE])
        self._flush()

    def write_raw(self, data):
        """Past TLS, whatever state it is in."""
        self._writer.write(data)

    async def drain(self):
        await self._writer.drain()

    def end_output(self):
        """close_notify, then FIN: an orderly end."""
        if self._tls is not None:
            try:
                self._tls.unwrap()
            except ssl.SSLError:
                pass  # it waits for the other side's; ours has been written
            self._flush()
        self.cut()

    def cut(self):
        """FIN without close_notify: what a cut looks like."""
        if self._writer.can_write_eof():
            with contextlib.suppress(OSError):  # the client was faster
                self._writer.write_eof()
