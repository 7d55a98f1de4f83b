"""Server-Sent Events, read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class Block:
    """One event; a comment has neither of these."""

    event: str | None = None
    id: str | None = None
    data: str | None = None


async def blocks(pieces: AsyncIterator[bytes]) -> AsyncIterator[Block]:
    """The events of a stream, and an empty one for each comment."""
    rest = b""
    async for piece in pieces:
        *whole, rest = (rest + piece).replace(b"\r\n", b"\n").split(b"\n\n")
        for each in whole:
            yield _block(each.decode(errors="replace"))


def place(id: str) -> dict[str, Any]:
    """An id is a place, ``epoch:offset``.

    :raises ValueError: when it is not
    """
    epoch, _, offset = id.rpartition(":")
    return {"epoch": epoch, "offset": int(offset)}


def _block(text: str) -> Block:
    found = Block()
    for line in text.split("\n"):
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            found.data = value if found.data is None else f"{found.data}\n{value}"
        elif name in ("event", "id"):
            setattr(found, name, value)
    return found
