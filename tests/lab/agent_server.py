# SPDX-License-Identifier: MIT
"""An agent of the lab on a port: raw bytes under TLS or plain, no library of HTTP.  Everything that comes is kept, and
every request is checked before it is answered; what no client of ours may send is a violation, which ends the
connection without a word."""
import ssl

import loopback
from agent_behaviours import BEHAVIOURS
from exporter_agent import ExporterAgent
from http_message import Violation, read_request
from icinga_windows_agent import IcingaWindowsAgent
from nsclient_agent import NsclientAgent
from stream_server import StreamServer
from tls_stream import Stream
from winrm_agent import WinrmAgent

AGENTS = {agent.kind: agent for agent in (NsclientAgent, WinrmAgent, IcingaWindowsAgent, ExporterAgent)}


class Connection:
    """One connection as the agent saw it."""

    def __init__(self, server, reader, writer):
        self.server, self.agent = server, server.agent
        self.requests = []
        self.violation = None  # in words
        self.tls_failure = None  # why the client broke the handshake off, in the words of OpenSSL
        self.is_secure = False  # the handshake has ended well
        self.is_over = False
        self._writer = writer
        self.stream = Stream(reader, writer)
        self._received = bytearray()
        self._has_hung_up = False

    @property
    def logins(self):
        return [self.agent.credentials(request) for request in self.requests if self.agent.credentials(request)]

    # ---- what behaviours do

    async def secure(self):
        """The handshake, where the server speaks TLS."""
        if self.server.tls is None:
            return
        try:
            await self.stream.secure(self.server.tls)
        except ssl.SSLError as error:
            self.tls_failure = error.reason or str(error)
            raise ConnectionAbortedError("no handshake") from None
        self.is_secure = True

    async def request(self):
        """The next request, checked; None when the client has ended the connection."""
        while (request := read_request(self._received)) is None:
            data = await self.stream.read()
            if not data:
                return None
            self._received += data
        del self._received[:len(request.bytes)]
        self.requests.append(request)
        if self._received:
            raise Violation(f"{len(self._received)} bytes behind a request that is not answered yet")
        if request.header("Host") not in self.server.authorities:
            raise Violation(f"a request to the host {request.header('Host')}, not to {self.server.authorities}")
        self.agent.check(request)
        return request

    async def something(self):
        """Whatever comes first, a ClientHello for example."""
        return await self.stream.read()

    async def read_on(self):
        """Takes one request and says nothing."""
        await self.request()

    def answer(self, request):
        return self.agent.reply(request)

    def send(self, data):
        self.stream.write(data)

    async def send_all(self, data):
        """Waits while the client does not read."""
        self.stream.write(data)
        await self.stream.drain()

    def end_output(self):
        self._has_hung_up = True
        self.stream.end_output()

    def cut(self):
        self._has_hung_up = True
        self.stream.cut()

    def reset(self):
        self._has_hung_up = True
        loopback.break_off_when_closed(self._writer)
        self._writer.transport.abort()

    # ---- its life

    async def live(self, behave):
        try:
            await behave(self)
            await self._read_to_the_end()
        except Violation as violation:
            self.violation = str(violation)
        except (ConnectionError, ssl.SSLError):
            pass
        except Exception as error:  # a mistake of the lab must fail the test, not vanish
            self.violation = f"the agent itself failed: {error!r}"

    async def _read_to_the_end(self):
        is_tls_expected = self.server.tls is not None
        while data := await self.stream.read():
            self._received += data
        if self._received and not self._has_hung_up and (self.is_secure or not is_tls_expected):
            raise Violation(f"{len(self._received)} bytes that nobody expected: {bytes(self._received[:60])!r}")

    def end(self):
        self._writer.transport.abort()
        self.is_over = True


class AgentServer(StreamServer):
    """`tls` is a context, None for plain HTTP."""
    connection = Connection

    def __init__(self, agent, sockets, tls=None, behaviour="genuine", name=None):
        super().__init__(sockets, BEHAVIOURS[behaviour] if isinstance(behaviour, str) else behaviour)
        self.agent, self.tls, self.behaviour = agent, tls, behaviour
        hosts = [bound.getsockname()[0] for bound in sockets] + ["localhost"] + ([name] if name else [])
        self.authorities = [f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}" for host in hosts]

    def describe(self):
        return f"{self.agent.kind}, {self.behaviour},"

    # ---- what was seen

    @property
    def requests(self):
        return [request for connection in self.connections for request in connection.requests]

    @property
    def logins(self):
        """(user, password) of every request that carried them."""
        return [login for connection in self.connections for login in connection.logins]

    @property
    def words(self):
        """The options of a plugin that asks here."""
        return [f"--agent={self.agent.kind}", "-H", self.host, "-p", str(self.port)]
