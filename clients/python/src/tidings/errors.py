"""What can go wrong, by type. Everything that this package raises on purpose is a :class:`TidingsError`.

Each has a ``code``, the same in every client: one of the protocol's error codes, or one of the client's own:
``timeout``, ``disconnected``, ``closed``, ``buffer_full``, ``protocol_error``, ``disconnected_by_operator``,
``too_many_connections``, ``token_unavailable``, ``invalid_request``, ``unsupported`` (without a WebSocket).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = [
    "BufferFull",
    "ClientClosed",
    "CommandFailed",
    "ConnectionLost",
    "Forbidden",
    "HttpError",
    "InvalidRequest",
    "NoHandler",
    "ProtocolViolation",
    "RateLimited",
    "RequestTimedOut",
    "TidingsError",
    "Unauthenticated",
    "Unavailable",
]


class TidingsError(Exception):
    """The base of all of them. ``retryable`` says whether the same call may succeed later, unchanged."""

    def __init__(self, code: str, message: str, *, retryable: bool = False, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(message or code)
        self.code = code
        self.message = message or code
        self.retryable = retryable
        self.details: Mapping[str, Any] = details or {}

    @property
    def retry_after(self) -> float | None:
        """How many seconds the server wants to be left alone, where it says so."""
        wait = self.details.get("retry_after_ms")
        number = isinstance(wait, (int, float)) and not isinstance(wait, bool)
        return max(0.0, float(wait)) / 1000 if number and wait is not None else None


class Unauthenticated(TidingsError):
    """There is no token, or the server did not take it twice in a row."""


class Forbidden(TidingsError):
    """The token does not permit it, or there is no such channel: the two answer alike."""


class InvalidRequest(TidingsError):
    """The request itself is wrong and stays so: a bad channel, filter, member or size."""


class RateLimited(TidingsError):
    """Too many messages; ``retry_after`` says how long to wait."""


class NoHandler(TidingsError):
    """Nobody handles commands of that channel; nothing was done."""


class Unavailable(TidingsError):
    """The server cannot reach its log, and nothing was accepted; or there is no server at that address."""


class RequestTimedOut(TidingsError):
    """No answer came in time. Whether it was done is not known; a publish may be repeated with its event id."""

    def __init__(self, message: str) -> None:
        super().__init__("timeout", message, retryable=True)


class ConnectionLost(TidingsError):
    """The connection broke. Of a command that was under way it is not known whether it was carried out.

    ``close_code`` is that of the WebSocket, where it was closed.
    """

    def __init__(self, code: str, message: str, *, close_code: int | None = None, retryable: bool = True) -> None:
        super().__init__(code, message, retryable=retryable)
        self.close_code = close_code


class ProtocolViolation(ConnectionLost):
    """One side sent what is no message of the protocol."""


class ClientClosed(TidingsError):
    """The client, or this subscription, has been closed."""

    def __init__(self, message: str = "the client is closed") -> None:
        super().__init__("closed", message)


class BufferFull(TidingsError):
    """As many events as the client keeps are waiting to be published; this one was not taken."""

    def __init__(self, limit: int) -> None:
        super().__init__("buffer_full", f"{limit} events are waiting to be published already", retryable=True)


class CommandFailed(TidingsError):
    """A command that did not succeed. Raised by ``command``, and by handlers to answer with an error of their own.

    ``code`` is the handler's, or ``handler_gone``, ``handler_failed`` or ``timeout``; after those it is not known whether the
    command was carried out. ``error`` is what the handler answered, as it came.
    """

    def __init__(self, code: str, message: str = "", *, error: Any = None) -> None:
        super().__init__(code, message, retryable=False)
        self.error = error if error is not None else {"code": code, "message": self.message}

    @staticmethod
    def of(error: Any) -> CommandFailed:
        """The failure that an answer's ``error`` tells of."""
        if isinstance(error, dict):
            return CommandFailed(str(error.get("code", "failed")), str(error.get("message", "")), error=error)
        return CommandFailed("failed", "" if error is None else str(error), error=error)


class HttpError(TidingsError):
    """A REST call was refused; ``status`` is the HTTP status."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code, message, retryable=status in (429, 503))
        self.status = status


_BY_CODE: dict[str, type[TidingsError]] = {
    "unauthenticated": Unauthenticated,
    "forbidden": Forbidden,
    "invalid_message": InvalidRequest,
    "invalid_channel": InvalidRequest,
    "invalid_filter": InvalidRequest,
    "unknown_type": InvalidRequest,
    "message_too_large": InvalidRequest,
    "rate_limited": RateLimited,
    "no_handler": NoHandler,
    "unavailable": Unavailable,
}


def from_payload(payload: Any) -> TidingsError:
    """The error that an ``error`` message tells of."""
    known = payload if isinstance(payload, dict) else {}
    code = str(known.get("code", "internal"))
    details = known.get("details")
    return _BY_CODE.get(code, TidingsError)(
        code,
        str(known.get("message", "")),
        retryable=known.get("retryable") is True,
        details=details if isinstance(details, dict) else None,
    )


_FINAL = {
    1009: ("message_too_large", "the server closed the connection: a message was too large"),
    4400: ("protocol_error", "the server closed the connection: it was sent what it could not read"),
    4403: ("disconnected_by_operator", "the server disconnected this client, which is not to come back"),
}
_PASSING = {
    4401: ("unauthenticated", "the server does not take the token any more"),
    4409: ("too_many_connections", "the server has as many connections of this subject as it takes"),
    4429: ("rate_limited", "the server closed the connection: too many messages"),
}


def from_close(close_code: int | None, reason: str = "") -> TidingsError:
    """What the end of a connection means; ``retryable`` is false where the client is not to come back."""
    said = f" ({reason})" if reason else ""
    if close_code in _FINAL:
        code, message = _FINAL[close_code]
        kind = ProtocolViolation if close_code == 4400 else ConnectionLost
        return kind(code, message + said, close_code=close_code, retryable=False)
    code, message = _PASSING.get(close_code or 0, ("disconnected", f"the connection was closed with {close_code}"))
    if close_code is None or close_code == 1006:
        message = "the connection broke"
    return ConnectionLost(code, message + said, close_code=close_code)
