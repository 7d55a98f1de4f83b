"""What a subscription delivers, in the order in which it happened."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, ClassVar, Union

__all__ = [
    "Command",
    "CommandResult",
    "Event",
    "Gap",
    "History",
    "Joined",
    "Left",
    "Members",
    "Message",
    "Published",
    "Reset",
    "State",
    "Subscribed",
]


@dataclass(frozen=True, slots=True)
class Message:
    """One event of a channel."""

    type: ClassVar[str] = "message"

    channel: str
    event: str
    id: str
    offset: int
    timestamp: int
    payload: Any
    cause: str | None = None
    #: How many events this one stands for besides itself, where changes of state were put together.
    conflated: int = 0

    def as_dict(self) -> dict[str, Any]:
        """As on the wire."""
        wire = {
            "type": self.type,
            "channel": self.channel,
            "event": self.event,
            "id": self.id,
            "offset": self.offset,
            "timestamp": self.timestamp,
            "payload": self.payload,
        }
        if self.cause is not None:
            wire["cause"] = self.cause
        if self.conflated:
            wire["conflated"] = self.conflated
        return wire

    def __str__(self) -> str:
        return f"{self.channel} #{self.offset} {self.event} {json.dumps(self.payload, ensure_ascii=False)}"


@dataclass(frozen=True, slots=True)
class Gap:
    """Events ``first`` to ``last`` of a channel will not come any more; ``history`` may still have them."""

    type: ClassVar[str] = "gap"

    channel: str
    first: int
    last: int

    def as_dict(self) -> dict[str, Any]:
        """As on the wire."""
        return {"type": self.type, "channel": self.channel, "from": self.first, "to": self.last}

    def __str__(self) -> str:
        return f"{self.channel} #{self.first} to #{self.last} were lost"


@dataclass(frozen=True, slots=True)
class Reset:
    """What happened since the last event cannot be told (``recovered: false``): one's own view is stale.

    ``epoch`` and ``offset`` are where the channel goes on; for a pattern ``cursor`` is. Where the subscription keeps the state
    it comes next, as a :class:`State`.
    """

    type: ClassVar[str] = "reset"

    channel: str
    epoch: str | None = None
    offset: int | None = None
    cursor: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """As on the wire."""
        place = {"epoch": self.epoch, "offset": self.offset, "cursor": self.cursor}
        return {"type": self.type, "channel": self.channel} | {k: v for k, v in place.items() if v is not None}

    def __str__(self) -> str:
        return f"{self.channel} events may have been missed"


@dataclass(frozen=True, slots=True)
class State:
    """A channel's state, and the offset up to which it tells; ``data`` is None where there is none."""

    type: ClassVar[str] = "state"

    channel: str
    data: dict[str, Any] | None
    offset: int
    epoch: str | None = None
    timestamp: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """As on the wire."""
        place = {"epoch": self.epoch, "timestamp": self.timestamp}
        wire = {"type": self.type, "channel": self.channel, "data": self.data, "offset": self.offset}
        return wire | {k: v for k, v in place.items() if v is not None}

    def __str__(self) -> str:
        return f"{self.channel} #{self.offset} state {json.dumps(self.data, ensure_ascii=False)}"


@dataclass(frozen=True, slots=True)
class Joined:
    """A connection that has become present in a channel, or is."""

    type: ClassVar[str] = "joined"

    channel: str
    connection: str
    subject: str
    since: int
    info: Any = None

    def as_dict(self) -> dict[str, Any]:
        """As on the wire, flat."""
        return _member(self)

    def __str__(self) -> str:
        return f"{self.channel} {self.subject} joined"


@dataclass(frozen=True, slots=True)
class Left:
    """A connection that is no longer present in a channel."""

    type: ClassVar[str] = "left"

    channel: str
    connection: str
    subject: str
    since: int
    info: Any = None

    def as_dict(self) -> dict[str, Any]:
        """As on the wire, flat."""
        return _member(self)

    def __str__(self) -> str:
        return f"{self.channel} {self.subject} left"


#: What iterating over a subscription yields.
Event = Union[Message, Gap, Reset, State, Joined, Left]


@dataclass(frozen=True, slots=True)
class Subscribed:
    """The server's answer to a subscription."""

    channel: str
    recovered: bool
    replayed: int
    epoch: str | None = None
    offset: int | None = None
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """Where a published event has its place."""

    channel: str
    offset: int
    epoch: str
    event_id: str | None
    timestamp: int


@dataclass(frozen=True, slots=True)
class History:
    """Retained events, and the channel's newest place; ``complete`` is false when some of what was asked for is missing."""

    events: list[Message]
    epoch: str
    offset: int
    complete: bool


@dataclass(frozen=True, slots=True)
class Members:
    """Who is present in a channel; with ``next`` as ``after`` the next page of them can be had."""

    members: list[Joined]
    count: int
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """A command that somebody gave. Its ``id`` is the ``cause`` to publish with what comes of it."""

    id: str
    channel: str
    name: str
    args: Any
    #: The subject who gave it.
    sender: str


@dataclass(frozen=True, slots=True)
class CommandResult:
    """What a handler answered, and the command's id."""

    command: str
    result: Any


def _member(who: Joined | Left) -> dict[str, Any]:
    wire = {
        "type": who.type,
        "channel": who.channel,
        "connection": who.connection,
        "subject": who.subject,
        "since": who.since,
    }
    return wire if who.info is None else wire | {"info": who.info}
