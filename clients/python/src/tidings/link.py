"""One WebSocket connection, from its first frame to its last."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI
from websockets.typing import Subprotocol

from . import errors

Envelope = dict[str, Any]

SUBPROTOCOL = Subprotocol("tidings.v1.json")
#: A frame larger than this is not taken; answers to history and state have up to 4 MiB and a little.
MAX_FRAME = 64 << 20
#: So many frames that are no envelopes end a connection.
MAX_NONSENSE = 10
#: So much may wait to be sent, in frames; a server that does not read is given up.
MAX_UNSENT = 10_000


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


class Link:
    """Frames in, frames out; says ``ping`` when it hears nothing, and gives the connection up when that is not answered."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._loop = asyncio.get_running_loop()
        self._unsent: asyncio.Queue[bytes] = asyncio.Queue(MAX_UNSENT)
        self._inbox: deque[Envelope] = deque()
        self._heard = self._loop.time()
        self._pings = 0
        self._nonsense = 0
        self._failure: errors.TidingsError | None = None
        self._tasks = [asyncio.create_task(self._write())]

    @staticmethod
    async def open(url: str) -> Link:
        """Connects; the caller bounds the time.

        :raises TidingsError: when there is no such server, or it does not want a WebSocket
        """
        try:
            socket = await connect(
                url,
                subprotocols=[SUBPROTOCOL],
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
        return Link(socket)

    def watch(self, heartbeat: float) -> None:
        """From now on expects to hear something every so many seconds."""
        self._tasks.append(asyncio.create_task(self._listen(heartbeat)))

    def send(self, envelope: Mapping[str, Any]) -> None:
        """Sends it after all that has been sent before; nothing happens when the connection is ending."""
        self.send_frame(encoded(envelope))

    def send_frame(self, frame: bytes) -> None:
        """The same with what has been encoded already."""
        try:
            self._unsent.put_nowait(frame)
        except asyncio.QueueFull:
            self.fail(errors.ConnectionLost("disconnected", "the server does not read what it is sent"))

    async def receive(self) -> Envelope:
        """What the server says next.

        :raises TidingsError: when the connection has ended; it says why
        """
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
        """Sends what is still to be sent and ends it in order; within a second or so, whatever the server does."""
        if self._failure is None and not self._unsent.empty():
            await asyncio.sleep(0)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._socket.close()

    def _decoded(self, frame: str | bytes) -> list[Envelope]:
        try:
            content = json.loads(frame)
        except (ValueError, RecursionError):
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
                await self._socket.send(await self._unsent.get(), text=True)

    async def _listen(self, heartbeat: float) -> None:
        pinged = float("-inf")
        while True:
            now = self._loop.time()
            due = max(self._heard, pinged) + heartbeat
            if now < due:
                await asyncio.sleep(due - now)
            elif pinged > self._heard:
                self.fail(errors.ConnectionLost("disconnected", "the server has fallen silent"))
                return
            else:
                pinged = now
                self._pings += 1
                self.send({"type": "ping", "id": f"ping-{self._pings}"})


def _ending(closed: ConnectionClosed) -> errors.TidingsError:
    frame = closed.rcvd or closed.sent
    return errors.from_close(frame.code, frame.reason) if frame else errors.from_close(None)


def encoded(envelope: Mapping[str, Any]) -> bytes:
    """As a frame.

    :raises InvalidRequest: when it holds what JSON does not know
    """
    try:
        return json.dumps(envelope, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as e:
        raise errors.InvalidRequest("invalid_request", f"this cannot be said in JSON: {e}") from e
