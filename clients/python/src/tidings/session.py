"""Getting connected and staying so: tokens, back-off, and the states in between."""

from __future__ import annotations

import asyncio
import inspect
import logging
import time
from collections.abc import Awaitable, Callable
from enum import Enum
from typing import Any, Protocol, Union

from . import errors, rest
from .backoff import CROWDED, Backoff
from .link import Envelope, Link
from .waiting import in_time
from .ways import Ways

logger = logging.getLogger("tidings")

#: A token, or a function that gets one, asynchronous or not; it is called again when the last one is refused or expires.
Token = Union[str, Callable[[], str | Awaitable[str]], None]

DEFAULT_HEARTBEAT = 30.0
#: A connection that has held for so many seconds was none of those that fail.
HELD = 0.25
#: A server that wants to be left alone longer than this is tried sooner.
MAX_PAUSE = 300.0


class ConnectionState(str, Enum):
    """Whether there is a connection.

    ``connecting`` → ``connected`` → (it breaks) ``waiting`` → ``connecting`` …, and from anywhere ``closed``, for good.
    """

    CONNECTING = "connecting"
    CONNECTED = "connected"
    WAITING = "waiting"
    CLOSED = "closed"

    def __str__(self) -> str:
        return self.value


class Owner(Protocol):
    """Who is told what happens."""

    def entered(self, link: Link) -> None:
        """There is a connection, and it has been authenticated."""

    def received(self, envelope: Envelope) -> None:
        """The server said something on it."""

    def left(self, why: errors.TidingsError) -> None:
        """It is gone."""

    def state_changed(self, state: ConnectionState, why: errors.TidingsError | None) -> None:
        """As it says. ``closed`` comes last."""


class Session:
    """Connects, authenticates, and does so again whenever the connection breaks, until it is closed or it is hopeless."""

    def __init__(
        self, url: str, token: Token, backoff: Backoff, connect_timeout: float, ways: Ways, owner: Owner
    ) -> None:
        self._url = url
        self._ways = ways
        self._source = token
        self._backoff = backoff
        self._connect_timeout = connect_timeout
        self._owner = owner
        self._token: str | None = None
        self._expires_at = float("inf")
        self._refusals = 0
        self._pause = 0.0
        self._held = False
        self._held_from = 0.0
        self._refreshing: asyncio.Task[None] | None = None
        self._link: Link | None = None
        self.max_message_bytes = 1 << 20
        self.identity: dict[str, Any] = {}

    async def run(self) -> None:
        """Until it is hopeless, or cancelled."""
        while True:
            self._owner.state_changed(ConnectionState.CONNECTING, None)
            why = await self._connection()
            if not why.retryable:
                self._owner.state_changed(ConnectionState.CLOSED, why)
                return
            self._owner.state_changed(ConnectionState.WAITING, why)
            crowded = why.code in ("too_many_connections", "rate_limited")
            delay = self._pause + self._backoff.next(CROWDED if crowded else 0.0)
            self._pause = 0.0
            logger.debug("%s; trying again in %.3f s", why, delay)
            if self._held:
                await asyncio.sleep(delay)
            else:
                await asyncio.gather(asyncio.sleep(delay), self._ways.failed(why))

    async def token(self) -> str:
        """The token in use, or one that is asked for."""
        if self._token is None or time.time() >= self._expires_at:
            self._token = await self._ask_for_token()
            self._expires_at = float("inf")
        return self._token

    async def _connection(self) -> errors.TidingsError:
        """One connection from beginning to end; why it ended."""
        self._held = False
        try:
            try:
                link = await in_time(self._open(), self._connect_timeout)
                self._held = True
                self._refusals = 0
                self._ways.worked()
                self._held_from = asyncio.get_running_loop().time()
                self._owner.state_changed(ConnectionState.CONNECTED, None)
                self._owner.entered(link)
                while True:
                    self._receive(await link.receive())
            finally:
                await self._close()
        except asyncio.TimeoutError:
            why: errors.TidingsError = errors.RequestTimedOut(
                f"{self._url} did not let us in within {self._connect_timeout:g} s"
            )
        except errors.TidingsError as e:
            why = e
        if why.code == "unauthenticated" and isinstance(why, errors.ConnectionLost):
            why = self._refused(why)
        if self._held:
            if asyncio.get_running_loop().time() - self._held_from >= HELD:
                self._backoff.reset()
            self._owner.left(why)
        return why

    async def _open(self) -> Link:
        token = await self.token()
        link = await self._ways.open(token)
        try:
            await self._authenticate(link, token)
        except BaseException:
            await asyncio.shield(link.close())
            raise
        # Now, so that it is closed even where nobody waits for it any more.
        self._link = link
        return link

    async def _authenticate(self, link: Link, token: str) -> None:
        heartbeat = DEFAULT_HEARTBEAT
        while True:
            envelope = await link.receive()
            payload = envelope.get("payload")
            content = payload if isinstance(payload, dict) else {}
            if envelope["type"] == "welcome":
                heartbeat = _positive(content.get("heartbeat_ms"), DEFAULT_HEARTBEAT * 1000) / 1000
                self.max_message_bytes = int(_positive(content.get("max_message_bytes"), 1 << 20))
                link.send({"type": "authenticate", "id": "authenticate", "payload": {"token": token}})
            elif envelope["type"] == "authenticated":
                self._authenticated(content)
                link.watch(heartbeat)
                return
            elif envelope["type"] == "error":
                raise errors.ConnectionLost("unauthenticated", errors.from_payload(content).message)

    def _refused(self, why: errors.TidingsError) -> errors.TidingsError:
        """The token is no good: a better one is asked for, once."""
        self._token = None
        self._refusals += 1
        if self._refusals < 2:
            return why
        return errors.Unauthenticated("unauthenticated", why.message)

    def _receive(self, envelope: Envelope) -> None:
        kind = envelope["type"]
        payload = envelope.get("payload")
        if kind == "token_expiring":
            if self._refreshing is None or self._refreshing.done():
                self._refreshing = asyncio.create_task(self._refresh())
        elif kind == "authenticated" and isinstance(payload, dict):
            self._authenticated(payload)
        elif kind == "reconnect" and isinstance(payload, dict):
            self._pause = min(_positive(payload.get("after_ms"), 0) / 1000, MAX_PAUSE)
        else:
            self._owner.received(envelope)

    async def _refresh(self) -> None:
        """Shows a newer token on the live connection; where that fails the server will close it, and we try again then."""
        try:
            token = await self._ask_for_token()
        except errors.TidingsError as e:
            logger.warning("the token expires, and there is no newer one: %s", e)
            return
        if self._link is not None and token != self._token:
            self._token = token
            self._link.send({"type": "authenticate", "id": "authenticate", "payload": {"token": token}})

    async def _ask_for_token(self) -> str:
        source = self._source
        if isinstance(source, str):
            return source
        if source is None:
            return await asyncio.to_thread(rest.quick_start_token, self._url)
        try:
            token = source()
            if inspect.isawaitable(token):
                token = await token
        except errors.TidingsError:
            raise
        except Exception as e:
            logger.exception("the function that gets tokens failed")
            raise errors.ConnectionLost("token_unavailable", f"getting a token failed: {e}") from e
        if not isinstance(token, str):
            raise errors.Unauthenticated("unauthenticated", f"a token is a string, not {type(token).__name__}")
        return token

    def _authenticated(self, payload: dict[str, Any]) -> None:
        self.identity = payload
        self._expires_at = _positive(payload.get("expires_at"), float("inf")) / 1000

    async def _close(self) -> None:
        link, self._link = self._link, None
        if self._refreshing is not None:
            self._refreshing.cancel()
            self._refreshing = None
        if link is not None:
            await link.close()


def _positive(value: Any, otherwise: float) -> float:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return value if number and value > 0 else otherwise
