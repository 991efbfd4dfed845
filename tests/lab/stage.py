# SPDX-License-Identifier: MIT
"""A stage for the servers of the lab: they play on loopback, in one event loop in a thread of its own, until the stage
is left.

    with Stage() as stage:
        busy = stage.listen("busy")
        dns = stage.serve({"example.com": Zone({"_vlmcs._tcp.example.com": [("SRV", 0, 0, busy.port, "localhost")]})})
        ... --dns-server={dns.endpoint} ...
        stage.settle()
        assert not stage.violations
"""
import asyncio
import contextlib
import socket
import threading

import agent_server
import dns_server
import loopback
import rpc_server
import tls_stream

PATIENCE = 10  # seconds for what takes milliseconds


class Stage:
    """Starts servers and keeps what they saw, also after its end."""

    def __init__(self):
        self.listeners = []
        self.dns_servers = []
        self.agents = []
        self._loop = self._end = None
        self._is_ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main()), name="stage", daemon=True)
        self._sockets = contextlib.ExitStack()

    def __enter__(self):
        self._thread.start()
        self._is_ready.wait(PATIENCE)
        try:
            self._set()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def _set(self):
        """What a stage starts with; nothing on this one."""

    def close(self):
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._end.set)
            self._thread.join(PATIENCE)
        self._sockets.close()

    async def _main(self):
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        self._is_ready.set()
        await self._end.wait()
        for server in self.listeners + self.dns_servers + self.agents:
            await server.stop()
        await asyncio.sleep(0)  # one turn in which the connections close

    def _run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(PATIENCE)

    # ---- servers

    def listen(self, behaviour="genuine", addresses=("127.0.0.1",), interval=1.0):
        """A listener of rpc_server on one free port of all addresses."""
        sockets = loopback.bind_together([(address, socket.SOCK_STREAM) for address in addresses])
        return self.listen_on(sockets, behaviour, interval)

    def listen_on(self, sockets, behaviour="genuine", interval=1.0):
        listener = rpc_server.Listener(behaviour, sockets, interval)
        self._run(listener.start())
        self.listeners.append(listener)
        return listener

    def serve(self, zones, behaviour=dns_server.Behaviour(), addresses=("127.0.0.1",)):
        """A DNS server; UDP and TCP on one free port of all addresses."""
        sockets = loopback.bind_together([(address, kind) for address in addresses
                                          for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM)])
        server = dns_server.Server(zones, sockets[::2], sockets[1::2], behaviour)
        self._run(server.start())
        self.dns_servers.append(server)
        return server

    def agent(self, kind, machine="kms01", pair=None, behaviour="genuine", addresses=("127.0.0.1",), tls=None,
              name=None, **options):
        """An HTTP agent that plays a machine of the lab.  `pair` is its certificate, None for plain HTTP; `tls` are
        further words of tls_stream.server_context, `name` is one that requests may call it besides its addresses,
        `options` are those of the agent."""
        sockets = loopback.bind_together([(address, socket.SOCK_STREAM) for address in addresses])
        context = tls_stream.server_context(pair, **(tls or {})) if pair else None
        agent = agent_server.AGENTS[kind](machine, **options)
        server = agent_server.AgentServer(agent, sockets, context, behaviour, name)
        self._run(server.start())
        self.agents.append(server)
        return server

    # ---- ports without a server

    def keep(self, sockets):
        """Holds sockets until the end, so that nobody else gets their ports."""
        for bound in sockets:
            self._sockets.enter_context(bound)

    def refusing_port(self, address="127.0.0.1"):
        """A port on which nobody listens, for TCP and UDP alike, and that nobody else can take."""
        sockets = loopback.bind_together([(address, socket.SOCK_STREAM)])
        self.keep(sockets)
        return sockets[0].getsockname()[1]

    def swallowing_port(self, address="127.0.0.1"):
        """A port that answers nothing at all, as behind a firewall."""
        sockets = loopback.bind_together([(address, socket.SOCK_STREAM)])
        self.keep([*sockets, loopback.fill_up(sockets[0])])
        return sockets[0].getsockname()[1]

    def mute(self, sockets):
        """The kernel opens connections here, and that is all that ever happens on them.  Costs nothing."""
        for bound in sockets:
            bound.listen(256)
        self.keep(sockets)

    # ---- what was seen

    @property
    def connections(self):
        return [connection for server in self.listeners + self.agents for connection in server.connections]

    @property
    def binds(self):
        """The bytes of every bind, over all listeners."""
        return [bind for listener in self.listeners for bind in listener.binds]

    @property
    def violations(self):
        """A sentence for everything that came and should not have come: not one bind, not a request as it must be."""
        return [violation for server in self.listeners + self.agents for violation in server.violations]

    def settle(self):
        """Waits until every connection has been read to its end; the other side must have closed them all."""
        self._run(asyncio.wait_for(self._settle(), PATIENCE - 1))

    async def _settle(self):
        for _ in range(5):
            await asyncio.sleep(0)  # takes in what the kernel already holds
        while not all(connection.is_over for connection in self.connections):
            await asyncio.sleep(0.001)
