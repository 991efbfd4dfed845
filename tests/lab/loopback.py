# SPDX-License-Identifier: MIT
"""Sockets on loopback for the lab: one free port on many addresses, ports where nobody listens, ports that swallow
every connection, connections that end in a reset.

No socket here sets SO_REUSEADDR: a port that is bound, listening or not, is nobody else's."""
import errno
import socket
import struct

ATTEMPTS = 50  # a port that is free on the first address may be taken on another


def family(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def bind_together(places, port=0):
    """A bound socket for each (address, socket.SOCK_STREAM or SOCK_DGRAM), all on that port, or else on a free one."""
    for _ in range(ATTEMPTS):
        sockets = []
        try:
            for address, kind in places:
                sockets.append(socket.socket(family(address), kind))
                sockets[-1].bind((address, sockets[0].getsockname()[1] if len(sockets) > 1 else port))
            return sockets
        except OSError as error:
            for bound in sockets:
                bound.close()
            if error.errno != errno.EADDRINUSE:
                raise
    raise OSError(errno.EADDRINUSE, f"no port is free on all of {[address for address, _ in places]}")


def fill_up(bound):
    """Makes a bound socket swallow connections as a firewall does: its queue of one is full and nobody takes from it, so
    Linux drops every further SYN.  Returns the connection in the queue, to be kept open."""
    bound.listen(0)
    return socket.create_connection(bound.getsockname()[:2])


def break_off_when_closed(writer):
    """Closing an asyncio stream then sends RST instead of FIN."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
