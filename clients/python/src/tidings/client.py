"""The client: one connection to a Tidings service, kept up, and everything that goes over it."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any

from . import errors, outbox, rest, wire
from .backoff import Backoff
from .codec import codec as codec_named
from .codec import encoded
from .events import CommandResult, History, Members, Published, State
from .handling import Handler, Handling
from .hub import Hub
from .link import Envelope, Link
from .outbox import Outbox
from .requests import Requests
from .session import ConnectionState, Session, Token
from .subscription import Subscription
from .waiting import in_time
from .ways import TRANSPORTS, Ways

logger = logging.getLogger("tidings")

#: Called at each change of the connection's state, with the error that led to it, if one did.
StateListener = Callable[[ConnectionState, "errors.TidingsError | None"], None]


class Client:
    """A connection to a Tidings service that comes back by itself.

    Used as an asynchronous context manager, or by :meth:`start` and :meth:`close`::

        async with tidings.connect("http://127.0.0.1:8080", token) as client:
            async for event in client.subscribe("device:*"):
                print(event)

    :param url: the service's address, ``http://host:8080`` or ``ws://host:8080/ws``
    :param token: a token, or a function that gets one (asynchronous or not), called again when one is refused or expires; None
        asks the service for one, which it gives where it has no key of its own, on the same machine
    :param request_timeout: seconds that a request waits for its answer
    :param connect_timeout: seconds that a connection may take
    :param publish_buffer: so many events may wait to be published
    :param event_buffer: so many events may wait for a subscription's user; more are fetched again when there is room
    :param backoff: how long to wait between tries
    :param transports: ways to the service in the order in which they are tried: ``websocket``, ``sse``, ``polling``
    :param codec: what is spoken over a WebSocket, ``json`` or ``msgpack``, which needs ``pip install 'tidings[msgpack]'``
    """

    def __init__(
        self,
        url: str,
        token: Token = None,
        *,
        request_timeout: float = 10.0,
        connect_timeout: float = 10.0,
        publish_buffer: int = 1000,
        event_buffer: int = 10_000,
        backoff: Backoff | None = None,
        transports: Sequence[str] = TRANSPORTS,
        codec: str = "json",
    ) -> None:
        self._url = url
        self._request_timeout = request_timeout
        self._event_buffer = event_buffer
        self._ways = Ways(url, transports, codec_named(codec))
        self._session = Session(url, token, backoff or Backoff(), connect_timeout, self._ways, self)
        self._ids = itertools.count(1)
        self._replies: dict[str, Callable[[Envelope], None]] = {}
        self._link: Link | None = None
        self._hub = Hub(self._ask, self._say)
        self._requests = Requests(self._ask)
        self._outbox = Outbox(publish_buffer, request_timeout, self._ask)
        self._running: asyncio.Task[None] | None = None
        self._refreshing: asyncio.Task[None] | None = None
        self._state = ConnectionState.CONNECTING
        self._error: errors.TidingsError | None = None
        self._listeners: list[StateListener] = []
        self._reachable = asyncio.Event()

    # Being connected

    async def __aenter__(self) -> Client:
        self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    def start(self) -> None:
        """Begins to connect; does not wait for it."""
        if self._running is None and self._state is not ConnectionState.CLOSED:
            self._running = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Ends the connection and everything on it: iterations end, what waits fails with :class:`ClientClosed`."""
        for task in (self._running, self._refreshing):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        self._running = self._refreshing = None
        if self._state is not ConnectionState.CLOSED:
            self.state_changed(ConnectionState.CLOSED, errors.ClientClosed())

    @property
    def state(self) -> ConnectionState:
        """Whether there is a connection now."""
        return self._state

    @property
    def url(self) -> str:
        """The service's address, as it was given."""
        return self._url

    @property
    def transport(self) -> str:
        """By which way it is connected, or tries to: ``websocket``, ``sse``, ``polling``."""
        return self._ways.current

    @property
    def error(self) -> errors.TidingsError | None:
        """What led to the present state, where an error did."""
        return self._error

    @property
    def identity(self) -> Mapping[str, Any]:
        """What the server last said of the token: ``subject``, ``tenant``, ``expires_at``, ``permissions``."""
        return self._session.identity

    def on_state(self, listener: StateListener) -> Callable[[], None]:
        """Has a function called at each change of :attr:`state`; what is returned undoes that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    async def connected(self, timeout: float | None = None) -> None:
        """Waits until there is a connection.

        :raises TidingsError: when there will be none, or not in time; what stands in the way
        """
        try:
            await (self._reachable.wait() if timeout is None else in_time(self._reachable.wait(), timeout))
        except asyncio.TimeoutError:
            raise self._error or errors.RequestTimedOut(f"no connection within {timeout:g} s") from None
        if self._state is ConnectionState.CLOSED:
            raise self._error or errors.ClientClosed()

    # What can be done

    def subscribe(
        self,
        channel: str,
        *,
        events: Sequence[str] | None = None,
        where: Mapping[str, Any] | None = None,
        filter: Mapping[str, Any] | None = None,
        since: Mapping[str, Any] | None = None,
        state: bool = False,
        conflate: bool = False,
        durable: str | None = None,
        presence: bool = False,
    ) -> Subscription:
        """Subscribes to a channel or pattern. What is returned is an asynchronous iterator of what happens there.

        :param events: types of events, such as ``["agent.*"]``; with ``where`` short for ``filter``
        :param where: a condition, such as ``{"field": "/payload/level", "op": "gt", "value": 70}``
        :param filter: ``{"events": [...], "where": {...}}``
        :param since: where to begin: ``{"last": 10}``, ``{"timestamp": ms}``, ``{"epoch": ..., "offset": ...}`` or
            ``{"cursor": ...}``
        :param state: keep the state: :attr:`Subscription.state`
        :param conflate: a slow connection may be given several changes of the state as one
        :param durable: a name under which the server keeps what :meth:`Subscription.ack` acknowledged
        :param presence: be a member, and hear of others
        :raises InvalidRequest: when there is a subscription to it already, or both ``filter`` and its parts are given
        """
        self._require_started()
        if filter is not None and (events is not None or where is not None):
            raise errors.InvalidRequest("invalid_request", "a filter is given whole or in parts, not both")
        if filter is None and (events is not None or where is not None):
            parts = {"events": list(events) if events is not None else None, "where": where}
            filter = {name: part for name, part in parts.items() if part is not None}
        options: dict[str, Any] = {"filter": filter, "since": since, "durable": durable}
        options |= {"state": state or None, "conflate": conflate or None, "presence": presence or None}
        options = {name: option for name, option in options.items() if option is not None}
        encoded(options)
        return self._hub.subscribe(channel, options, self._event_buffer)

    async def publish(
        self,
        channel: str,
        event: str,
        payload: Any = None,
        *,
        event_id: str | None = None,
        cause: str | None = None,
    ) -> Published:
        """Publishes an event, and waits until it has its place. While there is no connection it waits to be sent.

        :param event_id: by which the server knows it when it comes again, within 5 minutes; made up where it is not given
        :param cause: the id of what led to it
        :raises BufferFull: when too many are waiting
        :raises TidingsError: when it is refused, or not answered in time
        """
        self._require_started()
        envelope = outbox.event(channel, event, payload, event_id, cause)
        encoded(envelope)
        reply = await self._outbox.put(envelope)
        return wire.answer(lambda place: wire.published(channel, place), reply)

    async def history(
        self,
        channel: str,
        *,
        since: Mapping[str, Any] | None = None,
        before: Mapping[str, Any] | None = None,
        limit: int | None = None,
        reverse: bool = False,
        events: Sequence[str] | None = None,
    ) -> History:
        """What the channel retains, oldest first unless ``reverse``."""
        options: dict[str, Any] = {"since": since, "before": before, "limit": limit, "reverse": reverse or None}
        options["events"] = list(events) if events is not None else None
        reply = await self._read("history", channel, {k: v for k, v in options.items() if v is not None})
        return wire.answer(wire.history, reply)

    async def get_state(self, channel: str) -> State | None:
        """A channel's state; None when it has none."""
        states = await self.get_states(channel)
        return states[0] if states else None

    async def get_states(self, target: str) -> list[State]:
        """The states of a channel, or of all channels of a pattern."""
        return wire.answer(wire.states, await self._read("state", target, None))

    async def presence(self, channel: str, *, limit: int | None = None, after: str | None = None) -> Members:
        """Who is present."""
        options = {name: value for name, value in (("limit", limit), ("after", after)) if value is not None}
        return wire.answer(lambda page: wire.members(channel, page), await self._read("presence", channel, options))

    async def command(self, channel: str, name: str, args: Any = None, *, timeout: float = 10.0) -> CommandResult:
        """Gives a command and waits for what its handler answers, at most ``timeout`` seconds.

        :raises NoHandler: when nobody handles that channel; nothing was done
        :raises CommandFailed: when the handler failed, went away or did not answer in time
        :raises ConnectionLost: when the connection broke: whether it was carried out is not known
        """
        self._require_started()
        payload = {"name": name, "args": args, "timeout_ms": max(1, int(timeout * 1000))}
        envelope = {"type": "command", "channel": channel, "payload": payload}
        encoded(envelope)
        reply = await self._requests.request(envelope, timeout + self._request_timeout, repeatable=False)
        return wire.answer(wire.command_result, reply)

    def handle(self, channel: str, handler: Handler) -> Handling:
        """Answers the commands of a channel or pattern by a function, asynchronous or not. What it returns is the result.

        :raises InvalidRequest: when this client handles it already
        """
        self._require_started()
        return self._hub.handle(channel, handler)

    # What is done over HTTP

    async def set_state(self, channel: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Replaces a channel's state; the answer is ``{changed, patch, previous, offset}``."""
        return await self._write("PUT", channel, data, "application/json")

    async def patch_state(self, channel: str, patch: Mapping[str, Any]) -> Mapping[str, Any]:
        """Changes a channel's state by a merge patch; the answer is ``{changed, patch, previous, offset}``."""
        return await self._write("PATCH", channel, patch, "application/merge-patch+json")

    async def delete_state(self, channel: str) -> Mapping[str, Any]:
        """Removes a channel's state."""
        return await self._write("DELETE", channel, None, "application/json")

    async def channels(self, prefix: str | None = None, *, limit: int = 100, after: str | None = None) -> Mapping[str, Any]:
        """The channels that one may see: ``{items: [{channel, offset, subscribers, state}], next?}``."""
        answer = await self._http("GET", "/api/v1/channels", query={"prefix": prefix, "limit": limit, "after": after})
        return dict(answer)

    async def _write(self, method: str, channel: str, body: Any, content_type: str) -> Mapping[str, Any]:
        path = rest.channel_path(channel, "/state")
        return dict(await self._http(method, path, body=body, content_type=content_type) or {})

    async def _http(self, method: str, path: str, **details: Any) -> Any:
        self._require_open()
        token = await self._session.token()
        timeout = self._request_timeout
        return await asyncio.to_thread(rest.call, self._url, method, path, token=token, timeout=timeout, **details)

    async def _read(self, kind: str, channel: str, payload: Mapping[str, Any] | None) -> Envelope:
        self._require_started()
        envelope: Envelope = {"type": kind, "channel": channel}
        if payload:
            envelope["payload"] = dict(payload)
        encoded(envelope)
        return await self._requests.request(envelope, self._request_timeout, repeatable=True)

    def _require_started(self) -> None:
        self._require_open()
        self.start()

    def _require_open(self) -> None:
        if self._state is ConnectionState.CLOSED:
            raise self._error or errors.ClientClosed()

    # The session tells us

    def entered(self, link: Link) -> None:
        """There is a connection: everything is asked for anew, in this order."""
        self._link = link
        self._hub.connected()
        self._requests.connected()
        self._outbox.connected()
        self._refreshing = asyncio.create_task(self._hub.keep_fresh())

    def received(self, envelope: Envelope) -> None:
        """An answer goes to whoever asked, everything else to the hub."""
        reply_to = envelope.get("id") if envelope["type"] not in ("message", "command") else None
        waiting = self._replies.pop(reply_to, None) if isinstance(reply_to, str) else None
        try:
            if waiting is not None:
                waiting(envelope)
            else:
                self._hub.received(envelope)
        except (KeyError, TypeError, ValueError, AttributeError) as e:
            logger.warning("a %r of the server makes no sense: %r", envelope["type"], e)

    def left(self, why: errors.TidingsError) -> None:
        """What waits for an answer on this connection will not get it."""
        self._link = None
        self._replies.clear()
        if self._refreshing is not None:
            self._refreshing.cancel()
        self._hub.lost()
        self._requests.lost(why)
        self._outbox.lost()

    def state_changed(self, state: ConnectionState, why: errors.TidingsError | None) -> None:
        """Tells those who want to know, and at the end those who wait."""
        self._state, self._error = state, why
        if state is ConnectionState.CLOSED:
            self._finish(why or errors.ClientClosed())
        if state in (ConnectionState.CONNECTED, ConnectionState.CLOSED):
            self._reachable.set()
        else:
            self._reachable.clear()
        for listener in list(self._listeners):
            try:
                listener(state, why)
            except Exception:
                logger.exception("a listener for the connection's state failed")

    def _finish(self, why: errors.TidingsError) -> None:
        self._link = None
        self._replies.clear()
        self._hub.finish(why)
        self._requests.fail(why)
        self._outbox.fail(why)

    async def _run(self) -> None:
        try:
            await self._session.run()
        except asyncio.CancelledError:
            raise
        except Exception as e:
            logger.exception("the client failed")
            self.state_changed(ConnectionState.CLOSED, errors.TidingsError("internal", f"the client failed: {e!r}"))

    def _say(self, envelope: Envelope) -> None:
        if self._link is not None:
            self._link.send(envelope)

    def _ask(self, envelope: Envelope, answered: Callable[[Envelope], None]) -> None:
        """Sends with an id; the answer with that id goes to the function, unless the connection breaks before.

        :raises InvalidRequest: when it is larger than the server takes
        """
        if self._link is None:
            return
        name = str(next(self._ids))
        self._link.send({**envelope, "id": name}, self._session.max_message_bytes)
        self._replies[name] = answered


def connect(url: str, token: Token = None, **options: Any) -> Client:
    """A client, to be used by ``async with``; the parameters are those of :class:`Client`."""
    return Client(url, token, **options)
