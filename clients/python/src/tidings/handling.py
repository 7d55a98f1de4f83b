"""Answering the commands of a channel."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Any, Protocol

from .errors import ClientClosed, CommandFailed, TidingsError
from .events import Command

logger = logging.getLogger("tidings")

#: Answers a command: what it returns is the result; :class:`~tidings.CommandFailed` is the error to answer with.
Handler = Callable[[Command], Awaitable[Any] | Any]


class Port(Protocol):
    """What handling needs of its client."""

    def unhandle(self, handling: Handling) -> None: ...

    def answer(self, command: Command, payload: Mapping[str, Any]) -> None: ...


class Handling:
    """A function that answers the commands of a channel or pattern until :meth:`close`, over broken connections too.

    Made by :meth:`tidings.Client.handle`.
    """

    def __init__(self, port: Port, channel: str, handler: Handler) -> None:
        self._port = port
        self._channel = channel
        self._handler = handler
        self._tasks: set[asyncio.Task[None]] = set()
        self._ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @property
    def channel(self) -> str:
        """The channel or pattern."""
        return self._channel

    @property
    def closed(self) -> bool:
        """True once no command will come any more."""
        return self._over.done()

    async def ready(self) -> None:
        """Waits until commands can come.

        :raises TidingsError: what it was refused with
        """
        await asyncio.shield(self._ready)

    async def wait(self) -> None:
        """Waits until it is over.

        :raises TidingsError: what it failed with, if it was not closed
        """
        await asyncio.shield(self._over)

    def close(self) -> None:
        """No command comes any more; those under way are still answered."""
        if not self.closed:
            self._port.unhandle(self)
            self.end()

    async def __aenter__(self) -> Handling:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    # What follows is for the client, and not part of the API.

    def handling(self) -> None:
        """The server has it."""
        if not self._ready.done():
            self._ready.set_result(None)

    def command(self, command: Command) -> None:
        """A command came."""
        task = asyncio.create_task(self._carry_out(command))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def fail(self, error: TidingsError) -> None:
        """It is over; whoever waits hears why."""
        for future in (self._ready, self._over):
            if not future.done():
                future.set_exception(error)
                future.exception()

    def end(self) -> None:
        """It is over, as its user wanted."""
        if not self._over.done():
            self._over.set_result(None)
        self.fail(ClientClosed("handling has been closed"))

    def cancel(self) -> None:
        """Gives up what is under way."""
        for task in self._tasks:
            task.cancel()

    async def _carry_out(self, command: Command) -> None:
        try:
            result = self._handler(command)
            if inspect.isawaitable(result):
                result = await result
            self._port.answer(command, {"status": "ok", "result": result})
        except CommandFailed as e:
            self._port.answer(command, {"status": "error", "error": e.error})
        except Exception as e:
            # The caller must hear of it; what it was is for those who run this program.
            logger.exception("a handler of %s failed with command %s", self._channel, command.name)
            failure = {"code": "handler_error", "message": f"the handler failed: {type(e).__name__}"}
            self._port.answer(command, {"status": "error", "error": failure})
