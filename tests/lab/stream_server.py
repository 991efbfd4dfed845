# SPDX-License-Identifier: MIT
"""What the TCP servers of the lab have in common: bound sockets, a task for each connection, and an end to all of it.

A connection has live(behave), which never raises, end(), and violation in words, None without."""
import asyncio


class StreamServer:
    connection = None  # what is made of (server, reader, writer)

    def __init__(self, sockets, behave):
        """Listens on bound sockets, all on the same port, and behaves alike on each."""
        self.host, self.port = sockets[0].getsockname()[:2]
        self.connections = []
        self._behave = behave
        self._sockets, self._servers, self._tasks = sockets, [], set()

    def describe(self):
        """What it is, for the words of a violation."""
        raise NotImplementedError

    @property
    def violations(self):
        return [f"{self.describe()} on {self.host}:{self.port}: {connection.violation}"
                for connection in self.connections if connection.violation]

    async def start(self):
        for bound in self._sockets:
            self._servers.append(await asyncio.start_server(self._accept, sock=bound, backlog=256))

    async def stop(self):
        for server in self._servers:
            server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self, reader, writer):
        connection = self.connection(self, reader, writer)
        self.connections.append(connection)
        task = asyncio.get_running_loop().create_task(connection.live(self._behave))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: connection.end())  # also when it was cancelled before its first step
