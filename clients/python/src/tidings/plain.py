"""The service without a WebSocket: what is asked goes by REST, events come as Server-Sent Events or by long polls.

It speaks envelopes to the client as a WebSocket does, so that nothing else need know.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine, Iterator, Mapping
from typing import Any

from . import errors
from .api import ANSWER, Api, Fields, Refused, channel_path, unsupported
from .codec import encoded, within
from .filters import is_pattern
from .following import Follower, state, where
from .link import MAX_FRAME, Envelope, listen

HEARTBEAT_MS = 30_000
#: So many envelopes wait to be taken; then no more is read.
MAX_UNREAD = 1000


class PlainLink:
    """A link by plain HTTP; see :class:`tidings.link.Link`."""

    def __init__(self, api: Api, *, streams: bool) -> None:
        self._api = api
        self._streams = streams
        self._loop = asyncio.get_running_loop()
        self._inbox: asyncio.Queue[Envelope | None] = asyncio.Queue(MAX_UNREAD)
        self._failure: errors.TidingsError | None = None
        self._heard = self._loop.time()
        self._tasks: set[asyncio.Task[None]] = set()
        self._followers: dict[str, tuple[Follower, asyncio.Task[None]]] = {}
        # Events are published one after the other, as on a socket.
        self._publishing = asyncio.Lock()

    @staticmethod
    async def open(url: str, token: str | None, *, streams: bool) -> PlainLink:
        """Finds out whether the service answers; the caller bounds the time.

        :raises TidingsError: when it does not
        """
        link = PlainLink(Api(url, token), streams=streams)
        try:
            await link._api.get("channels", {"limit": 1})
        except Refused as e:
            raise e.ending from e
        await link._hear({"type": "welcome", "payload": {"heartbeat_ms": HEARTBEAT_MS}})
        return link

    def watch(self, heartbeat: float) -> None:
        self._begin(listen(heartbeat, lambda: self._heard, self.send, self._fail))

    def send(self, envelope: Mapping[str, Any], limit: int = MAX_FRAME) -> None:
        within(encoded(envelope), limit)
        if self._failure is None:
            self._begin(self._answer(dict(envelope)))

    async def receive(self) -> Envelope:
        envelope = None if self._failure is not None else await self._inbox.get()
        if envelope is None:
            raise self._failure or errors.ConnectionLost("disconnected", "the connection is closed")
        return envelope

    async def close(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _fail(self, failure: errors.TidingsError) -> None:
        if self._failure is None:
            self._failure = failure
            # Wakes who waits for an envelope; where one is there nobody waits.
            if self._inbox.empty():
                self._inbox.put_nowait(None)

    async def _hear(self, envelope: Envelope) -> None:
        self._heard = self._loop.time()
        await self._inbox.put(envelope)

    @contextlib.contextmanager
    def _over_when_broken(self) -> Iterator[None]:
        try:
            yield
        except errors.TidingsError as e:
            self._fail(e)
        except Refused as e:
            self._fail(e.ending)
        except (KeyError, TypeError, ValueError, AttributeError) as e:
            self._fail(errors.ProtocolViolation("protocol_error", f"the service's answer makes no sense: {e!r}"))

    async def _answer(self, envelope: Envelope) -> None:
        with self._over_when_broken():
            try:
                reply = await self._do(envelope, envelope.get("payload") or {})
            except Refused as e:
                if e.code == "unauthenticated":
                    raise
                reply = {"type": "error", "payload": e.payload}
            if reply is not None:
                about: Envelope = {name: envelope[name] for name in ("id", "channel") if name in envelope}
                await self._hear(about | reply)

    async def _do(self, envelope: Envelope, fields: Fields) -> Envelope | None:
        """What came of it; nothing where there is no answer, or it comes by another way."""
        kind, channel = envelope["type"], str(envelope.get("channel"))
        if kind == "authenticate":
            self._api.token = fields["token"]
            return {"type": "authenticated", "payload": {}}
        if kind == "ping":
            await self._api.get("channels", {"limit": 1})
            return {"type": "pong"}
        if kind == "subscribe":
            await self._subscribe(envelope, fields)
            return None
        if kind == "unsubscribe":
            self._unfollow(channel)
            return {"type": "unsubscribed"}
        if kind == "publish":
            body = {name: envelope[name] for name in ("event", "payload", "event_id", "cause") if name in envelope}
            async with self._publishing:
                return {"type": "published", "payload": await self._api.post(channel_path(channel, "/events"), body)}
        if kind == "history":
            return {"type": "history", "payload": await self._history(channel, fields)}
        if kind == "state":
            if is_pattern(channel):
                raise unsupported("state of a pattern")
            return {"type": "state", "payload": {"states": await state(self._api, channel)}}
        if kind == "presence":
            return {"type": "presence", "payload": await self._api.get(channel_path(channel, "/presence"), fields)}
        if kind == "command":
            return {"type": "command_response", "payload": await self._command(channel, fields)}
        raise unsupported(kind)

    async def _history(self, channel: str, fields: Fields) -> Any:
        if fields.get("before") is not None:
            raise unsupported("`before`")
        options = {"limit": fields.get("limit"), "reverse": fields.get("reverse"), "event": fields.get("events")}
        return await self._api.get(channel_path(channel, "/events"), {**where(fields.get("since")), **options})

    async def _command(self, channel: str, fields: Fields) -> Any:
        try:
            timeout = ANSWER + fields.get("timeout_ms", 0) / 1000
            return await self._api.post(channel_path(channel, "/commands"), fields, timeout)
        except Refused as e:
            if e.code == "timeout":
                return {"command": "", "status": "timeout", "error": e.payload}
            raise

    async def _subscribe(self, envelope: Envelope, fields: Fields) -> None:
        channel = envelope["channel"]
        if is_pattern(channel) or fields.get("durable") is not None or fields.get("presence"):
            raise unsupported("pattern, `durable` or `presence`")
        held = self._followers[channel][0] if channel in self._followers else None
        follower = Follower(self._api, envelope, fields, held.here if held else None, self._hear)
        nothing_new = held is not None and held.filter == follower.filter and not fields.get("state")
        if held is not None and held.here is not None and nothing_new and not where(fields.get("since")):
            await held.confirm(envelope.get("id"))
            return
        self._unfollow(channel)
        self._followers[channel] = (follower, self._begin(self._follow(follower, envelope)))

    def _unfollow(self, channel: str) -> None:
        _, task = self._followers.pop(channel, (None, None))
        if task is not None:
            task.cancel()

    async def _follow(self, follower: Follower, envelope: Envelope) -> None:
        with self._over_when_broken():
            try:
                await (follower.stream() if self._streams else follower.poll())
            except Refused as e:
                if follower.begun or e.code == "unauthenticated":
                    raise
                self._unfollow_refused(follower)
                about = {"id": envelope.get("id"), "channel": follower.channel}
                await self._hear({"type": "error", **about, "payload": e.payload})

    def _unfollow_refused(self, follower: Follower) -> None:
        if self._followers.get(follower.channel, (None, None))[0] is follower:
            del self._followers[follower.channel]
