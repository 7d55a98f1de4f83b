"""The program ``tidings``."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from .. import errors, rest
from ..client import Client
from ..session import ConnectionState
from ..tokens import make_token
from .arguments import condition, parser
from .display import Display

DONE, FAILED, NOT_UNDERSTOOD, NOT_CONNECTED, INTERRUPTED = 0, 1, 2, 3, 130

_NO_ANSWER = ("timeout", "disconnected", "closed", "too_many_connections", "token_unavailable")


def run() -> None:
    """The program's entry."""
    sys.exit(main(sys.argv[1:]))


def main(arguments: Sequence[str]) -> int:
    """Does what the arguments say; what is returned is the exit code."""
    logging.getLogger("tidings").setLevel(logging.CRITICAL)
    options = parser().parse_args(arguments)
    display = Display(as_json=options.json, no_color=options.no_color)
    try:
        if options.do == "token":
            return _token(options, display)
        return asyncio.run(_interruptible(_connected(options, display)))
    except errors.TidingsError as e:
        return _complain(e)
    except (KeyboardInterrupt, asyncio.CancelledError):
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read has had enough, as head does. Nothing may be written at exit, either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


async def _interruptible(work: Awaitable[int]) -> int:
    """Ctrl-C and an end by the system close the connection in order."""
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    with contextlib.suppress(NotImplementedError):
        for each in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(each, task.cancel)
    return await task


async def _connected(options: argparse.Namespace, display: Display) -> int:
    client = Client(options.url, options.token, request_timeout=options.timeout, connect_timeout=options.timeout)
    if options.do == "channels" or (options.do == "state" and options.what != "get"):
        await _DO[options.do](client, options, display)
        return DONE
    async with client:
        await _reach(client, options.timeout)
        await _DO[options.do](client, options, display)
    return DONE


async def _reach(client: Client, timeout: float) -> None:
    """People want to hear at once that there is nobody; the first try counts."""
    first: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def tried(state: ConnectionState, why: errors.TidingsError | None) -> None:
        if why is not None and not first.done():
            first.set_exception(why)

    stop = client.on_state(tried)
    connected = asyncio.ensure_future(client.connected(timeout + 1))
    try:
        await asyncio.wait([first, connected], return_when=asyncio.FIRST_COMPLETED)
        if first.done():
            await first
        await connected
    finally:
        stop()
        connected.cancel()
        await asyncio.gather(connected, return_exceptions=True)
        first.cancel()


async def _tail(client: Client, options: argparse.Namespace, display: Display) -> None:
    client.on_state(_tell_state(display))
    found: asyncio.Queue[Any] = asyncio.Queue(1000)

    async def follow(channel: str) -> None:
        subscription = client.subscribe(
            channel,
            events=options.event,
            where=condition(options.where),
            since=options.since,
            state=options.state,
        )
        async for event in subscription:
            await found.put(event)

    followers = [asyncio.create_task(follow(channel)) for channel in dict.fromkeys(options.channels)]
    showing = asyncio.create_task(_show(found, options.count, display))
    tasks = [showing, *followers]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for each in done:
            each.result()
    finally:
        for each in tasks:
            each.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _show(found: asyncio.Queue[Any], count: int | None, display: Display) -> None:
    shown = 0
    while count is None or shown < count:
        event = await found.get()
        display.event(event)
        shown += event.type == "message"


def _tell_state(display: Display) -> Callable[[ConnectionState, errors.TidingsError | None], None]:
    lost = False

    def tell(state: ConnectionState, why: errors.TidingsError | None) -> None:
        nonlocal lost
        if state is ConnectionState.WAITING and not lost:
            lost = True
            _note(f"{why}; connecting again")
        elif state is ConnectionState.CONNECTED and lost:
            lost = False
            _note("connected again")

    return tell


async def _publish(client: Client, options: argparse.Namespace, display: Display) -> None:
    place = await client.publish(options.channel, options.event, options.payload, event_id=options.id, cause=options.cause)
    if display.as_json:
        display.document({name: getattr(place, name) for name in place.__slots__})
    else:
        display.line(f"{display.paint(place.channel, 'cyan')} #{place.offset} {display.paint(str(place.event_id), 'dim')}")


async def _state(client: Client, options: argparse.Namespace, display: Display) -> None:
    if options.what == "get":
        states = await client.get_states(options.channel)
        if not states and not options.channel.endswith("*"):
            raise errors.TidingsError("not_found", f"{options.channel} has no state, or there is no such channel")
        for state in states:
            if display.as_json:
                display.document(state.as_dict())
            elif options.channel.endswith("*"):
                display.event(state)
            else:
                display.document(state.data)
        return
    if options.what == "delete":
        display.document(await client.delete_state(options.channel))
        return
    change = client.set_state if options.what == "set" else client.patch_state
    display.document(await change(options.channel, options.data))


async def _command(client: Client, options: argparse.Namespace, display: Display) -> None:
    answer = await client.command(options.channel, options.name, options.args, timeout=options.wait)
    if display.as_json:
        display.document({"command": answer.command, "status": "ok", "result": answer.result})
    else:
        display.document(answer.result)


async def _channels(client: Client, options: argparse.Namespace, display: Display) -> None:
    shown, after = 0, None
    while shown < options.limit:
        page = await client.channels(options.prefix, limit=min(options.limit - shown, 1000), after=after)
        for item in page["items"]:
            if display.as_json:
                display.document(item)
            else:
                state = display.paint(" state", "green") if item.get("state") else ""
                offset = display.paint(f"#{item.get('offset')}", "dim")
                display.line(f"{display.paint(item['channel'], 'cyan')} {offset} {item.get('subscribers')} subscribers{state}")
        shown += len(page["items"])
        after = page.get("next")
        if after is None:
            return


def _token(options: argparse.Namespace, display: Display) -> int:
    if options.quick_start:
        token = rest.quick_start_token(options.url, options.timeout)
    else:
        secret = _secret(options)
        if options.subject is None or not options.permissions or secret is None:
            _note("a token needs a subject, at least one permission and a secret (or --quick-start); see tidings token --help")
            return NOT_UNDERSTOOD
        try:
            token = make_token(
                secret, options.subject, options.permissions, expires_in=options.expires_in, tenant=options.tenant
            )
        except ValueError as e:
            _note(str(e))
            return NOT_UNDERSTOOD
    if display.as_json:
        display.document({"token": token})
    else:
        display.line(token)
    return DONE


def _secret(options: argparse.Namespace) -> str | None:
    if options.secret_file is None:
        found = options.secret or os.environ.get("TIDINGS_SECRET")
        return str(found) if found else None
    try:
        with open(options.secret_file, encoding="utf-8") as file:
            return file.read().strip("\r\n")
    except (OSError, UnicodeDecodeError) as e:
        raise errors.InvalidRequest("invalid_request", f"the secret cannot be read: {e}") from e


def _complain(e: errors.TidingsError) -> int:
    _note(f"{e.message} ({e.code})" if e.code not in e.message else e.message)
    return NOT_CONNECTED if e.code in _NO_ANSWER else FAILED


def _note(text: str) -> None:
    print(f"tidings: {text}", file=sys.stderr, flush=True)


_DO: dict[str, Callable[[Client, argparse.Namespace, Display], Awaitable[None]]] = {
    "tail": _tail,
    "publish": _publish,
    "state": _state,
    "command": _command,
    "channels": _channels,
}
