"""Which subscription an event belongs to, and which handler a command."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

from . import errors, wire
from .events import Command, Event, Joined, Left, State
from .filters import is_pattern, matches, overlap, passes
from .handling import Handler, Handling
from .link import Envelope
from .outbox import Ask
from .subscription import REFRESH_PAUSE, Subscription

logger = logging.getLogger("tidings")

#: What was refused for now is tried again after so many seconds, unless the server says otherwise.
RETRY_AFTER = 1.0


class Hub:
    """The subscriptions and handlers of one client, in the order they were made."""

    def __init__(self, ask: Ask, say: Callable[[Envelope], None]) -> None:
        self._ask = ask
        self._say = say
        self._subscriptions: dict[str, Subscription] = {}
        self._patterns: dict[str, Subscription] = {}
        self._handlings: dict[str, Handling] = {}
        self._under_way: dict[str, Handling] = {}
        self._connection = 0
        self._is_connected = False

    def subscribe(self, channel: str, options: Mapping[str, Any], buffer: int) -> Subscription:
        if channel in self._subscriptions:
            raise errors.InvalidRequest("invalid_request", f"this client has a subscription to {channel} already")
        subscription = Subscription(self, channel, options, buffer)
        self._subscriptions[channel] = subscription
        if is_pattern(channel):
            self._patterns[channel] = subscription
        self.resubscribe(subscription)
        return subscription

    def handle(self, channel: str, handler: Handler) -> Handling:
        if channel in self._handlings:
            raise errors.InvalidRequest("invalid_request", f"this client handles {channel} already")
        handling = self._handlings[channel] = Handling(self, channel, handler)
        self._ask_to_handle(handling)
        return handling

    # The connection

    def connected(self) -> None:
        """Everything is asked for, in order."""
        self._connection += 1
        self._is_connected = True
        for subscription in list(self._subscriptions.values()):
            self.resubscribe(subscription)
        for handling in list(self._handlings.values()):
            self._ask_to_handle(handling)

    def lost(self) -> None:
        self._is_connected = False
        self._under_way.clear()
        for subscription in self._subscriptions.values():
            subscription.lost()

    def finish(self, why: errors.TidingsError) -> None:
        """There will be no connection any more."""
        self._is_connected = False
        for subscription in list(self._subscriptions.values()):
            if isinstance(why, errors.ClientClosed):
                subscription.end()
            else:
                subscription.fail(why)
        for handling in list(self._handlings.values()):
            handling.cancel()
            if isinstance(why, errors.ClientClosed):
                handling.end()
            else:
                handling.fail(why)
        self._subscriptions.clear()
        self._patterns.clear()
        self._handlings.clear()

    async def keep_fresh(self) -> None:
        """Finds out now and then how far the server is, so that places do not grow older than history reaches back."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(REFRESH_PAUSE)
            for subscription in list(self._subscriptions.values()):
                payload = subscription.refresh_request(loop.time())
                if payload is not None:
                    self._refresh(subscription, payload)

    def received(self, envelope: Envelope) -> None:
        """Something that is no answer."""
        kind = envelope["type"]
        if kind == "message":
            self._message(envelope)
        elif kind == "gap":
            gap = wire.gap(envelope)
            for subscription in self._interested(gap.channel):
                subscription.gap(gap)
        elif kind in ("joined", "left"):
            self._presence(wire.presence(Joined if kind == "joined" else Left, envelope), str(envelope["channel"]))
        elif kind == "command":
            self._command(wire.command(envelope))
        elif kind == "subscribed":
            found = self._subscriptions.get(str(envelope.get("channel")))
            if found is not None:
                self._subscribed(found, envelope, asked=False)
        elif kind == "error":
            self._refused_later(envelope)

    def _message(self, envelope: Envelope) -> None:
        message = wire.message(envelope)
        if not self._patterns:
            only = self._subscriptions.get(message.channel)
            if only is not None:
                only.message(message)
            return
        interested = self._interested(message.channel)
        for subscription in interested:
            # The server says an event once. Who is the only one to want it need not be asked whether it is his.
            if len(interested) == 1 or (subscription.is_due_any_event() and passes(subscription.filter, envelope)):
                subscription.message(message)

    def _interested(self, channel: str) -> list[Subscription]:
        found = [each for target, each in self._patterns.items() if matches(target, channel)]
        exact = self._subscriptions.get(channel)
        return found if exact is None else [exact, *found]

    def _presence(self, event: Event, channel: str) -> None:
        subscription = self._subscriptions.get(channel)
        if subscription is not None:
            subscription.presence(event)

    # Subscribing; this is a subscription's port

    def resubscribe(self, subscription: Subscription) -> None:
        if not self._is_connected or subscription.closed:
            return
        envelope = {"type": "subscribe", "channel": subscription.channel, "payload": subscription.request()}
        if not envelope["payload"]:
            del envelope["payload"]
        try:
            self._ask(envelope, lambda reply: self._subscribe_answered(subscription, reply))
        except errors.TidingsError as e:
            self._drop(subscription, e)

    def catch_up(self, subscription: Subscription) -> None:
        """Has the server send again what a slow user had no room for."""
        target = subscription.channel
        if any(each is not subscription and overlap(each.channel, target) for each in self._subscriptions.values()):
            # On one connection the server says nothing twice, and it has said it to the other one.
            subscription.start_over()
        self.resubscribe(subscription)

    def unsubscribe(self, subscription: Subscription) -> None:
        self._forget(subscription)
        if self._is_connected:
            self._ask({"type": "unsubscribe", "channel": subscription.channel}, _ignore)

    def acknowledge(self, subscription: Subscription, offset: int) -> None:
        if self._is_connected and subscription.holds:
            self._say({"type": "ack", "channel": subscription.channel, "offset": offset})

    def fetch_state(self, target: str, done: Callable[[list[State] | None], None]) -> None:
        def answered(reply: Envelope) -> None:
            if reply["type"] == "error":
                error = errors.from_payload(reply.get("payload"))
                if error.retryable:
                    self._later(error, lambda: self.fetch_state(target, done))
                else:
                    logger.warning("the state of %s cannot be read: %s", target, error)
                    done(None)
            else:
                done(wire.states(reply["payload"]))

        self._ask({"type": "state", "channel": target}, answered)

    def _subscribe_answered(self, subscription: Subscription, reply: Envelope) -> None:
        if subscription.closed:
            return
        if reply["type"] != "error":
            self._subscribed(subscription, reply, asked=True)
            if subscription.last_ack is not None:
                self._say({"type": "ack", "channel": subscription.channel, "offset": subscription.last_ack})
            return
        error = errors.from_payload(reply.get("payload"))
        if error.retryable:
            self._later(error, lambda: self.resubscribe(subscription))
        else:
            self._drop(subscription, error)

    def _subscribed(self, subscription: Subscription, envelope: Envelope, *, asked: bool) -> None:
        answer, state = wire.subscribed(subscription.channel, envelope["payload"])
        subscription.subscribed(answer, state, asyncio.get_running_loop().time(), asked=asked)

    def _refresh(self, subscription: Subscription, payload: dict[str, Any]) -> None:
        def answered(reply: Envelope) -> None:
            if reply["type"] == "subscribed":
                subscription.refreshed(wire.subscribed(subscription.channel, reply["payload"])[0])

        self._ask({"type": "subscribe", "channel": subscription.channel, "payload": payload}, answered)

    def _drop(self, subscription: Subscription, error: errors.TidingsError) -> None:
        self._forget(subscription)
        subscription.fail(error)

    def _forget(self, subscription: Subscription) -> None:
        if self._subscriptions.get(subscription.channel) is subscription:
            del self._subscriptions[subscription.channel]
            self._patterns.pop(subscription.channel, None)

    # Handling; this is a handling's port

    def unhandle(self, handling: Handling) -> None:
        if self._handlings.get(handling.channel) is handling:
            del self._handlings[handling.channel]
            if self._is_connected:
                self._ask({"type": "unhandle", "channel": handling.channel}, _ignore)

    def answer(self, command: Command, payload: Mapping[str, Any]) -> None:
        # What was given on a connection that is gone has been answered by the server already.
        if self._under_way.pop(command.id, None) is None:
            return
        envelope: Envelope = {"type": "command_result", "command": command.id, "payload": payload}
        try:
            self._say(envelope)
        except errors.InvalidRequest as e:
            failure = {"code": "handler_error", "message": f"the handler's answer is no JSON: {e}"}
            self._say({**envelope, "payload": {"status": "error", "error": failure}})

    def _command(self, command: Command) -> None:
        handling = self._handlings.get(command.channel) or next(
            (each for target, each in self._handlings.items() if matches(target, command.channel)), None
        )
        if handling is not None:
            self._under_way[command.id] = handling
            handling.command(command)
        else:
            gone = {"code": "handler_gone", "message": "nobody handles this any more"}
            self._say({"type": "command_result", "command": command.id, "payload": {"status": "error", "error": gone}})

    def _ask_to_handle(self, handling: Handling) -> None:
        def answered(reply: Envelope) -> None:
            if reply["type"] != "error":
                handling.handling()
                return
            error = errors.from_payload(reply.get("payload"))
            if error.retryable:
                self._later(error, lambda: self._ask_to_handle(handling))
            elif self._handlings.get(handling.channel) is handling:
                del self._handlings[handling.channel]
                handling.fail(error)

        if self._is_connected and not handling.closed:
            self._ask({"type": "handle", "channel": handling.channel}, answered)

    def _refused_later(self, envelope: Envelope) -> None:
        """A newer token does not permit something, or the server did not like what has no answer: it is asked for again."""
        error = errors.from_payload(envelope.get("payload"))
        channel = envelope.get("channel")
        if error.code != "forbidden" or not isinstance(channel, str):
            logger.warning("the server says: %s: %s", error.code, error)
            return
        if channel in self._subscriptions:
            self.resubscribe(self._subscriptions[channel])
        if channel in self._handlings:
            self._ask_to_handle(self._handlings[channel])

    def _later(self, error: errors.TidingsError, action: Callable[[], None]) -> None:
        """Does it after a while, unless there is another connection by then, which does it anyway."""
        connection = self._connection
        wait = RETRY_AFTER if error.retry_after is None else min(error.retry_after, 60.0)

        def act() -> None:
            if self._is_connected and self._connection == connection:
                action()

        asyncio.get_running_loop().call_later(wait, act)


def _ignore(reply: Envelope) -> None:
    """For what is answered, but not worth waiting for."""
