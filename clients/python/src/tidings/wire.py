"""Messages of the server, read. What is not as the protocol says raises ``KeyError``, ``TypeError`` or ``ValueError``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from . import errors
from .events import (
    Command,
    CommandResult,
    Gap,
    History,
    Joined,
    Left,
    Members,
    Message,
    Published,
    State,
    Subscribed,
)
from .link import Envelope

T = TypeVar("T")


def answer(read: Callable[[Mapping[str, Any]], T], envelope: Envelope) -> T:
    """The content of an answer.

    :raises ProtocolViolation: when it is not as it ought to be
    """
    try:
        return read(envelope["payload"])
    except (KeyError, TypeError, ValueError, AttributeError) as e:
        raise errors.ProtocolViolation("protocol_error", f"the server's {envelope['type']!r} makes no sense: {e!r}") from e


def message(envelope: Mapping[str, Any]) -> Message:
    """An event."""
    return Message(
        _text(envelope["channel"]),
        _text(envelope["event"]),
        str(envelope.get("id", "")),
        int(envelope["offset"]),
        int(envelope.get("timestamp", 0)),
        envelope.get("payload"),
        envelope.get("cause"),
        int(envelope.get("conflated", 0)),
    )


def gap(envelope: Mapping[str, Any]) -> Gap:
    bounds = envelope["payload"]
    return Gap(_text(envelope["channel"]), int(bounds["from"]), int(bounds["to"]))


def presence(kind: type[Joined] | type[Left], envelope: Mapping[str, Any]) -> Joined | Left:
    return _member(kind, _text(envelope["channel"]), envelope["payload"])


def command(envelope: Mapping[str, Any]) -> Command:
    call = envelope["payload"]
    return Command(
        _text(envelope["id"]), _text(envelope["channel"]), _text(call["name"]), call.get("args"), str(envelope.get("from", ""))
    )


def subscribed(channel: str, payload: Mapping[str, Any]) -> tuple[Subscribed, State | None]:
    """The answer, and the state where one came along."""
    place = Subscribed(
        channel,
        payload.get("recovered") is True,
        int(payload.get("replayed", 0)),
        payload.get("epoch"),
        payload.get("offset"),
        payload.get("cursor"),
    )
    state = payload.get("state")
    if not isinstance(state, dict):
        return place, None
    return place, State(channel, state["data"], int(state["offset"]), place.epoch)


def published(channel: str, place: Mapping[str, Any]) -> Published:
    return Published(
        channel, int(place["offset"]), _text(place["epoch"]), place.get("event_id"), int(place.get("timestamp", 0))
    )


def history(payload: Mapping[str, Any]) -> History:
    found = [message(each) for each in payload["events"]]
    return History(found, _text(payload["epoch"]), int(payload["offset"]), payload.get("complete") is True)


def states(payload: Mapping[str, Any]) -> list[State]:
    return [
        State(_text(each["channel"]), each["data"], int(each["offset"]), each.get("epoch"), each.get("timestamp"))
        for each in payload["states"]
    ]


def members(channel: str, payload: Mapping[str, Any]) -> Members:
    found = [_member(Joined, channel, each) for each in payload["members"]]
    return Members([each for each in found if isinstance(each, Joined)], int(payload["count"]), payload.get("next"))


def command_result(payload: Mapping[str, Any]) -> CommandResult:
    """What the handler answered.

    :raises CommandFailed: when it failed, or nobody answered in time
    """
    status = payload["status"]
    if status == "ok":
        return CommandResult(str(payload.get("command", "")), payload.get("result"))
    if status == "timeout":
        raise errors.CommandFailed("timeout", "no handler answered in time; it may have been carried out or not")
    raise errors.CommandFailed.of(payload.get("error"))


def _member(kind: type[Joined] | type[Left], channel: str, payload: Mapping[str, Any]) -> Joined | Left:
    return kind(
        channel,
        _text(payload["connection"]),
        str(payload.get("subject", "")),
        int(payload.get("since", 0)),
        payload.get("info"),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no string")
    return value
