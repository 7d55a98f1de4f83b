"""How far a subscription has come, so that it can go on there: nothing missed, nothing told twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from .events import Message, Subscribed

#: So many channels of a pattern are remembered at least; beyond that, those before the last cursor are forgotten.
MANY_CHANNELS = 50_000


class Place(Protocol):
    """Where a subscription is."""

    def since(self) -> Mapping[str, Any] | None:
        """What to resume with; None before there is any place."""

    def begin(self, subscribed: Subscribed) -> None:
        """The server has answered: what it replays comes next."""

    def is_new(self, message: Message) -> bool:
        """False for what has been told before."""

    def passed(self, message: Message) -> None:
        """This event has been told."""

    def counted(self) -> None:
        """Another event came, told before or not."""

    def skip(self, channel: str, offset: int) -> None:
        """What a channel had up to this offset does not come any more."""

    def refreshed(self, subscribed: Subscribed) -> None:
        """The server says how far it is by now; it counts once what it had sent until then must have come."""

    def interrupt(self) -> None:
        """Not all that the server sends is taken: only what has been told counts."""


class _Promise:
    """What counts once so many replayed events have come."""

    def __init__(self) -> None:
        self.missing = 0

    def made(self, replayed: int) -> bool:
        self.missing = replayed
        return replayed == 0

    def counted(self) -> bool:
        """True when this was the last of them."""
        self.missing = max(0, self.missing - 1)
        return self.missing == 0

    @property
    def pending(self) -> bool:
        return self.missing > 0


class ChannelPlace:
    """The place in one channel: an offset within an epoch."""

    def __init__(self) -> None:
        self._epoch: str | None = None
        self._offset: int | None = None
        self._told: int | None = None
        self._newest = 0
        self._refreshed: int | None = None
        self._promise = _Promise()

    def since(self) -> Mapping[str, Any] | None:
        return None if self._offset is None else {"epoch": self._epoch, "offset": self._offset}

    def begin(self, subscribed: Subscribed) -> None:
        if not subscribed.recovered or subscribed.epoch != self._epoch:
            self._offset = self._told = None
        self._epoch = subscribed.epoch
        self._newest = subscribed.offset or 0
        self._refreshed = None
        if self._promise.made(subscribed.replayed if subscribed.recovered else 0):
            self._advance(self._newest)
            self._told = self._offset

    def is_new(self, message: Message) -> bool:
        return self._told is None or message.offset > self._told

    def passed(self, message: Message) -> None:
        self._told = message.offset
        self._advance(message.offset)

    def counted(self) -> None:
        if self._promise.pending and self._promise.counted():
            self._advance(self._newest)

    def skip(self, channel: str, offset: int) -> None:
        self._told = max(offset, self._told or 0)
        self._advance(offset)

    def refreshed(self, subscribed: Subscribed) -> None:
        if self._promise.pending or subscribed.epoch != self._epoch:
            return
        if self._refreshed is not None:
            self._advance(self._refreshed)
        self._refreshed = subscribed.offset

    def interrupt(self) -> None:
        self._promise.missing = 0
        self._refreshed = None

    def _advance(self, offset: int) -> None:
        self._offset = offset if self._offset is None else max(self._offset, offset)


class PatternPlace:
    """The place in all channels of a pattern: a cursor, and what has been told since of each."""

    def __init__(self) -> None:
        self._cursor: str | None = None
        self._next: str | None = None
        self._refreshed: str | None = None
        self._promise = _Promise()
        self._told: dict[str, int] = {}

    def since(self) -> Mapping[str, Any] | None:
        return None if self._cursor is None else {"cursor": self._cursor}

    def begin(self, subscribed: Subscribed) -> None:
        if not subscribed.recovered:
            self._told.clear()
        self._refreshed = None
        self._next = subscribed.cursor
        if self._promise.made(subscribed.replayed if subscribed.recovered else 0):
            self._adopt(self._next)

    def is_new(self, message: Message) -> bool:
        return message.offset > self._told.get(message.channel, 0)

    def passed(self, message: Message) -> None:
        self._told[message.channel] = message.offset

    def counted(self) -> None:
        if self._promise.pending and self._promise.counted():
            self._adopt(self._next)

    def skip(self, channel: str, offset: int) -> None:
        self._told[channel] = max(offset, self._told.get(channel, 0))

    def refreshed(self, subscribed: Subscribed) -> None:
        if self._promise.pending:
            return
        if self._refreshed is not None:
            self._adopt(self._refreshed)
        self._refreshed = subscribed.cursor

    def interrupt(self) -> None:
        self._promise.missing = 0
        self._refreshed = None

    def _adopt(self, cursor: str | None) -> None:
        self._cursor = cursor
        if len(self._told) > MANY_CHANNELS:
            self._told.clear()
