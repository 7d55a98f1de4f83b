"""How long to wait before connecting again: exponential back-off with full jitter."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

#: Never waits longer than this many seconds.
CAP = 20.0
#: The first try comes within this many seconds.
FIRST = 0.5
#: A server that has too much to do (close codes 4409 and 4429) is left alone for this many seconds at least,
#: or for the cap where that is less.
CROWDED = 2.0


@dataclass(slots=True)
class Backoff:
    """Counts failures: try ``n`` waits a random time below ``min(CAP, FIRST * 2**n)`` seconds."""

    draw: Callable[[], float] = random.random
    first: float = FIRST
    cap: float = CAP
    failures: int = 0

    def next(self, at_least: float = 0.0) -> float:
        """Seconds to wait before the next try."""
        ceiling: float = min(self.cap, self.first * float(2 ** min(self.failures, 16)))
        self.failures += 1
        return max(min(at_least, self.cap), self.draw() * ceiling)

    def reset(self) -> None:
        """A connection has held: the next break starts from the beginning."""
        self.failures = 0
