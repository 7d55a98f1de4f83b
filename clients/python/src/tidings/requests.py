"""Questions that wait for their answer. Those that only read are asked again on a new connection."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from . import errors
from .link import Envelope
from .outbox import Ask
from .waiting import in_time


@dataclass(eq=False, slots=True)
class _Request:
    envelope: Envelope
    answer: asyncio.Future[Envelope]
    repeatable: bool
    sent: bool = False


class Requests:
    """The requests of one client."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._waiting: dict[_Request, None] = {}
        self._connected = False

    async def request(self, envelope: Envelope, timeout: float, *, repeatable: bool) -> Envelope:
        """Asks, now or as soon as there is a connection, and waits for the answer.

        :raises TidingsError: what the server answers instead, or that nothing comes in time
        """
        request = _Request(envelope, asyncio.get_running_loop().create_future(), repeatable)
        self._waiting[request] = None
        try:
            if self._connected:
                self._send(request)
            return await in_time(request.answer, timeout)
        except asyncio.TimeoutError:
            where = "no answer" if request.sent else "no connection"
            raise errors.RequestTimedOut(f"{where} within {timeout:g} s to {envelope['type']!r}") from None
        finally:
            self._waiting.pop(request, None)

    def connected(self) -> None:
        """There is a connection: what waits is asked."""
        self._connected = True
        for request in list(self._waiting):
            self._send(request)

    def lost(self, why: errors.TidingsError) -> None:
        """There is none; what must not be done twice fails if it has been sent."""
        self._connected = False
        for request in list(self._waiting):
            if request.sent and not request.repeatable:
                lost = errors.ConnectionLost("disconnected", f"{why}; it is not known whether the command was carried out")
                _settle(request, lost)

    def fail(self, error: errors.TidingsError) -> None:
        """There will be none any more."""
        self._connected = False
        for request in list(self._waiting):
            _settle(request, error)

    def _send(self, request: _Request) -> None:
        request.sent = True
        try:
            self._ask(request.envelope, lambda reply: self._answered(request, reply))
        except errors.TidingsError as e:
            _settle(request, e)

    @staticmethod
    def _answered(request: _Request, reply: Envelope) -> None:
        if reply["type"] == "error":
            _settle(request, errors.from_payload(reply.get("payload")))
        elif not request.answer.done():
            request.answer.set_result(reply)


def _settle(request: _Request, error: errors.TidingsError) -> None:
    if not request.answer.done():
        request.answer.set_exception(error)
