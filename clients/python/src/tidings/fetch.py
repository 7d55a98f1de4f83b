"""HTTP calls that can be given up at any moment, with answers read as they come: each in a thread of its own, by the standard
library, which knows TLS and proxies."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import socket
import threading
import urllib.request
from collections.abc import AsyncIterator, Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from types import TracebackType
from urllib.parse import SplitResult, unquote, urlsplit

from . import errors

#: So many pieces of an answer wait to be taken; then no more is read.
MAX_WAITING = 16
PIECE = 1 << 16

_Head = tuple[int, dict[str, str]]


class Call:
    """One call, to be used by ``async with``: leaving it ends the call, wherever it is.

    :param timeout: seconds in which something of the answer must come
    """

    def __init__(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, timeout: float) -> None:
        self._method = method
        self._url = url
        self._headers = dict(headers)
        self._body = body
        self._timeout = timeout
        self._loop = asyncio.get_running_loop()
        self._coming: asyncio.Queue[_Head | bytes | Exception] = asyncio.Queue(MAX_WAITING)
        self._over = False
        self._socket: socket.socket | None = None
        self.status = 0
        #: By their names in lower case.
        self.headers: dict[str, str] = {}

    async def __aenter__(self) -> Call:
        threading.Thread(target=self._carry_out, name="tidings-http", daemon=True).start()
        try:
            head = await self._coming.get()
        except BaseException:
            self._give_up()
            raise
        if isinstance(head, tuple):
            self.status, self.headers = head
            return self
        self._give_up()
        raise errors.ConnectionLost("disconnected", f"no connection to {self._url}: {head!r}")

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._give_up()

    async def pieces(self) -> AsyncIterator[bytes]:
        """The body as it comes.

        :raises ConnectionLost: when it breaks off
        """
        while True:
            piece = await self._coming.get()
            if isinstance(piece, Exception):
                raise errors.ConnectionLost("disconnected", f"the answer broke off: {piece!r}")
            if not piece or isinstance(piece, tuple):
                return
            yield piece

    def _give_up(self) -> None:
        self._over = True
        if self._socket is not None:
            # Wakes the thread where it reads.
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
        while not self._coming.empty():
            self._coming.get_nowait()

    # In the thread

    def _carry_out(self) -> None:
        connection: HTTPConnection | None = None
        try:
            connection, target, extra = _connection(urlsplit(self._url), self._timeout)
            connection.connect()
            self._socket = connection.sock
            connection.request(self._method, target, self._body, {**self._headers, **extra})
            response = connection.getresponse()
            self._say((response.status, {name.lower(): value for name, value in response.getheaders()}))
            while not self._over:
                piece = response.read1(PIECE)
                self._say(piece)
                if not piece:
                    return
        except (OSError, HTTPException, ValueError, AttributeError) as e:
            # AttributeError is what the standard library raises when a TLS socket is shut down while it reads.
            self._say(e)
        finally:
            if connection is not None:
                connection.close()

    def _say(self, what: _Head | bytes | Exception) -> None:
        if self._over:
            return
        # The event loop may be at its end.
        with contextlib.suppress(RuntimeError, asyncio.CancelledError):
            put = self._coming.put(what)
            try:
                asyncio.run_coroutine_threadsafe(put, self._loop).result()
            finally:
                put.close()


def _connection(url: SplitResult, timeout: float) -> tuple[HTTPConnection, str, dict[str, str]]:
    """A connection, by the proxy that the environment names if it does; what to ask on it, and what to say besides."""
    host, secure = url.hostname or "", url.scheme == "https"
    port = url.port or (443 if secure else 80)
    path = url.path + (f"?{url.query}" if url.query else "")
    proxy = None if urllib.request.proxy_bypass(host) else urllib.request.getproxies().get(url.scheme)
    if proxy is None:
        return (HTTPSConnection if secure else HTTPConnection)(host, port, timeout=timeout), path, {}
    by = urlsplit(proxy if "//" in proxy else "//" + proxy)
    names = f"{unquote(by.username or '')}:{unquote(by.password or '')}".encode()
    extra = {"Proxy-Authorization": "Basic " + base64.b64encode(names).decode()} if by.username else {}
    if not secure:
        return HTTPConnection(by.hostname or "", by.port or 8080, timeout=timeout), url.geturl(), extra
    connection = HTTPSConnection(by.hostname or "", by.port or 8080, timeout=timeout)
    connection.set_tunnel(host, port, headers=extra)
    return connection, path, {}
