# SPDX-License-Identifier: MIT
"""How an agent of the lab behaves on a connection: as it should, or as a bad network, a proxy, or another server would.

A behaviour is a coroutine that gets a connection of agent_server; BEHAVIOURS names them."""
import functools
import gzip

import http_message
from http_message import reply

PROXY_PAGE = ("<!DOCTYPE html>\n<html><head><title>Access denied by web gateway</title></head>\n"
              "<body><h1>Blocked</h1><p>Ask your administrator.</p></body></html>\n")
HTML = [("Content-Type", "text/html; charset=utf-8"), ("Via", "1.1 proxy1.corp.example.com")]


async def genuine(connection):
    """Answers until the client has enough."""
    await connection.secure()
    while request := await connection.request():
        connection.send(connection.answer(request))
        if connection.agent.ends_connections:
            connection.end_output()
            return


async def changed(connection, change):
    """Every reply passes through `change`, bytes to bytes."""
    await connection.secure()
    while request := await connection.request():
        connection.send(change(connection.answer(request)))


async def changed_and_closed(connection, change):
    await connection.secure()
    if request := await connection.request():
        connection.send(change(connection.answer(request)))
        connection.end_output()


async def fixed(connection, data):
    """Whatever was asked."""
    await connection.secure()
    while await connection.request():
        connection.send(data)


async def fixed_and_closed(connection, data):
    await connection.secure()
    if await connection.request():
        connection.send(data)
        connection.end_output()


async def silent(_connection):
    """The connection is open, and nothing comes, not even TLS."""


async def silent_after_handshake(connection):
    await connection.secure()
    await connection.read_on()


async def silent_after_request(connection):
    await connection.secure()
    await connection.request()


async def half(connection):
    """Half of a reply, then silence."""
    await connection.secure()
    if request := await connection.request():
        whole = connection.answer(request)
        connection.send(whole[:len(whole) // 2])


async def half_then_close(connection):
    await half(connection)
    connection.end_output()


async def half_then_cut(connection):
    """As it looks when the machine goes down: no close_notify."""
    await half(connection)
    connection.cut()


async def half_then_reset(connection):
    await half(connection)
    connection.reset()


async def slow(connection):
    """One byte at a time, each in a record of its own."""
    await connection.secure()
    while request := await connection.request():
        for byte in connection.answer(request):
            await connection.send_all(bytes([byte]))
        if connection.agent.ends_connections:
            connection.end_output()
            return


async def close(connection):
    """An orderly end instead of TLS or of an answer."""
    connection.end_output()


async def close_after_request(connection):
    await connection.secure()
    await connection.request()
    connection.end_output()


async def reset(connection):
    connection.reset()


async def reset_after_request(connection):
    await connection.secure()
    await connection.request()
    connection.reset()


async def endless_body(connection):
    """Chunks without an end."""
    await connection.secure()
    if await connection.request():
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            await connection.send_all(b"10000\r\n" + b"x" * 65536 + b"\r\n")


async def endless_headers(connection):
    await connection.secure()
    if await connection.request():
        connection.send(b"HTTP/1.1 200 OK\r\n")
        while True:
            await connection.send_all(b"X-Filler: " + b"x" * 1000 + b"\r\n")


async def plain_on_tls_port(connection):
    """A server that knows no TLS answers the ClientHello as a bad request."""
    await connection.something()
    connection.send(reply("400 Bad Request", "Bad request\n", [("Content-Type", "text/plain")]))
    connection.end_output()


async def garbage_for_tls(connection):
    await connection.something()
    connection.send(b"\x00\xff\x17\x03KMS" * 32)
    connection.end_output()


def without_reason(data):
    status_line, headers, body = http_message.split_reply(data)
    return http_message.join_reply(b" ".join(status_line.split(b" ")[:2]), headers, body)


def zipped(data):
    """gzip that nobody has asked for."""
    status_line, headers, body = http_message.split_reply(data)
    body = gzip.compress(body, mtime=0)
    headers = [*headers, b"Content-Encoding: gzip"]
    return http_message.with_length(http_message.join_reply(status_line, headers, body), len(body))


def longer_than_announced(data):
    """Its Content-Length ends in the middle of its body."""
    return http_message.with_length(data, max(len(http_message.split_reply(data)[2]) - 100, 0))


def shorter_than_announced(data):
    return http_message.with_length(data, len(http_message.split_reply(data)[2]) + 100)


def without_length(data):
    """The end of the connection is the end of the body."""
    status_line, headers, body = http_message.split_reply(data)
    headers = [line for line in headers if not line.startswith(b"Content-Length")]
    return http_message.join_reply(status_line, headers, body)


REDIRECTION = reply("302 Found", "", [("Location", "https://portal.corp.example.com/login?next=/")])
BEHAVIOURS = {
    "genuine": genuine,
    "silent": silent,
    "silent_after_handshake": silent_after_handshake,
    "silent_after_request": silent_after_request,
    "half": half,
    "half_then_close": half_then_close,
    "half_then_cut": half_then_cut,
    "half_then_reset": half_then_reset,
    "slow": slow,
    "close": close,
    "close_after_request": close_after_request,
    "reset": reset,
    "reset_after_request": reset_after_request,
    "html_200": functools.partial(fixed_and_closed, data=reply("200 OK", PROXY_PAGE, HTML)),
    "html_502": functools.partial(fixed_and_closed, data=reply("502 Bad Gateway", PROXY_PAGE, HTML)),
    "redirect": functools.partial(fixed_and_closed, data=REDIRECTION),
    "refused_401": functools.partial(fixed_and_closed, data=reply(
        "401 Unauthorized", "", [("WWW-Authenticate", "Negotiate"), ("WWW-Authenticate", 'Basic realm="WSMAN"')])),
    "refused_403": functools.partial(fixed_and_closed, data=reply("403 Forbidden", "403 Your not allowed")),
    "not_found": functools.partial(fixed_and_closed, data=reply("404 Not Found", "Document not found")),
    "empty": functools.partial(fixed_and_closed, data=reply("200 OK", "")),
    "empty_500": functools.partial(fixed_and_closed, data=reply("500 ", "")),
    "garbage": functools.partial(fixed_and_closed, data=b"\x00\xff\x17\x03KMS" * 32),
    "ssh": functools.partial(fixed_and_closed, data=b"SSH-2.0-OpenSSH_9.2\r\n"),
    "no_reason": functools.partial(changed, change=without_reason),
    "chunked": functools.partial(changed, change=http_message.chunked),
    "zipped": functools.partial(changed, change=zipped),
    "longer_than_announced": functools.partial(changed_and_closed, change=longer_than_announced),
    "shorter_than_announced": functools.partial(changed_and_closed, change=shorter_than_announced),
    "without_length": functools.partial(changed_and_closed, change=without_length),
    "endless_body": endless_body,
    "endless_headers": endless_headers,
    "plain_on_tls_port": plain_on_tls_port,
    "garbage_for_tls": garbage_for_tls,
}
