"""The service's REST API, called without waiting: what :mod:`tidings.plain` asks of it."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from . import errors
from .codec import JSON, encoded
from .fetch import Call
from .rest import MAX_ANSWER, base_address
from .waiting import in_time

#: The service answers within so many seconds, or is gone.
ANSWER = 15.0

Fields = Mapping[str, Any]


class Refused(Exception):
    """A refusal by the service, as the payload of an ``error``."""

    def __init__(
        self, code: str, message: str, *, retryable: bool = False, details: Fields | None = None, status: int = 400
    ) -> None:
        super().__init__(message)
        self.code = code
        #: Whether it is the service that fails, or a proxy before it.
        self.is_outage = status >= 500
        self.payload = {"code": code, "message": message, "retryable": retryable, "details": dict(details or {})}

    @property
    def ending(self) -> errors.ConnectionLost:
        """What it means for the connection, where it is no answer to something that was asked."""
        return errors.ConnectionLost("unauthenticated" if self.code == "unauthenticated" else "disconnected", str(self))


class Api:
    """Calls with a token, which may change."""

    def __init__(self, url: str, token: str | None) -> None:
        self._base = base_address(url) + "/api/v1/"
        self.token = token

    async def get(self, path: str, query: Fields | None = None, timeout: float = ANSWER) -> Any:
        """:raises Refused: with the service's reason"""
        return (await self.call("GET", path, query, timeout=timeout))[0]

    async def get_or_none(self, path: str) -> tuple[Any, Mapping[str, str]] | None:
        """The answer and its headers; nothing where there is nothing."""
        try:
            return await self.call("GET", path)
        except Refused as e:
            if e.code == "not_found":
                return None
            raise

    async def post(self, path: str, body: Any, timeout: float = ANSWER) -> Any:
        """:raises Refused: with the service's reason"""
        return (await self.call("POST", path, body=body, timeout=timeout))[0]

    async def call(
        self, method: str, path: str, query: Fields | None = None, body: Any = None, timeout: float = ANSWER
    ) -> tuple[Any, Mapping[str, str]]:
        """The answer's JSON and its headers, by their names in lower case.

        :raises Refused: with the service's reason
        :raises ConnectionLost: when there is no answer
        """
        content = None if body is None else encoded(body)

        async def whole() -> tuple[Any, Mapping[str, str]]:
            async with self.fetch(method, path, query, content, timeout=timeout) as answer:
                try:
                    return JSON.decode(await _text(answer)), answer.headers
                except ValueError as e:
                    raise errors.ProtocolViolation("protocol_error", f"the service's answer is no JSON: {e}") from e

        try:
            return await in_time(whole(), timeout)
        except asyncio.TimeoutError:
            raise errors.ConnectionLost("disconnected", f"no answer within {timeout:g} s") from None

    @contextlib.asynccontextmanager
    async def fetch(
        self,
        method: str,
        path: str,
        query: Fields | None = None,
        body: bytes | None = None,
        *,
        accept: str = "application/json",
        timeout: float = ANSWER,
    ) -> AsyncIterator[Call]:
        """An answer that is read as it comes."""
        given = {name: value for name, value in (query or {}).items() if value is not None}
        given = {name: str(value).lower() if isinstance(value, bool) else value for name, value in given.items()}
        url = self._base + path + ("?" + urlencode(given, doseq=True) if given else "")
        headers = {"Accept": accept}
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        if body is not None:
            headers["Content-Type"] = "application/json"
        async with Call(method, url, headers, body, timeout) as answer:
            if not 200 <= answer.status < 300:
                raise await _refusal(answer)
            yield answer


def channel_path(channel: str, rest: str) -> str:
    """Where something of a channel is."""
    return f"channels/{quote(channel, safe=':/~@+=')}{rest}"


def unsupported(what: str) -> Refused:
    """What only a WebSocket can do."""
    return Refused("unsupported", f"without a WebSocket there is no {what}")


async def _refusal(answer: Call) -> Refused:
    try:
        problem = json.loads(await _text(answer))
    except ValueError:
        problem = None
    known: Fields = problem if isinstance(problem, dict) else {}
    otherwise = {401: "unauthenticated", 503: "unavailable"}.get(answer.status, "internal")
    details = dict(known["details"]) if isinstance(known.get("details"), dict) else {}
    seconds = answer.headers.get("retry-after", "")
    if seconds.isdecimal():
        details.setdefault("retry_after_ms", int(seconds) * 1000)
    return Refused(
        str(known.get("code", otherwise)),
        str(known.get("detail") or known.get("title") or f"the service answered {answer.status}"),
        retryable=answer.status in (429, 502, 503, 504),
        details=details,
        status=answer.status,
    )


async def _text(answer: Call) -> bytes:
    found = bytearray()
    async for piece in answer.pieces():
        found += piece
        if len(found) > MAX_ANSWER:
            raise errors.ProtocolViolation("protocol_error", f"an answer is larger than {MAX_ANSWER} bytes")
    return bytes(found)
