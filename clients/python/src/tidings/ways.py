"""The ways to the service, and which of them is tried."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from . import errors
from .api import Api, Refused
from .codec import Codec
from .link import Link, SocketLink, socket_address
from .plain import PlainLink
from .waiting import in_time

#: In the order in which they are tried.
TRANSPORTS = ("websocket", "sse", "polling")
#: So many failures in a row, and the next way is tried.
FAILURES = 3
#: So many seconds the service has to answer plain HTTP, or it cannot be reached at all.
REACHABLE = 5.0


class Ways:
    """One of them is tried until it has failed three times in a row although the service could be reached."""

    def __init__(self, url: str, transports: Sequence[str], codec: Codec) -> None:
        unknown = [each for each in transports if each not in TRANSPORTS]
        if unknown or not transports:
            allowed = ", ".join(TRANSPORTS)
            raise errors.InvalidRequest("invalid_request", f"transports are some of {allowed}, not {list(transports)}")
        self._url = url
        self._socket_url = socket_address(url)
        self._transports = tuple(transports)
        self._codec = codec
        self._current = 0
        self._failures = 0

    @property
    def current(self) -> str:
        """The one that is tried, or that has worked."""
        return self._transports[self._current % len(self._transports)]

    async def open(self, token: str) -> Link:
        """:raises TidingsError: when it cannot be had"""
        if self.current == "websocket":
            return await SocketLink.open(self._socket_url, self._codec)
        return await PlainLink.open(self._url, token, streams=self.current == "sse")

    def worked(self) -> None:
        """There is a connection."""
        self._failures = 0

    async def failed(self, why: errors.TidingsError) -> None:
        """There was none. Without the service no way is at fault: else all would be gone through in an outage."""
        if why.code in ("unauthenticated", "token_unavailable") or len(self._transports) == 1:
            return
        if self.current == "websocket" and not await self._is_reachable():
            self._failures = 0
            return
        self._failures += 1
        if self._failures >= FAILURES:
            self._current += 1
            self._failures = 0

    async def _is_reachable(self) -> bool:
        try:
            await in_time(Api(self._url, None).get("channels", {"limit": 1}), REACHABLE)
        except Refused as e:
            return not e.is_outage
        except (errors.TidingsError, ValueError, asyncio.TimeoutError):
            return False
        return True
