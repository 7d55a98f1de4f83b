"""The calls that are made over HTTP: writing states as a whole, listing channels, the token of a quick start."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from typing import Any

from . import errors

#: The largest answer taken.
MAX_ANSWER = 64 << 20


def base_address(url: str) -> str:
    """Where the service is, given its address or its WebSocket's."""
    parts = urllib.parse.urlsplit(url)
    scheme = {"ws": "http", "wss": "https"}.get(parts.scheme, parts.scheme)
    if scheme not in ("http", "https") or not parts.hostname:
        raise errors.InvalidRequest(
            "invalid_request", f"{url!r} is no address of a service; one looks like http://127.0.0.1:8080"
        )
    path = parts.path.rstrip("/")
    return urllib.parse.urlunsplit((scheme, parts.netloc, path[:-3] if path.endswith("/ws") else path, "", ""))


def call(
    url: str,
    method: str,
    path: str,
    *,
    token: str | None = None,
    body: Any = None,
    content_type: str = "application/json",
    query: Mapping[str, Any] | None = None,
    timeout: float = 10,
) -> Any:
    """Calls and gives the JSON that is answered; None for an empty answer. It blocks.

    :raises TidingsError: with the server's code when it refuses
    """
    address = base_address(url) + path
    if query:
        address += "?" + urllib.parse.urlencode({k: v for k, v in query.items() if v is not None})
    headers = {"Accept": "application/json"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    data = None
    if body is not None:
        data = json.dumps(body, allow_nan=False).encode()
        headers["Content-Type"] = content_type
    try:
        request = urllib.request.Request(address, data=data, method=method, headers=headers)
        with urllib.request.urlopen(request, timeout=timeout) as response:
            answer = response.read(MAX_ANSWER)
    except urllib.error.HTTPError as e:
        raise _refusal(e) from None
    except TimeoutError:
        raise errors.RequestTimedOut(f"no answer from {base_address(url)} within {timeout:g} s") from None
    except (urllib.error.URLError, OSError) as e:
        reason = getattr(e, "reason", e)
        raise errors.ConnectionLost("disconnected", f"no connection to {base_address(url)}: {reason}") from e
    except ValueError as e:
        raise errors.InvalidRequest("invalid_request", f"this cannot be sent: {e}") from e
    return _json(answer) if answer else None


def channel_path(channel: str, rest: str) -> str:
    """The address of something of a channel."""
    return f"/api/v1/channels/{urllib.parse.quote(channel, safe=':')}{rest}"


def quick_start_token(url: str, timeout: float = 10) -> str:
    """A token for whoever tries the service out on the machine it runs on.

    :raises Unauthenticated: when it gives none, for it has a key of its own or is elsewhere
    """
    try:
        answer = call(url, "GET", "/quick-start", timeout=timeout)
    except errors.HttpError as e:
        raise errors.Unauthenticated(
            "unauthenticated", f"{base_address(url)} gives no token to try it out: you need one of its own"
        ) from e
    return str(answer["token"])


def _json(answer: bytes) -> Any:
    try:
        return json.loads(answer)
    except ValueError as e:
        raise errors.ProtocolViolation("protocol_error", "the server's answer is no JSON") from e


def _refusal(e: urllib.error.HTTPError) -> errors.TidingsError:
    try:
        problem = json.loads(e.read(1 << 20))
    except (ValueError, OSError):
        problem = {}
    if not isinstance(problem, dict):
        problem = {}
    code = str(problem.get("code", "unauthenticated" if e.code == 401 else f"http_{e.code}"))
    message = str(problem.get("detail") or problem.get("title") or f"HTTP {e.code}")
    return errors.HttpError(e.code, code, message)
