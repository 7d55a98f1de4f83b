"""Events on their way to the server. Each has an id, by which the server knows it when it is sent again."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from . import errors
from .link import Envelope

Ask = Callable[[Envelope, Callable[[Envelope], None]], None]

#: The server sends away who exceeds its rate ten times within ten seconds.
LIMITED_WITHIN = 10.0
LIMITED_PAUSE = 1.2


@dataclass(eq=False, slots=True)
class _Entry:
    envelope: Envelope
    answer: asyncio.Future[Envelope]
    on_its_way: bool = False
    deadline: asyncio.TimerHandle | None = field(default=None, repr=False)


class Outbox:
    """Keeps events until they are acknowledged, in order, and no more than so many.

    Usually each goes out at once. After a broken connection, and after the server wanted to be left alone, they go out one at
    a time, each after the answer to the one before, until none is left: so they keep their order.
    """

    def __init__(self, limit: int, timeout: float, ask: Ask) -> None:
        self._limit = limit
        self._timeout = timeout
        self._ask = ask
        self._entries: dict[_Entry, None] = {}
        self._connected = False
        self._one_at_a_time = True
        self._pause: asyncio.TimerHandle | None = None
        self._limited_at = float("-inf")

    def __len__(self) -> int:
        return len(self._entries)

    def put(self, envelope: Envelope) -> asyncio.Future[Envelope]:
        """Takes an event; the future has the answer to it.

        :raises BufferFull: when as many are waiting as it keeps
        """
        if len(self._entries) >= self._limit:
            raise errors.BufferFull(self._limit)
        envelope.setdefault("event_id", str(uuid.uuid4()))
        entry = _Entry(envelope, asyncio.get_running_loop().create_future())
        entry.answer.add_done_callback(lambda done: self._remove(entry))
        self._entries[entry] = None
        if self._connected and not self._one_at_a_time:
            self._send(entry)
        elif self._connected:
            self._next()
        return entry.answer

    def connected(self) -> None:
        """There is a connection: what waits goes out."""
        self._connected = True
        self._one_at_a_time = bool(self._entries)
        self._next()

    def lost(self) -> None:
        """There is none: what was on its way may have arrived or not, and goes again."""
        self._connected = False
        self._wake()
        for entry in self._entries:
            self._rest(entry)

    def fail(self, error: errors.TidingsError) -> None:
        """There will be none any more."""
        self.lost()
        for entry in list(self._entries):
            _settle(entry, error)

    def _next(self) -> None:
        if not self._connected or self._pause is not None or any(entry.on_its_way for entry in self._entries):
            return
        first = next(iter(self._entries), None)
        if first is None:
            self._one_at_a_time = False
        else:
            self._send(first)

    def _send(self, entry: _Entry) -> None:
        entry.on_its_way = True
        late = errors.RequestTimedOut(f"no answer to publishing within {self._timeout:g} s")
        entry.deadline = asyncio.get_running_loop().call_later(self._timeout, _settle, entry, late)
        try:
            self._ask(entry.envelope, lambda reply: self._answered(entry, reply))
        except errors.TidingsError as e:
            _settle(entry, e)

    def _answered(self, entry: _Entry, reply: Envelope) -> None:
        self._rest(entry)
        if entry.answer.done():
            return
        if reply["type"] != "error":
            entry.answer.set_result(reply)
            return
        error = errors.from_payload(reply.get("payload"))
        if error.code in ("rate_limited", "unavailable"):
            self._one_at_a_time = True
            self._wait(error)
        else:
            _settle(entry, error)

    def _wait(self, error: errors.TidingsError) -> None:
        loop = asyncio.get_running_loop()
        seconds = 1.0 if error.retry_after is None else min(error.retry_after, 60.0)
        if error.code == "rate_limited":
            if loop.time() - self._limited_at < LIMITED_WITHIN:
                seconds = max(seconds, LIMITED_PAUSE)
            self._limited_at = loop.time()
        self._wake()
        self._pause = loop.call_later(seconds, self._go_on)

    def _go_on(self) -> None:
        self._pause = None
        self._next()

    def _wake(self) -> None:
        if self._pause is not None:
            self._pause.cancel()
            self._pause = None

    def _remove(self, entry: _Entry) -> None:
        self._rest(entry)
        self._entries.pop(entry, None)
        if self._one_at_a_time:
            self._next()

    @staticmethod
    def _rest(entry: _Entry) -> None:
        entry.on_its_way = False
        if entry.deadline is not None:
            entry.deadline.cancel()
            entry.deadline = None


def _settle(entry: _Entry, error: errors.TidingsError) -> None:
    if not entry.answer.done():
        entry.answer.set_exception(error)


def event(channel: str, name: str, payload: Any, event_id: str | None, cause: str | None) -> Envelope:
    """The message that publishes an event."""
    envelope: Envelope = {"type": "publish", "channel": channel, "event": name, "payload": payload}
    if event_id is not None:
        envelope["event_id"] = event_id
    if cause is not None:
        envelope["cause"] = cause
    return envelope
