"""How things look on a terminal, and for programs."""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any, TextIO

from ..events import Event, Message

_COLORS = {"dim": "2", "bold": "1", "red": "31", "green": "32", "yellow": "33", "blue": "34", "magenta": "35", "cyan": "36"}
_CHANNEL_COLORS = ("cyan", "green", "magenta", "blue", "yellow")


class Display:
    """Writes to standard output: JSON lines, or lines for people, in colour where that is wanted."""

    def __init__(self, *, as_json: bool, no_color: bool, out: TextIO | None = None) -> None:
        self._out = out or sys.stdout
        self._json = as_json
        dull = no_color or "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb"
        self._color = not as_json and not dull and self._out.isatty()

    @property
    def as_json(self) -> bool:
        """True when programs read it."""
        return self._json

    def line(self, text: str) -> None:
        """A line as it is."""
        print(text, file=self._out, flush=True)

    def document(self, document: Any) -> None:
        """Something in JSON: on one line for programs, indented for people."""
        self.line(json.dumps(document, ensure_ascii=False, indent=None if self._json else 2))

    def event(self, event: Event) -> None:
        """What a subscription told."""
        if self._json:
            self.document(event.as_dict())
        elif isinstance(event, Message):
            self.line(self._message(event))
        else:
            text = printable(str(event))
            self.line(self.paint(text, "red" if event.type in ("gap", "reset") else "dim"))

    def _message(self, message: Message) -> str:
        at = time.localtime(message.timestamp / 1000)
        clock = time.strftime("%H:%M:%S", at) + f".{message.timestamp % 1000:03d}"
        color = _CHANNEL_COLORS[sum(message.channel.encode()) % len(_CHANNEL_COLORS)]
        payload = message.payload
        if message.event == "state.changed" and isinstance(payload, dict) and "patch" in payload:
            payload = payload["patch"]
        parts = [
            self.paint(clock, "dim"),
            self.paint(message.channel, color),
            self.paint(f"#{message.offset}", "dim"),
            self.paint(printable(message.event), "bold"),
            self._value(payload),
        ]
        return " ".join(parts)

    def _value(self, value: Any) -> str:
        """JSON on one line, coloured by kind."""
        if isinstance(value, dict):
            members = (f"{self.paint(_quoted(name), 'blue')}: {self._value(each)}" for name, each in value.items())
            return "{" + ", ".join(members) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(self._value(each) for each in value) + "]"
        text = printable(json.dumps(value, ensure_ascii=False))
        return self.paint(text, "green") if isinstance(value, str) else self.paint(text, "yellow")

    def paint(self, text: str, color: str) -> str:
        """Text in a colour, where colours are wanted."""
        return f"\033[{_COLORS[color]}m{text}\033[0m" if self._color else text


def printable(text: str) -> str:
    """Text that does nothing to a terminal, whoever wrote it."""
    return "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in text)


def _quoted(name: str) -> str:
    return printable(json.dumps(name, ensure_ascii=False))
