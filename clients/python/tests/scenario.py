"""Carries out the scenarios of ``clients/scenarios``: see the README there for what each step means."""

from __future__ import annotations

import asyncio
import http
import json
import time
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

import tidings
from tidings.codec import codec as codec_named

STEP_SECONDS = 5.0
AT = 1704067200000
WELCOME = {
    "connection": "c-1",
    "protocol": "tidings.v1",
    "heartbeat_ms": 30000,
    "authenticate_within_ms": 10000,
    "max_message_bytes": 1048576,
}
AUTHENTICATED = {"subject": "ada", "tenant": "default", "expires_at": 4102444800000, "permissions": ["*:*"]}


class Failed(AssertionError):
    """A step that did not come true."""


def matches(pattern: Any, value: Any, variables: dict[str, Any]) -> bool:
    """True when the value is as the pattern says; its variables take their values."""
    if isinstance(pattern, str) and pattern.startswith("$"):
        return pattern == "$any" or variables.setdefault(pattern, value) == value
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(
            name not in value if each == "$absent" else name in value and matches(each, value[name], variables)
            for name, each in pattern.items()
        )
    if isinstance(pattern, list):
        return (
            isinstance(value, list)
            and len(value) == len(pattern)
            and all(map(matches, pattern, value, [variables] * len(value)))
        )
    return type(pattern) is type(value) and bool(pattern == value)


def filled(frame: Any, variables: dict[str, Any]) -> Any:
    """A frame with the values of its variables."""
    if isinstance(frame, dict):
        return {name: filled(each, variables) for name, each in frame.items()}
    if isinstance(frame, list):
        return [filled(each, variables) for each in frame]
    return variables[frame] if isinstance(frame, str) and frame.startswith("$") else frame


class Knock:
    """A client at the door."""

    def __init__(self) -> None:
        self.at = time.monotonic()
        self.decided: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()


class ScriptedServer:
    """Does what the scenario says, and nothing else."""

    def __init__(self, variables: dict[str, Any], codec: str) -> None:
        self._variables = variables
        self._codec = codec_named(codec)
        self._knocks: asyncio.Queue[Knock] = asyncio.Queue()
        self._accepted: asyncio.Queue[ServerConnection] = asyncio.Queue()
        self._socket: ServerConnection | None = None
        self._deaf = False
        self._ended_at = 0.0
        self.port = 0

    async def __aenter__(self) -> ScriptedServer:
        self._server = await serve(
            self._serve,
            "127.0.0.1",
            0,
            process_request=self._knock,
            subprotocols=[Subprotocol(self._codec.protocol)],
            ping_interval=None,
            close_timeout=1,
        )
        self.port = next(iter(self._server.sockets)).getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        while not self._knocks.empty():
            self._knocks.get_nowait().decided.set_result(503)
        await self._server.wait_closed()

    async def step(self, name: str, argument: Any, step: dict[str, Any]) -> None:
        await getattr(self, f"_do_{name}")(argument, step)

    async def _knock(self, connection: ServerConnection, request: Request) -> Response | None:
        knock = Knock()
        self._knocks.put_nowait(knock)
        status = await knock.decided
        return None if status is None else connection.respond(http.HTTPStatus(status), "")

    async def _serve(self, connection: ServerConnection) -> None:
        self._accepted.put_nowait(connection)
        await connection.wait_closed()
        if connection is self._socket:
            self._ended_at = max(self._ended_at, time.monotonic())

    async def _do_accept(self, options: dict[str, Any], step: dict[str, Any]) -> None:
        ended = self._ended_at
        knock = await _soon(self._knocks.get())
        waited = (knock.at - (ended or knock.at)) * 1000
        if waited < options.get("after_ms", 0) or waited > options.get("within_ms", float("inf")):
            raise Failed(f"the connection came {waited:.0f} ms after the last one, not as {options}")
        self._deaf = False
        knock.decided.set_result(None)
        self._socket = await _soon(self._accepted.get())

    async def _do_refuse(self, status: int, step: dict[str, Any]) -> None:
        knock = await _soon(self._knocks.get())
        knock.decided.set_result(status)
        self._ended_at = time.monotonic()

    async def _do_handshake(self, options: dict[str, Any], step: dict[str, Any]) -> None:
        await self._do_accept(options, step)
        welcome = WELCOME | {name: value for name, value in options.items() if name in WELCOME}
        await self._do_send({"type": "welcome", "payload": welcome, "timestamp": AT}, step)
        token = options.get("token", "$any")
        variables: dict[str, Any] = {}
        wanted = {"type": "authenticate", "id": "$id", "payload": {"token": token}}
        await self._do_receive(wanted, step, variables)
        await self._do_send({"type": "authenticated", "id": variables["$id"], "payload": AUTHENTICATED, "timestamp": AT}, step)

    async def _do_receive(self, pattern: Any, step: dict[str, Any], variables: dict[str, Any] | None = None) -> None:
        while True:
            frame = self._codec.decode(await _soon(self._connection.recv()))
            if matches(pattern, frame, self._variables if variables is None else variables):
                return
            if frame.get("type") != "ping" or "id" not in frame:
                raise Failed(f"the client said {json.dumps(frame)}")
            if not self._deaf:
                await self._do_send({"type": "pong", "id": frame["id"], "timestamp": AT}, step)

    async def _do_send(self, frame: Any, step: dict[str, Any]) -> None:
        encoded = self._codec.encode(filled(frame, self._variables))
        await self._do_send_text(encoded.decode() if self._codec.text else encoded, step)

    async def _do_send_text(self, text: str | bytes, step: dict[str, Any]) -> None:
        try:
            await self._connection.send(text)
        except ConnectionClosed:
            # The client may have had enough; whether it may is told by what comes next.
            pass

    async def _do_close(self, code: int, step: dict[str, Any]) -> None:
        self._ended_at = time.monotonic()
        await self._connection.close(code, step.get("reason", ""))

    async def _do_cut(self, _: Any, step: dict[str, Any]) -> None:
        self._ended_at = time.monotonic()
        self._connection.transport.abort()

    async def _do_deaf(self, _: Any, step: dict[str, Any]) -> None:
        self._deaf = True

    @property
    def _connection(self) -> ServerConnection:
        if self._socket is None:
            raise Failed("there is no connection")
        return self._socket


class User:
    """Uses a client as the scenario says."""

    def __init__(self, url: str, options: dict[str, Any], variables: dict[str, Any], codec: str) -> None:
        self._variables = variables
        self._tokens = options.get("tokens", ["token-1"])
        self._token_calls = 0
        retry = options.get("retry", {"first_ms": 100, "max_ms": 400})
        self.client = tidings.Client(
            url,
            self._token,
            request_timeout=options.get("request_timeout_ms", 5000) / 1000,
            connect_timeout=options.get("connect_timeout_ms", 5000) / 1000,
            publish_buffer=options.get("publish_buffer", 1000),
            backoff=tidings.Backoff(first=retry["first_ms"] / 1000, cap=retry["max_ms"] / 1000),
            transports=["websocket"],
            codec=codec,
        )
        self._states: list[tuple[str, str | None]] = [("connecting", None)]
        self._seen = 0
        self._changed = asyncio.Event()
        self.client.on_state(self._state_changed)
        self._named: dict[str, Any] = {}
        self.client.start()

    def _token(self) -> str:
        self._token_calls += 1
        return str(self._tokens[min(self._token_calls, len(self._tokens)) - 1])

    def _state_changed(self, state: tidings.ConnectionState, why: tidings.TidingsError | None) -> None:
        self._states.append((state.value, why.code if why else None))
        self._changed.set()

    async def do(self, what: str, step: dict[str, Any]) -> None:
        thing = self._named.get(step.get("of", ""))
        channel = step.get("channel", "")
        options = step.get("options", {})
        if what == "subscribe":
            made: Any = self.client.subscribe(channel, **options)
        elif what == "unsubscribe":
            thing.close()
            return
        elif what == "ack":
            thing.ack(step["offset"])
            return
        elif what == "unhandle":
            thing.close()
            return
        elif what == "close":
            await self.client.close()
            return
        elif what == "handle":
            made = self.client.handle(channel, _handler(step))
        elif what == "publish":
            extras = {name: step[name] for name in ("event_id", "cause") if name in step}
            made = self._begin(self.client.publish(channel, step["event"], step.get("payload"), **extras))
        elif what == "command":
            seconds = step.get("timeout_ms", 10_000) / 1000
            made = self._begin(self.client.command(channel, step["name"], step.get("args"), timeout=seconds))
        else:
            call = {"history": self.client.history, "state": self.client.get_states, "presence": self.client.presence}[what]
            made = self._begin(call(channel, **options))
        if "as" in step:
            self._named[step["as"]] = made
        # A request begins at once.
        await asyncio.sleep(0)

    @staticmethod
    def _begin(request: Any) -> asyncio.Task[Any]:
        task = asyncio.ensure_future(request)
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        return task

    async def expect(self, what: str, step: dict[str, Any]) -> None:
        thing = self._named.get(step.get("of", ""))
        if what == "ready":
            self._compare(step.get("value", "$any"), _plain(await _soon(thing.ready())))
        elif what == "item":
            self._compare(step["value"], (await _soon(thing.__anext__())).as_dict())
        elif what == "nothing":
            await asyncio.sleep(0.02)
            if thing.peek() is not None:
                raise Failed(f"it told {thing.peek()}")
        elif what == "copy":
            await self._copy(thing, step)
        elif what == "result":
            self._compare(step["value"], _plain(await _soon(thing)))
        elif what == "failure":
            await self._failure(thing, step["code"])
        elif what == "connection":
            await self._connection(step["state"], step.get("code"))
        elif what == "tokens":
            if self._token_calls != step["count"]:
                raise Failed(f"the token callback was called {self._token_calls} times")
        else:
            raise Failed(f"unknown expectation {what}")

    async def _copy(self, subscription: tidings.Subscription, step: dict[str, Any]) -> None:
        until = time.monotonic() + STEP_SECONDS
        while True:
            copy = subscription.states.get(step["channel"]) if "channel" in step else subscription.state
            if copy == step["value"]:
                return
            if time.monotonic() > until:
                raise Failed(f"the copy is {copy}")
            await asyncio.sleep(0.005)

    async def _failure(self, thing: Any, code: str) -> None:
        try:
            if isinstance(thing, tidings.Subscription):
                await _soon(thing.__anext__())
            elif isinstance(thing, tidings.Handling):
                await _soon(thing.wait())
            else:
                await _soon(thing)
        except tidings.TidingsError as e:
            if e.code != code:
                raise Failed(f"it failed with {e.code}: {e}") from e
            return
        raise Failed("it did not fail")

    async def _connection(self, state: str, code: str | None) -> None:
        while True:
            now = len(self._states) - 1
            for i in [now, *range(self._seen + 1, now)]:
                if self._states[i][0] == state and code in (None, self._states[i][1]):
                    self._seen = i
                    return
            self._changed.clear()
            try:
                await _soon(self._changed.wait())
            except Failed:
                raise Failed(f"the connection's states were {self._states}") from None

    def _compare(self, pattern: Any, value: Any) -> None:
        if not matches(pattern, value, self._variables):
            raise Failed(f"it is {value}")


async def run(path: Path, codec: str = "json") -> None:
    """Carries out one scenario, spoken so.

    :raises Failed: for the first step that does not come true
    """
    scenario = json.loads(path.read_text())  # noqa: ASYNC240
    variables: dict[str, Any] = {}
    faults: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: faults.append(context))
    async with ScriptedServer(variables, codec) as server:
        user = User(f"ws://127.0.0.1:{server.port}/ws", scenario.get("options", {}), variables, codec)
        try:
            for number, step in enumerate(scenario["steps"], 1):
                try:
                    await _step(server, user, step)
                except Failed as e:
                    raise Failed(f"{path.stem}, step {number}, {json.dumps(step)}: {e}") from e
        finally:
            await user.client.close()
    if faults:
        raise Failed(f"{path.stem}: nobody caught {faults}")


async def _step(server: ScriptedServer, user: User, step: dict[str, Any]) -> None:
    if "do" in step:
        await user.do(step["do"], step)
    elif "expect" in step:
        await user.expect(step["expect"], step)
    else:
        name = next(iter(step))
        await server.step(name, step[name], step)


def _handler(step: dict[str, Any]) -> Any:
    def handle(command: tidings.Command) -> Any:
        if "fails" in step:
            raise tidings.CommandFailed(step["fails"]["code"], step["fails"]["message"])
        return step.get("answers")

    return handle


def _plain(value: Any) -> Any:
    """A result as the protocol has it."""
    if isinstance(value, list):
        return {"states": [each.as_dict() for each in value]}
    if isinstance(value, tidings.CommandResult):
        return {"status": "ok", "command": value.command, "result": value.result}
    if value is None:
        return {}
    found = {name: getattr(value, name) for name in value.__slots__}
    return {name: each for name, each in found.items() if each is not None}


async def _soon(awaitable: Awaitable[Any]) -> Any:
    try:
        return await asyncio.wait_for(awaitable, STEP_SECONDS)
    except asyncio.TimeoutError:
        raise Failed(f"nothing came within {STEP_SECONDS:g} s") from None
    except ConnectionClosed as e:
        raise Failed(f"the client has closed the connection: {e}") from e
