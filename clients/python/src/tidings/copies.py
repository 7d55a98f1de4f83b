"""Local copies of channels' states, kept true by the events of the channels."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .events import Message, State
from .merge import merge_patch

CHANGED = "state.changed"
DELETED = "state.deleted"


@dataclass(slots=True)
class _Copy:
    """``awaited`` is set while a state has been asked for; what changes meanwhile may be before it or after it."""

    data: dict[str, Any] | None = None
    offset: int = -1
    awaited: bool = False
    meanwhile: list[Message] = field(default_factory=list)

    def apply(self, message: Message) -> None:
        if message.offset <= self.offset:
            return
        self.offset = message.offset
        if message.event == DELETED:
            self.data = None
        elif isinstance(message.payload, dict):
            merged = merge_patch(self.data or {}, message.payload.get("patch"))
            self.data = merged if isinstance(merged, dict) else None


class Copies:
    """The states of the channels of one subscription."""

    def __init__(self) -> None:
        self._copies: dict[str, _Copy] = {}
        self._awaiting_all = False

    def get(self, channel: str) -> dict[str, Any] | None:
        """A channel's state as far as it is known; None when it has none."""
        copy = self._copies.get(channel)
        return copy.data if copy else None

    def all(self) -> dict[str, dict[str, Any]]:
        """The states by channel."""
        return {channel: copy.data for channel, copy in self._copies.items() if copy.data is not None}

    def heard(self, message: Message) -> None:
        """An event came; if it changes a state the copy changes with it."""
        if message.event not in (CHANGED, DELETED):
            return
        copy = self._copies.get(message.channel)
        if copy is None:
            copy = self._copies[message.channel] = _Copy(awaited=self._awaiting_all)
        if copy.awaited:
            copy.meanwhile.append(message)
        else:
            copy.apply(message)

    def forget(self) -> None:
        """Nothing is known any more."""
        self._copies.clear()
        self._awaiting_all = False

    def await_one(self, channel: str) -> None:
        """A channel's state has been asked for; what is known of it may be wrong."""
        self._copies.setdefault(channel, _Copy()).awaited = True

    def await_all(self) -> None:
        """The states of all channels have been asked for."""
        self._awaiting_all = True
        for copy in self._copies.values():
            copy.awaited = True

    def give_up(self) -> None:
        """What has been asked for does not come."""
        self._awaiting_all = False
        for copy in self._copies.values():
            self._settle(copy)

    def replace(self, state: State) -> State:
        """A state came; what changed after it is applied to it. Returns the copy as it is now."""
        copy = self._copies.setdefault(state.channel, _Copy())
        copy.data, copy.offset = state.data, state.offset
        self._settle(copy)
        return State(state.channel, copy.data, copy.offset, state.epoch, state.timestamp)

    def replace_all(self, states: list[State]) -> list[State]:
        """The states of all channels came; those that are not among them have none."""
        self._awaiting_all = False
        named = {state.channel for state in states}
        for channel, copy in self._copies.items():
            if channel not in named:
                copy.data, copy.offset = None, -1
                self._settle(copy)
        return [self.replace(state) for state in states]

    @staticmethod
    def _settle(copy: _Copy) -> None:
        copy.awaited = False
        for message in copy.meanwhile:
            copy.apply(message)
        copy.meanwhile.clear()
