"""One channel followed by plain HTTP, as Server-Sent Events or by long polls."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from . import errors
from .api import ANSWER, Api, Fields, channel_path, unsupported
from .filters import passes
from .link import Envelope
from .sse import Block, blocks, place

POLL = 25.0
POLL_LIMIT = 500
#: A stream that says nothing for so many seconds is over, if no ping has found out before.
SILENCE = 120.0


class Follower:
    """Follows one channel, from where it was asked to; ``hear`` takes what a WebSocket would have said.

    :param since: where its user wants to begin
    :param here: where it is already; whoever asks again without a place goes on there, as on a WebSocket
    """

    def __init__(
        self,
        api: Api,
        envelope: Envelope,
        fields: Fields,
        here: Fields | None,
        hear: Callable[[Envelope], Awaitable[None]],
    ) -> None:
        wanted = where(fields.get("since"))
        self.channel: str = envelope["channel"]
        self.filter: Fields = fields.get("filter") or {}
        self.begun = False
        #: How far it has come.
        self.here = here
        self._id = envelope.get("id")
        self._api = api
        self._path = channel_path(self.channel, "/events")
        self._asked = bool(wanted)
        self._query: Fields = {**(wanted or where(here)), "event": self.filter.get("events")}
        self._wants_state = bool(fields.get("state"))
        self._hear = hear

    async def stream(self) -> None:
        """Until it ends, and that is an error."""
        async with self._api.fetch("GET", self._path, self._query, accept="text/event-stream", timeout=SILENCE) as answer:
            async for block in blocks(answer.pieces()):
                await self._block(block)
                if block.id is not None:
                    self.here = place(block.id)
        raise errors.ConnectionLost("disconnected", "the stream has ended")

    async def _block(self, block: Block) -> None:
        if block.data is None:
            if block.id is not None:
                await self._begin(place(block.id), recovered=True)
            # Such as a heartbeat: somebody is there.
            await self._hear({"type": "pong"})
            return
        content = json.loads(block.data)
        if block.event is None:
            await self._begin({**place(block.id or ""), "offset": content["offset"] - 1}, recovered=True)
            await self._message(content)
        elif block.event == "reset" and not self.begun:
            await self._begin(content, recovered=False)
        else:
            kind = "subscribed" if block.event == "reset" else block.event
            await self._hear({"type": kind, "channel": self.channel, "payload": content})

    async def poll(self) -> None:
        """Until something is wrong."""
        first = {**self._query, "limit": POLL_LIMIT} if self._resumes else {"event": ["none"]}
        found = await self._api.get(self._path, {**first, "wait_ms": 0})
        recovered = found.get("recovered") is not False
        events = found["events"] if self._resumes and recovered else []
        begun = {**found, "offset": events[0]["offset"] - 1} if events else found
        await self._begin(begun, recovered=recovered)
        while True:
            for event in events:
                await self._message(event)
            self.here = {"epoch": found["epoch"], "offset": found["offset"]}
            query = {**where(self.here), "event": self._query["event"], "wait_ms": int(POLL * 1000), "limit": POLL_LIMIT}
            found = await self._api.get(self._path, query, ANSWER + POLL)
            events = found["events"]
            if found.get("recovered") is False:
                await self._cannot_go_on(found)
                events = []

    async def confirm(self, id: Any) -> None:
        """Answers who asks for the same again: it goes on where it is."""
        if self.here is not None:
            await self._subscribed(id, self.here, recovered=False)

    @property
    def _resumes(self) -> bool:
        return "since_offset" in self._query or "since_timestamp" in self._query

    async def _begin(self, begun: Fields, *, recovered: bool) -> None:
        if self.begun:
            return
        # After it has begun: what changes from now on will be told, too.
        states = await state(self._api, self.channel) if self._wants_state else []
        self.begun = True
        await self._subscribed(self._id, begun, recovered=recovered and self._asked, states=states)
        if self._resumes and not recovered and not self._asked:
            await self._cannot_go_on(begun)

    async def _subscribed(self, id: Any, at: Fields, *, recovered: bool, states: list[Fields] | None = None) -> None:
        payload = {"epoch": at["epoch"], "offset": at["offset"], "recovered": recovered, "replayed": 0}
        if states:
            payload["state"] = states[0]
        await self._hear({"type": "subscribed", "id": id, "channel": self.channel, "payload": payload})

    async def _cannot_go_on(self, at: Fields) -> None:
        """What was to be followed is not there any more: it begins anew here, and nobody asked for that."""
        payload = {"epoch": at["epoch"], "offset": at["offset"], "recovered": False, "replayed": 0}
        await self._hear({"type": "subscribed", "channel": self.channel, "payload": payload})

    async def _message(self, message: Envelope) -> None:
        # The service filters by types of events only.
        if passes(self.filter, message):
            await self._hear(message)


async def state(api: Api, channel: str) -> list[Fields]:
    """The state of a channel; nothing where there is none."""
    answer = await api.get_or_none(channel_path(channel, "/state"))
    if answer is None:
        return []
    data, headers = answer
    return [{"channel": channel, "data": data, **place(headers.get("etag", "").removeprefix("W/").strip('"'))}]


def where(since: Fields | None) -> Fields:
    """A place as a query has it."""
    if not since:
        return {}
    if "offset" in since:
        return {"since_offset": since["offset"], "epoch": since.get("epoch")}
    if "timestamp" in since:
        return {"since_timestamp": since["timestamp"]}
    raise unsupported("such `since`")
