"""What a client has subscribed to, as its user sees it: an asynchronous iterator of events."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from types import TracebackType
from typing import Any, Protocol

from .copies import Copies
from .errors import ClientClosed, InvalidRequest, TidingsError
from .events import Event, Gap, Message, Reset, State, Subscribed
from .filters import is_pattern
from .place import ChannelPlace, PatternPlace, Place

#: A place that events alone do not move is refreshed after so many seconds,
REFRESH_AFTER = 60.0
#: or after so many events, but not sooner than so many seconds after the last time.
REFRESH_EVENTS = 250
REFRESH_PAUSE = 5.0


class Port(Protocol):
    """What a subscription needs of its client."""

    def catch_up(self, subscription: Subscription) -> None: ...

    def unsubscribe(self, subscription: Subscription) -> None: ...

    def acknowledge(self, subscription: Subscription, offset: int) -> None: ...

    def fetch_state(self, target: str, done: Callable[[list[State] | None], None]) -> None: ...


class Subscription(AsyncIterator[Event]):
    """Yields what happens in a channel, or in all channels of a pattern, each channel's events in order.

    It goes on over broken connections and restarts: every event comes once, or there is a :class:`~tidings.Gap` or a
    :class:`~tidings.Reset`. Iterating ends with :meth:`close`, or raises what the subscription failed with.

    Made by :meth:`tidings.Client.subscribe`.
    """

    def __init__(self, port: Port, channel: str, options: Mapping[str, Any], buffer: int) -> None:
        self._port = port
        self._channel = channel
        self._options = dict(options)
        self._buffer = buffer
        self._place: Place = PatternPlace() if is_pattern(channel) else ChannelPlace()
        self._copies: Copies | None = Copies() if options.get("state") else None
        self._items: deque[Event] = deque()
        self._news = asyncio.Event()
        self._ready: asyncio.Future[Subscribed] = asyncio.get_running_loop().create_future()
        self._error: TidingsError | None = None
        self._ended = False
        self._acknowledged: int | None = None
        self._asked_since = False
        self._holds = False
        self._behind = False
        self._catching_up = False
        self._starts_over = False
        self._since_refresh = 0
        self._refreshed_at = 0.0

    @property
    def channel(self) -> str:
        """The channel or pattern."""
        return self._channel

    @property
    def filter(self) -> Mapping[str, Any] | None:
        """The filter, as it was given."""
        return self._options.get("filter")

    @property
    def state(self) -> dict[str, Any] | None:
        """The channel's state, kept up to date where ``state=True``; None when there is none, or it is not known yet."""
        return self._copies.get(self._channel) if self._copies else None

    @property
    def states(self) -> dict[str, dict[str, Any]]:
        """The states of a pattern's channels, kept up to date where ``state=True``."""
        return self._copies.all() if self._copies else {}

    @property
    def closed(self) -> bool:
        """True once nothing will come any more."""
        return self._ended or self._error is not None

    async def ready(self) -> Subscribed:
        """Waits until the server has confirmed it.

        :raises TidingsError: what it was refused with
        """
        return await asyncio.shield(self._ready)

    def ack(self, offset: int) -> None:
        """Says that everything up to this offset has been dealt with. For ``durable`` subscriptions."""
        if "durable" not in self._options:
            raise InvalidRequest("invalid_request", "only a durable subscription acknowledges")
        self._acknowledged = max(offset, self._acknowledged or 0)
        self._port.acknowledge(self, offset)

    def close(self) -> None:
        """Ends it: nothing more comes, and iterating ends."""
        if not self.closed:
            self._port.unsubscribe(self)
        self._items.clear()
        self.end()

    async def __aenter__(self) -> Subscription:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __aiter__(self) -> Subscription:
        return self

    async def __anext__(self) -> Event:
        while not self._items:
            if self._error is not None:
                raise self._error
            if self._ended:
                raise StopAsyncIteration
            self._catch_up()
            self._news.clear()
            await self._news.wait()
        return self._items.popleft()

    def peek(self) -> Event | None:
        """What comes next, if it is there already."""
        return self._items[0] if self._items else None

    # What follows is for the client, and not part of the API.

    @property
    def last_ack(self) -> int | None:
        return self._acknowledged

    @property
    def holds(self) -> bool:
        """True while the server has it on this connection."""
        return self._holds

    def is_due_any_event(self) -> bool:
        """False when events that come now are from before it begins."""
        return self._holds or self._place.since() is not None

    def request(self) -> dict[str, Any]:
        """What to subscribe with, from where it is now."""
        payload = dict(self._options)
        since = self._place.since() or (None if self._starts_over else self._options.get("since"))
        if since is not None:
            payload["since"] = since
        self._asked_since = bool(since)
        return payload

    def refresh_request(self, now: float) -> dict[str, Any] | None:
        """What to ask with how far the server is, if that is due: an old place may be one history has let go of."""
        moves_alone = not is_pattern(self._channel) and self.filter is None
        waited = now - self._refreshed_at
        enough = waited >= REFRESH_AFTER or (self._since_refresh >= REFRESH_EVENTS and waited >= REFRESH_PAUSE)
        if moves_alone or not self._holds or self._behind or not enough:
            return None
        self._since_refresh, self._refreshed_at = 0, now
        return {**self._options, "since": {}, "state": False}

    def refreshed(self, answer: Subscribed) -> None:
        if self._holds and not self._behind:
            self._place.refreshed(answer)

    def subscribed(self, answer: Subscribed, state: State | None, now: float, *, asked: bool = True) -> None:
        """The server has it. ``asked`` is false when it says so by itself, for what was sent before cannot go on."""
        stale = self._starts_over or (not answer.recovered and (self._asked_since or not asked))
        self._starts_over = False
        first = not self._ready.done()
        self._holds, self._behind, self._catching_up = True, False, False
        self._since_refresh, self._refreshed_at = 0, now
        self._place.begin(answer)
        if first:
            self._ready.set_result(answer)
        if stale:
            self._tell(Reset(self._channel, answer.epoch, answer.offset, answer.cursor))
        if self._copies is not None and (first or stale):
            self._begin_copies(self._copies, state, tell_none=stale)

    def message(self, message: Message) -> None:
        """An event came."""
        if self._behind:
            return
        if self._place.is_new(message):
            if len(self._items) >= self._buffer:
                # Its user is slower than the events: they are fetched again when there is room.
                self._behind = True
                self._place.interrupt()
                return
            self._since_refresh += 1
            self._place.passed(message)
            if self._copies is not None:
                self._copies.heard(message)
            self._tell(message)
        self._place.counted()

    def start_over(self) -> None:
        """What was missed cannot be fetched: it is subscribed to anew, and its user is told with a reset."""
        self._place = PatternPlace() if is_pattern(self._channel) else ChannelPlace()
        self._starts_over = True

    def gap(self, gap: Gap) -> None:
        """Some events will not come."""
        if self._behind:
            return
        self._place.skip(gap.channel, gap.last)
        self._tell(gap)
        if self._copies is not None:
            self._copies.await_one(gap.channel)
            self._port.fetch_state(gap.channel, lambda states: self._have_one(gap.channel, states))

    def presence(self, event: Event) -> None:
        """Somebody came or went."""
        self._tell(event)

    def lost(self) -> None:
        """The connection is gone."""
        self._holds = False
        self._place.interrupt()

    def fail(self, error: TidingsError) -> None:
        """It is over; its user hears why."""
        if not self.closed:
            self._error = error
        self._finish(error)

    def end(self) -> None:
        """It is over, as its user wanted."""
        self._ended = self._error is None
        self._finish(ClientClosed("the subscription is closed"))

    def _finish(self, error: TidingsError) -> None:
        self._holds = False
        if not self._ready.done():
            self._ready.set_exception(error)
            # Who only iterates never asks for it.
            self._ready.exception()
        self._news.set()

    def _tell(self, event: Event) -> None:
        if not self.closed:
            self._items.append(event)
            self._news.set()

    def _catch_up(self) -> None:
        if self._behind and not self._catching_up:
            self._catching_up = True
            self._port.catch_up(self)

    def _begin_copies(self, copies: Copies, state: State | None, *, tell_none: bool) -> None:
        copies.forget()
        if is_pattern(self._channel):
            copies.await_all()
            self._port.fetch_state(self._channel, self._have_all)
        elif state is not None:
            self._tell(copies.replace(state))
        elif tell_none:
            self._tell(State(self._channel, None, 0))

    def _have_all(self, states: list[State] | None) -> None:
        if self._copies is None:
            return
        if states is None:
            self._copies.give_up()
            return
        for state in self._copies.replace_all(states):
            self._tell(state)

    def _have_one(self, channel: str, states: list[State] | None) -> None:
        if self._copies is None:
            return
        if states is None:
            self._copies.give_up()
        else:
            self._tell(self._copies.replace(states[0] if states else State(channel, None, 0)))
