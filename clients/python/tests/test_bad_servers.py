"""Whatever a server does, the client is in a documented state with a typed error, and nothing goes unheard."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

import tidings
from tidings import ConnectionState

FINAL = {1009: "message_too_large", 4400: "protocol_error", 4403: "disconnected_by_operator"}
PASSING = {4408: "disconnected", 4409: "too_many_connections", 4429: "rate_limited"}
CODES = [1000, 1001, 1002, 1003, 1007, 1009, 1011, 1012, 1013, 3000, 4000, 4400, 4403, 4408, 4409, 4429, 4499, 4999]
TYPES = [
    *("welcome", "authenticated", "subscribed", "unsubscribed", "published", "message", "history", "state", "presence", "joined"),
    *("left", "command", "command_response", "gap", "token_expiring", "reconnect", "error", "pong", "nothing-known"),
]


async def let_in(socket: ServerConnection) -> None:
    await socket.send(json.dumps({"type": "welcome", "payload": {"heartbeat_ms": 30000}}))
    while json.loads(await socket.recv())["type"] != "authenticate":
        pass
    await socket.send(json.dumps({"type": "authenticated", "id": "authenticate", "payload": {}}))


async def scene(
    behave: Callable[[ServerConnection], Awaitable[None]], use: Callable[[tidings.Client], Awaitable[None]]
) -> None:
    faults: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: faults.append(context))
    async with serve(behave, "127.0.0.1", 0, subprotocols=[Subprotocol("tidings.v1.json")], close_timeout=1) as server:
        url = f"http://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"
        options: dict[str, Any] = {"transports": ["websocket"], "backoff": tidings.Backoff(first=0.05, cap=0.2)}
        async with tidings.connect(url, "a token", **options) as client:
            await use(client)
    assert faults == []


@pytest.mark.parametrize("code", CODES)
def test_any_close_code_leaves_a_documented_state(code: int) -> None:
    async def close(socket: ServerConnection) -> None:
        try:
            await let_in(socket)
            await socket.close(code, "because")
        except ConnectionClosed:
            return

    async def use(client: tidings.Client) -> None:
        seen: asyncio.Queue[tuple[ConnectionState, tidings.TidingsError | None]] = asyncio.Queue()
        client.on_state(lambda state, why: seen.put_nowait((state, why)))
        while True:
            state, why = await asyncio.wait_for(seen.get(), 10)
            if state in (ConnectionState.WAITING, ConnectionState.CLOSED):
                break
        assert isinstance(why, tidings.TidingsError)
        wanted = ConnectionState.CLOSED if code in FINAL else ConnectionState.WAITING
        assert (state, why.code) == (wanted, FINAL.get(code) or PASSING.get(code, "disconnected"))

    asyncio.run(asyncio.wait_for(scene(close, use), 20))


def test_nonsense_in_place_of_every_frame_leaves_the_client_as_it_was() -> None:
    async def talk(socket: ServerConnection) -> None:
        await let_in(socket)
        for kind in TYPES:
            for payload in (None, 7, "text", [], {}, {"state": 7, "recovered": "no", "events": 3, "from": "x", "after_ms": "y"}):
                for channel in (None, "big:1", 5):
                    frame = {"type": kind, "channel": channel, "payload": payload, "offset": "x", "event": 3}
                    await socket.send(json.dumps(frame))
                    await socket.send(json.dumps({**frame, "id": "1"}))
        await socket.send(json.dumps({"type": "message", "channel": "big:1", "event": "state.changed", "offset": 1, "payload": 5}))
        async for text in socket:
            envelope = json.loads(text)
            if envelope["type"] == "history":
                history = {"events": [], "epoch": "k", "offset": 0, "complete": True}
                await socket.send(json.dumps({"type": "history", "id": envelope["id"], "payload": history}))

    async def use(client: tidings.Client) -> None:
        client.subscribe("big:1", state=True, presence=True)
        client.handle("big:2", lambda command: None)
        await client.connected(10)
        assert (await client.history("big:1")).events == []
        assert client.state is ConnectionState.CONNECTED

    asyncio.run(asyncio.wait_for(scene(talk, use), 20))


def test_a_server_that_never_answers_ends_every_call() -> None:
    async def stay_silent(socket: ServerConnection) -> None:
        await let_in(socket)
        async for _ in socket:
            pass

    async def use(client: tidings.Client) -> None:
        calls = [client.history("big:1"), client.publish("big:1", "x"), client.presence("big:1"), client.get_states("big:*")]
        ended = await asyncio.gather(*calls, client.command("big:1", "x", timeout=0.2), return_exceptions=True)
        assert {type(each) for each in ended} == {tidings.RequestTimedOut}
        assert client.state is ConnectionState.CONNECTED

    async def with_little_patience() -> None:
        async with serve(stay_silent, "127.0.0.1", 0, subprotocols=[Subprotocol("tidings.v1.json")]) as server:
            url = f"http://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"
            async with tidings.connect(url, "a token", request_timeout=0.3) as client:
                await use(client)

    asyncio.run(asyncio.wait_for(with_little_patience(), 20))


def test_closing_at_any_moment_ends() -> None:
    async def stay(socket: ServerConnection) -> None:
        try:
            await let_in(socket)
            await socket.wait_closed()
        except ConnectionClosed:
            return

    async def close_early(client: tidings.Client) -> None:
        for n in range(200):
            other = tidings.connect(client.url, "a token", transports=["websocket"])
            other.start()
            # Somewhere on the way to a connection, or just there.
            for _ in range(random.randrange(40)):
                await asyncio.sleep(0)
            await asyncio.sleep(n % 2 * random.random() * 0.006)
            await asyncio.wait_for(asyncio.shield(other.close()), 10)

    asyncio.run(asyncio.wait_for(scene(stay, close_early), 60))
