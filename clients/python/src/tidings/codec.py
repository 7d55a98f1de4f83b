"""How envelopes are written: JSON, or MessagePack where ``tidings[msgpack]`` is installed."""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping
from typing import Any, Protocol

from . import errors


class Codec(Protocol):
    """``protocol`` is the sub-protocol that names it."""

    protocol: str
    #: Whether its frames are text.
    text: bool

    def encode(self, envelope: Mapping[str, Any]) -> bytes:
        """:raises InvalidRequest: when it holds what cannot be said"""

    def decode(self, frame: str | bytes) -> Any:
        """:raises ValueError: when it cannot be read"""


class Json:
    """Text frames."""

    protocol = "tidings.v1.json"
    text = True

    def encode(self, envelope: Mapping[str, Any]) -> bytes:
        try:
            return json.dumps(envelope, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
        except (TypeError, ValueError, RecursionError) as e:
            raise errors.InvalidRequest("invalid_request", f"this cannot be said in JSON: {e}") from e

    def decode(self, frame: str | bytes) -> Any:
        try:
            return json.loads(frame)
        except RecursionError as e:
            raise ValueError("it is nested too deep") from e


class MessagePack:
    """Binary frames with the same maps. What JSON does not know is refused all the same."""

    protocol = "tidings.v1.msgpack"
    text = False

    def __init__(self) -> None:
        try:
            self._msgpack: Any = importlib.import_module("msgpack")
        except ImportError as e:
            raise errors.InvalidRequest(
                "invalid_request", "MessagePack needs a package that is not here: pip install 'tidings[msgpack]'"
            ) from e
        self._json = Json()

    def encode(self, envelope: Mapping[str, Any]) -> bytes:
        self._json.encode(envelope)
        try:
            return bytes(self._msgpack.packb(envelope))
        except (TypeError, ValueError, OverflowError) as e:
            raise errors.InvalidRequest("invalid_request", f"this cannot be said in MessagePack: {e}") from e

    def decode(self, frame: str | bytes) -> Any:
        if isinstance(frame, str):
            raise ValueError("it is text")
        try:
            return self._msgpack.unpackb(frame, raw=False, strict_map_key=True)
        except Exception as e:
            # Its own errors are of many kinds; all say that this is none.
            raise ValueError(f"it is no MessagePack: {e!r}") from e


JSON = Json()


def codec(name: str) -> Codec:
    """The codec of that name, ``json`` or ``msgpack``.

    :raises InvalidRequest: when there is none of that name, or what it needs is not installed
    """
    if name == "json":
        return JSON
    if name == "msgpack":
        return MessagePack()
    raise errors.InvalidRequest("invalid_request", f"there is no codec {name!r}; there are json and msgpack")


def encoded(envelope: Mapping[str, Any]) -> bytes:
    """As JSON.

    :raises InvalidRequest: when it holds what JSON does not know
    """
    return JSON.encode(envelope)


def within(frame: bytes, limit: int) -> bytes:
    """The frame.

    :raises InvalidRequest: when the server would not take it
    """
    if len(frame) > limit:
        raise errors.InvalidRequest("message_too_large", f"a message has at most {limit} bytes, this one {len(frame)}")
    return frame
