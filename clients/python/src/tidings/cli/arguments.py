"""What can be said on the command line."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
from typing import Any

from .. import __version__

DEFAULT_URL = "http://127.0.0.1:8080"

EXIT_CODES = """\
exit codes:
  0    it was done
  1    it was refused or failed: the reason is on standard error
  2    it was not understood: see --help
  3    there is no connection, or no answer came in time
  130  interrupted by Ctrl-C
"""

EXAMPLES = """\
examples:
  tidings tail 'device:*'                              what happens to all devices, live
  tidings tail 'agent:42' --since 10m --event 'agent.*'   the last ten minutes first, some events only
  tidings tail 'device:*' --where /payload/patch/level gt 70
  tidings publish demo:1 demo.said '{"text": "hello"}'
  tidings state patch device:lamp '{"on": true}'
  tidings command agent:42 restart '{"force": true}'
  tidings token ada subscribe:agent:* --secret-file key.txt

Without a token the service is asked for one, which it gives on the same machine where it has no key of its own.
"""


def parser() -> argparse.ArgumentParser:
    """What ``--help`` shows, too."""
    top = _parser("tidings", "Follows and changes what happens in a Tidings service.")
    top.epilog = EXAMPLES + "\n" + EXIT_CODES
    top.add_argument("--version", action="version", version=f"tidings {__version__}")
    _where_and_how(top, defaults=True)
    common = argparse.ArgumentParser(add_help=False)
    _where_and_how(common, defaults=False)
    commands = top.add_subparsers(dest="do", metavar="COMMAND", required=True)
    _tail(_sub(commands, "tail", "shows what happens in channels, live", common))
    publish = _sub(commands, "publish", "publishes an event", common)
    publish.add_argument("channel")
    publish.add_argument("event", help="its type, such as demo.said")
    publish.add_argument("payload", nargs="?", type=_json, help="JSON; - reads it from standard input; null unless given")
    publish.add_argument("--id", help="the event's id: published again under the same id it counts once")
    publish.add_argument("--cause", help="the id of what led to it")
    _state(_sub(commands, "state", "reads or changes a channel's state", None), common)
    command = _sub(commands, "command", "gives a command and shows the answer", common)
    command.add_argument("channel")
    command.add_argument("name", help="such as restart")
    command.add_argument("args", nargs="?", type=_json, help="JSON; - reads it from standard input")
    command.add_argument("--wait", type=_seconds, default=10.0, metavar="TIME", help="how long at most, such as 30s (10s)")
    channels = _sub(commands, "channels", "lists the channels that one may see", common)
    channels.add_argument("prefix", nargs="?", help="only those whose name begins like this")
    channels.add_argument("--limit", type=_count, default=1000, help="at most so many (1000)")
    _token(_sub(commands, "token", "makes a token from a secret, or fetches one to try it out", common))
    return top


def _tail(tail: argparse.ArgumentParser) -> None:
    tail.add_argument("channels", nargs="+", metavar="channel", help="a channel, or a pattern such as 'device:*'")
    tail.add_argument("-e", "--event", action="append", metavar="TYPE", help="only such events, such as 'agent.*'; repeatable")
    tail.add_argument(
        "-w",
        "--where",
        nargs=3,
        action="append",
        metavar=("FIELD", "OP", "VALUE"),
        help="only events of which this holds, such as /payload/level gt 70; several must all hold",
    )
    tail.add_argument(
        "-s",
        "--since",
        type=_since,
        metavar="PLACE",
        help="begin in the past: a number of events (20), an age (10m, 2h), or a place (EPOCH:OFFSET)",
    )
    tail.add_argument("-n", "--count", type=_count, help="end after so many events")
    tail.add_argument("--state", action="store_true", help="show the states first")


def _state(state: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    what = state.add_subparsers(dest="what", metavar="get|set|patch|delete", required=True)
    get = _sub(what, "get", "shows it", common)
    get.add_argument("channel", help="a channel, or a pattern such as 'device:*'")
    for name, does in (("set", "replaces it"), ("patch", "changes it by a merge patch: null removes a member")):
        change = _sub(what, name, does, common)
        change.add_argument("channel")
        change.add_argument("data", type=_object, help="a JSON object; - reads it from standard input")
    _sub(what, "delete", "removes it", common).add_argument("channel")


def _token(token: argparse.ArgumentParser) -> None:
    token.add_argument("subject", nargs="?", help="whose it is")
    token.add_argument("permissions", nargs="*", metavar="permission", help="such as 'subscribe:agent:*' or '*:*'")
    token.add_argument("--quick-start", action="store_true", help="fetch one from the service on this machine")
    token.add_argument("--secret", help="the service's secret; better in a file or TIDINGS_SECRET, where others do not see it")
    token.add_argument("--secret-file", metavar="FILE", help="a file that holds it")
    token.add_argument("--expires-in", type=_seconds, default=3600.0, metavar="TIME", help="such as 12h (1h)")
    token.add_argument("--tenant", help="unless it is the default one")


def _where_and_how(parser: argparse.ArgumentParser, *, defaults: bool) -> None:
    """What can be said before the command, and after it: there it has no defaults, which would undo what came before."""
    url = os.environ.get("TIDINGS_URL") or DEFAULT_URL
    token = os.environ.get("TIDINGS_TOKEN") or None
    unsaid: dict[str, Any] = {"url": url, "token": token, "timeout": 10.0, "json": False, "no_color": False}
    if not defaults:
        unsaid = dict.fromkeys(unsaid, argparse.SUPPRESS)
    where = parser.add_argument_group("where and how")
    where.add_argument(
        "--url", default=unsaid["url"], help=f"the service's address; TIDINGS_URL unless given, else {DEFAULT_URL}"
    )
    where.add_argument(
        "--token", default=unsaid["token"], help="TIDINGS_TOKEN unless given, which others on this machine do not see"
    )
    where.add_argument(
        "--timeout", type=_seconds, default=unsaid["timeout"], metavar="TIME", help="give up after so long (10s)"
    )
    where.add_argument("--json", action="store_true", default=unsaid["json"], help="one JSON document a line, for programs")
    where.add_argument(
        "--no-color", action="store_true", default=unsaid["no_color"], help="as NO_COLOR, and output that is no terminal"
    )


def _sub(commands: Any, name: str, does: str, common: argparse.ArgumentParser | None) -> argparse.ArgumentParser:
    made = commands.add_parser(
        name,
        help=does,
        description=does[0].upper() + does[1:] + ".",
        parents=[common] if common else [],
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=EXIT_CODES,
    )
    assert isinstance(made, argparse.ArgumentParser)
    return made


def _parser(name: str, does: str) -> argparse.ArgumentParser:
    return argparse.ArgumentParser(name, description=does, formatter_class=argparse.RawDescriptionHelpFormatter)


def _json(text: str) -> Any:
    if text == "-":
        text = sys.stdin.read()
    try:
        return json.loads(text)
    except ValueError as e:
        raise argparse.ArgumentTypeError(f"this is no JSON: {e}") from None


def _object(text: str) -> dict[str, Any]:
    data = _json(text)
    if not isinstance(data, dict):
        raise argparse.ArgumentTypeError("a state is a JSON object")
    return data


def _seconds(text: str) -> float:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)?", text)
    if not found or float(found[1]) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no length of time; one looks like 500ms, 30s, 10m, 2h or 1d")
    return float(found[1]) * {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}[found[2] or "s"]


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number above 0")
    return int(text)


def _since(text: str) -> dict[str, Any]:
    if text.isdecimal():
        return {"last": int(text)}
    place = re.fullmatch(r"(\S+):(\d+)", text)
    if place:
        return {"epoch": place[1], "offset": int(place[2])}
    try:
        return {"timestamp": int((time.time() - _seconds(text)) * 1000)}
    except argparse.ArgumentTypeError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is neither a number of events (20), an age (10m) nor a place (EPOCH:OFFSET)"
        ) from None


def condition(leaves: list[list[str]] | None) -> dict[str, Any] | None:
    """What ``--where`` says, as a condition; a value that is JSON is taken as such, any other as text."""
    if not leaves:
        return None
    found = [{"field": field, "op": op, "value": _value(value)} for field, op, value in leaves]
    return found[0] if len(found) == 1 else {"all": found}


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
