"""One connection to the service, from its first envelope to its last: over a WebSocket, or whatever else carries envelopes."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI
from websockets.typing import Subprotocol

from . import errors
from .codec import Codec, within

Envelope = dict[str, Any]

#: A frame larger than this is not taken; answers to history and state have up to 4 MiB and a little.
MAX_FRAME = 64 << 20
#: So many frames that are no envelopes end a connection.
MAX_NONSENSE = 10
#: So much may wait to be sent, in frames; a server that does not read is given up.
MAX_UNSENT = 10_000


class Link(Protocol):
    """Envelopes in, envelopes out."""

    def watch(self, heartbeat: float) -> None:
        """From now on expects to hear something every so many seconds: says ``ping`` when it does not, and ends without an answer."""

    def send(self, envelope: Mapping[str, Any], limit: int = MAX_FRAME) -> None:
        """Sends it after all that has been sent before; nothing happens when the connection is ending.

        :raises InvalidRequest: when it cannot be said, or is larger than the limit
        """

    async def receive(self) -> Envelope:
        """What the server says next.

        :raises TidingsError: when the connection has ended; it says why
        """

    async def close(self) -> None:
        """Sends what is still to be sent and ends it in order; within a second or so, whatever the server does."""


def socket_address(url: str) -> str:
    """Where the WebSocket is, given the service's address, ``http://host:8080``, or the socket's own, ``ws://host:8080/ws``.

    :raises InvalidRequest: when it is neither
    """
    parts = urlsplit(url)
    scheme = {"http": "ws", "https": "wss"}.get(parts.scheme, parts.scheme)
    if scheme not in ("ws", "wss") or not parts.hostname:
        raise errors.InvalidRequest(
            "invalid_request", f"{url!r} is no address of a service; one looks like http://127.0.0.1:8080"
        )
    path = parts.path.rstrip("/")
    return urlunsplit((scheme, parts.netloc, path if path.endswith("/ws") else path + "/ws", parts.query, ""))


class SocketLink:
    """A WebSocket."""

    def __init__(self, socket: ClientConnection, codec: Codec) -> None:
        self._socket = socket
        self._codec = codec
        self._loop = asyncio.get_running_loop()
        self._unsent: asyncio.Queue[bytes] = asyncio.Queue(MAX_UNSENT)
        self._inbox: deque[Envelope] = deque()
        self._heard = self._loop.time()
        self._nonsense = 0
        self._failure: errors.TidingsError | None = None
        self._tasks = [asyncio.create_task(self._write())]

    @staticmethod
    async def open(url: str, codec: Codec) -> SocketLink:
        """Connects; the caller bounds the time.

        :raises TidingsError: when there is no such server, or it does not want a WebSocket
        """
        try:
            socket = await connect(
                url,
                subprotocols=[Subprotocol(codec.protocol)],
                open_timeout=None,
                ping_interval=None,
                close_timeout=1,
                max_size=MAX_FRAME,
            )
        except InvalidStatus as e:
            status = e.response.status_code
            raise errors.ConnectionLost("disconnected", f"the server refused the WebSocket with HTTP {status}") from e
        except (OSError, InvalidHandshake, EOFError) as e:
            raise errors.ConnectionLost("disconnected", f"no connection to {url}: {e or type(e).__name__}") from e
        except (InvalidURI, ValueError) as e:
            raise errors.InvalidRequest("invalid_request", f"{url!r} is no address of a WebSocket: {e}") from e
        return SocketLink(socket, codec)

    def watch(self, heartbeat: float) -> None:
        self._tasks.append(asyncio.create_task(listen(heartbeat, lambda: self._heard, self.send, self.fail)))

    def send(self, envelope: Mapping[str, Any], limit: int = MAX_FRAME) -> None:
        try:
            self._unsent.put_nowait(within(self._codec.encode(envelope), limit))
        except asyncio.QueueFull:
            self.fail(errors.ConnectionLost("disconnected", "the server does not read what it is sent"))

    async def receive(self) -> Envelope:
        while not self._inbox:
            try:
                frame = await self._socket.recv()
            except ConnectionClosed as e:
                raise self._failure or _ending(e) from e
            self._heard = self._loop.time()
            self._inbox.extend(self._decoded(frame))
        return self._inbox.popleft()

    def fail(self, failure: errors.TidingsError) -> None:
        """Ends the connection at once, for this reason."""
        if self._failure is None:
            self._failure = failure
            self._socket.transport.abort()

    async def close(self) -> None:
        if self._failure is None and not self._unsent.empty():
            await asyncio.sleep(0)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._socket.close()

    def _decoded(self, frame: str | bytes) -> list[Envelope]:
        try:
            content = self._codec.decode(frame)
        except ValueError:
            content = None
        found = content if isinstance(content, list) else [content]
        envelopes = [each for each in found if isinstance(each, dict) and isinstance(each.get("type"), str)]
        self._nonsense += len(found) - len(envelopes)
        if self._nonsense >= MAX_NONSENSE:
            self.fail(errors.ProtocolViolation("protocol_error", "the server sends what is no message of the protocol"))
        return envelopes

    async def _write(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            while True:
                await self._socket.send(await self._unsent.get(), text=self._codec.text)


async def listen(
    heartbeat: float,
    heard: Callable[[], float],
    send: Callable[[Envelope], None],
    fail: Callable[[errors.TidingsError], None],
) -> None:
    """Says ``ping`` when nothing was heard for so many seconds, and that it has failed when nothing was for as many again."""
    loop = asyncio.get_running_loop()
    pings = itertools.count(1)
    pinged = float("-inf")
    while True:
        now = loop.time()
        due = max(heard(), pinged) + heartbeat
        if now < due:
            await asyncio.sleep(due - now)
        elif pinged > heard():
            fail(errors.ConnectionLost("disconnected", "the server has fallen silent"))
            return
        else:
            pinged = now
            send({"type": "ping", "id": f"ping-{next(pings)}"})


def _ending(closed: ConnectionClosed) -> errors.TidingsError:
    frame = closed.rcvd or closed.sent
    return errors.from_close(frame.code, frame.reason) if frame else errors.from_close(None)
