"""The same for programs without asyncio: a client whose connection lives in a thread of its own.

>>> from tidings.sync import connect
>>> with connect("http://127.0.0.1:8080") as client:
...     for event in client.subscribe("device:*"):
...         print(event)
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, TypeVar

from . import client as asynchronous
from .errors import ClientClosed, InvalidRequest, RequestTimedOut, TidingsError
from .events import CommandResult, Event, History, Members, Published, State, Subscribed
from .handling import Handler
from .handling import Handling as AsyncHandling
from .session import ConnectionState, Token
from .subscription import Subscription as AsyncSubscription

__all__ = ["Client", "Handling", "Subscription", "connect"]

T = TypeVar("T")


class _Thread:
    """An event loop in a thread."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._lock = threading.Lock()
        self._stopped = False
        self._thread = threading.Thread(target=self._live, name="tidings", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T], timeout: float | None = None) -> T:
        """Has something done there, and waits for it."""
        try:
            future = self._submit(work)
        except TidingsError:
            work.close()
            raise
        try:
            return future.result(timeout)
        except concurrent.futures.TimeoutError:
            future.cancel()
            raise RequestTimedOut(f"nothing came within {timeout:g} s") from None
        except concurrent.futures.CancelledError:
            raise ClientClosed() from None
        except BaseException:
            # Such as an interrupt from the keyboard.
            future.cancel()
            raise

    def _submit(self, work: Coroutine[Any, Any, T]) -> concurrent.futures.Future[T]:
        if threading.current_thread() is self._thread:
            raise InvalidRequest("invalid_request", "this would wait for itself: handlers use the asynchronous client")
        with self._lock:
            if self._stopped:
                raise ClientClosed()
            return asyncio.run_coroutine_threadsafe(work, self._loop)

    def call(self, function: Callable[[], T]) -> T:
        """The same for what does not wait."""

        async def work() -> T:
            return function()

        return self.run(work())

    def stop(self) -> None:
        """Ends it; whoever waits for something there hears that it is closed."""
        with self._lock:
            if not self._stopped:
                self._stopped = True
                self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def _live(self) -> None:
        self._loop.run_forever()
        self._loop.run_until_complete(_cancel_the_rest())
        self._loop.close()


async def _cancel_the_rest() -> None:
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


class Subscription(Iterator[Event]):
    """See :class:`tidings.Subscription`; iterating waits."""

    def __init__(self, thread: _Thread, subscription: AsyncSubscription) -> None:
        self._thread = thread
        self._subscription = subscription

    @property
    def state(self) -> dict[str, Any] | None:
        """The channel's state, kept up to date where ``state=True``."""
        return self._subscription.state

    @property
    def states(self) -> dict[str, dict[str, Any]]:
        """The states of a pattern's channels, kept up to date where ``state=True``."""
        return self._thread.call(lambda: self._subscription.states)

    def ready(self, timeout: float | None = None) -> Subscribed:
        """Waits until the server has confirmed it."""
        return self._thread.run(self._subscription.ready(), timeout)

    def ack(self, offset: int) -> None:
        """Says that everything up to this offset has been dealt with."""
        self._thread.call(lambda: self._subscription.ack(offset))

    def close(self) -> None:
        """Ends it."""
        self._thread.call(self._subscription.close)

    def get(self, timeout: float | None = None) -> Event:
        """The next event.

        :raises RequestTimedOut: when none comes in time
        :raises ClientClosed: when none will come any more
        """

        async def following() -> Event:
            try:
                return await self._subscription.__anext__()
            except StopAsyncIteration:
                raise ClientClosed("the subscription is closed") from None

        return self._thread.run(following(), timeout)

    def __enter__(self) -> Subscription:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None) -> None:
        self.close()

    def __iter__(self) -> Subscription:
        return self

    def __next__(self) -> Event:
        try:
            return self.get()
        except ClientClosed:
            raise StopIteration from None


class Handling:
    """See :class:`tidings.Handling`. The function runs in the connection's thread: let it be quick, or asynchronous."""

    def __init__(self, thread: _Thread, handling: AsyncHandling) -> None:
        self._thread = thread
        self._handling = handling

    def ready(self, timeout: float | None = None) -> None:
        """Waits until commands can come."""
        self._thread.run(self._handling.ready(), timeout)

    def wait(self, timeout: float | None = None) -> None:
        """Waits until it is over."""
        self._thread.run(self._handling.wait(), timeout)

    def close(self) -> None:
        """Ends it."""
        self._thread.call(self._handling.close)

    def __enter__(self) -> Handling:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None) -> None:
        self.close()


class Client:
    """See :class:`tidings.Client`; every method waits until it is done. To be used by ``with``."""

    def __init__(self, url: str, token: Token = None, **options: Any) -> None:
        self._thread = _Thread()
        try:
            self._client = self._thread.call(lambda: asynchronous.Client(url, token, **options))
            self._thread.call(self._client.start)
        except BaseException:
            self._thread.stop()
            raise

    def __enter__(self) -> Client:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None) -> None:
        self.close()

    @property
    def state(self) -> ConnectionState:
        """Whether there is a connection now."""
        return self._client.state

    @property
    def transport(self) -> str:
        """By which way it is connected, or tries to: ``websocket``, ``sse``, ``polling``."""
        return self._client.transport

    @property
    def error(self) -> TidingsError | None:
        """What led to the present state, where an error did."""
        return self._client.error

    def close(self) -> None:
        """Ends the connection and everything on it."""
        with contextlib.suppress(ClientClosed):
            self._thread.run(self._client.close())
        self._thread.stop()

    def connected(self, timeout: float | None = None) -> None:
        """Waits until there is a connection."""
        self._thread.run(self._client.connected(timeout))

    def subscribe(self, channel: str, **options: Any) -> Subscription:
        """See :meth:`tidings.Client.subscribe`."""
        return Subscription(self._thread, self._thread.call(lambda: self._client.subscribe(channel, **options)))

    def publish(
        self, channel: str, event: str, payload: Any = None, *, event_id: str | None = None, cause: str | None = None
    ) -> Published:
        """See :meth:`tidings.Client.publish`."""
        return self._thread.run(self._client.publish(channel, event, payload, event_id=event_id, cause=cause))

    def history(
        self,
        channel: str,
        *,
        since: Mapping[str, Any] | None = None,
        before: Mapping[str, Any] | None = None,
        limit: int | None = None,
        reverse: bool = False,
        events: Sequence[str] | None = None,
    ) -> History:
        """See :meth:`tidings.Client.history`."""
        reading = self._client.history(channel, since=since, before=before, limit=limit, reverse=reverse, events=events)
        return self._thread.run(reading)

    def get_state(self, channel: str) -> State | None:
        """See :meth:`tidings.Client.get_state`."""
        return self._thread.run(self._client.get_state(channel))

    def get_states(self, target: str) -> list[State]:
        """See :meth:`tidings.Client.get_states`."""
        return self._thread.run(self._client.get_states(target))

    def presence(self, channel: str, *, limit: int | None = None, after: str | None = None) -> Members:
        """See :meth:`tidings.Client.presence`."""
        return self._thread.run(self._client.presence(channel, limit=limit, after=after))

    def command(self, channel: str, name: str, args: Any = None, *, timeout: float = 10.0) -> CommandResult:
        """See :meth:`tidings.Client.command`."""
        return self._thread.run(self._client.command(channel, name, args, timeout=timeout))

    def handle(self, channel: str, handler: Handler) -> Handling:
        """See :meth:`tidings.Client.handle`."""
        return Handling(self._thread, self._thread.call(lambda: self._client.handle(channel, handler)))

    def set_state(self, channel: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """See :meth:`tidings.Client.set_state`."""
        return self._thread.run(self._client.set_state(channel, data))

    def patch_state(self, channel: str, patch: Mapping[str, Any]) -> Mapping[str, Any]:
        """See :meth:`tidings.Client.patch_state`."""
        return self._thread.run(self._client.patch_state(channel, patch))

    def delete_state(self, channel: str) -> Mapping[str, Any]:
        """See :meth:`tidings.Client.delete_state`."""
        return self._thread.run(self._client.delete_state(channel))

    def channels(self, prefix: str | None = None, *, limit: int = 100, after: str | None = None) -> Mapping[str, Any]:
        """See :meth:`tidings.Client.channels`."""
        return self._thread.run(self._client.channels(prefix, limit=limit, after=after))


def connect(url: str, token: Token = None, **options: Any) -> Client:
    """A client, to be used by ``with``; the options are those of :class:`tidings.Client`."""
    return Client(url, token, **options)
