"""Which channels a target names, and which events a filter lets through, decided as the server decides.

The server filters; the client only has to tell, of several overlapping subscriptions, to which of them an event belongs that
it is sent once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

_MISSING = object()


def is_pattern(target: str) -> bool:
    """True for ``namespace:*`` and ``namespace:prefix*``."""
    return target.endswith("*")


def matches(target: str, channel: str) -> bool:
    """True when ``target``, a channel or a pattern, names ``channel``."""
    return channel.startswith(target[:-1]) if is_pattern(target) else channel == target


def overlap(one: str, other: str) -> bool:
    """True when a channel can be in both targets."""
    if is_pattern(one) and is_pattern(other):
        return one[:-1].startswith(other[:-1]) or other[:-1].startswith(one[:-1])
    return matches(one, other) or matches(other, one)


def passes(filter: Mapping[str, Any] | None, envelope: Mapping[str, Any]) -> bool:
    """True when a filter lets an event through; what the client cannot judge it leaves to the server."""
    if not filter:
        return True
    globs = filter.get("events")
    if globs and not any(_glob(glob).fullmatch(str(envelope.get("event"))) for glob in globs):
        return False
    condition = filter.get("where")
    return condition is None or _holds(condition, envelope)


@lru_cache(maxsize=256)
def _glob(glob: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in glob.split("*")), re.DOTALL)


def _holds(condition: Mapping[str, Any], event: Any) -> bool:
    if "all" in condition:
        return all(_holds(each, event) for each in condition["all"])
    if "any" in condition:
        return any(_holds(each, event) for each in condition["any"])
    if "not" in condition:
        return not _holds(condition["not"], event)
    value = _at(str(condition.get("field", "")), event)
    operand = condition.get("value")
    op = condition.get("op")
    if op == "exists":
        return (value is not _MISSING) == (operand is not False)
    if value is _MISSING:
        return False
    test = _TESTS.get(str(op))
    return True if test is None else test(value, operand)


def _at(pointer: str, document: Any) -> Any:
    """The value at a JSON Pointer."""
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(document, dict):
            document = document.get(name, _MISSING)
        elif isinstance(document, list) and name.isdecimal() and int(name) < len(document):
            document = document[int(name)]
        else:
            return _MISSING
    return document


def _equal(left: Any, right: Any) -> bool:
    # In JSON true is not 1.
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)


def _kind(value: Any) -> type:
    return float if isinstance(value, int) and not isinstance(value, bool) else type(value)


def _compared(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def compare(left: Any, right: Any) -> bool:
        numbers = all(isinstance(each, (int, float)) and not isinstance(each, bool) for each in (left, right))
        strings = isinstance(left, str) and isinstance(right, str)
        return (numbers or strings) and test(left, right)

    return compare


def _both_text(test: Callable[[str, str], bool]) -> Callable[[Any, Any], bool]:
    return lambda left, right: isinstance(left, str) and isinstance(right, str) and test(left, right)


def _contains(left: Any, right: Any) -> bool:
    if isinstance(left, list):
        return any(_equal(each, right) for each in left)
    return isinstance(left, str) and isinstance(right, str) and right in left


_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": _equal,
    "ne": lambda left, right: _kind(left) == _kind(right) and not _equal(left, right),
    "lt": _compared(lambda left, right: left < right),
    "le": _compared(lambda left, right: left <= right),
    "gt": _compared(lambda left, right: left > right),
    "ge": _compared(lambda left, right: left >= right),
    "in": lambda left, right: any(_equal(left, each) for each in right),
    "nin": lambda left, right: not any(_equal(left, each) for each in right),
    "prefix": _both_text(str.startswith),
    "suffix": _both_text(str.endswith),
    "contains": _contains,
}
