"""Without a WebSocket, by Server-Sent Events and by long polls: nothing is lost, nothing comes twice, all is in order."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import pytest
from service import SECRET, Relay, Service

import tidings


def token(subject: str, seconds: float = 3600) -> str:
    return tidings.make_token(SECRET, subject, ["*:*"], expires_in=seconds)


def quickly() -> tidings.Backoff:
    return tidings.Backoff(first=0.05, cap=0.5)


async def followed(client: tidings.Client, channel: str, wanted: int, cut: Any) -> list[int]:
    """Publishes so many numbers, each time cutting somewhere, and says which came."""
    heard: list[int] = []
    subscription = client.subscribe(channel)
    await asyncio.wait_for(subscription.ready(), 20)

    async def listen() -> None:
        async for event in subscription:
            assert isinstance(event, tidings.Message), event
            heard.append(event.payload["n"])
            if event.payload["n"] == wanted:
                return

    listening = asyncio.create_task(listen())
    for n in range(1, wanted + 1):
        await asyncio.wait_for(client.publish(channel, "load.made", {"n": n}), 20)
        if n % 20 == 0 and n < wanted:
            cut()
    await asyncio.wait_for(listening, 20)
    subscription.close()
    return heard


async def by(service: Service, transport: str) -> None:
    async with Relay(service.port) as relay:
        options: dict[str, Any] = {"transports": [transport], "backoff": quickly()}
        async with tidings.connect(relay.url, token(transport), **options) as client:
            await client.connected(20)
            assert client.transport == transport
            assert await followed(client, f"load:{transport}", 60, relay.cut) == list(range(1, 61))
            await other_things(client, transport)


async def other_things(client: tidings.Client, name: str) -> None:
    await client.patch_state(f"lamp:{name}", {"on": True, "level": 1})
    lamp = client.subscribe(f"lamp:{name}", state=True, where={"field": "/payload/patch/level", "op": "gt", "value": 5})
    await asyncio.wait_for(lamp.ready(), 20)
    assert lamp.state == {"on": True, "level": 1}
    await client.patch_state(f"lamp:{name}", {"level": 3})
    await client.patch_state(f"lamp:{name}", {"level": 7})
    changes = []
    while not changes or changes[-1] != 7:
        event = await asyncio.wait_for(anext(lamp), 20)
        if isinstance(event, tidings.Message):
            changes.append(event.payload["patch"]["level"])
    assert changes == [7]
    assert (await client.history(f"load:{name}", since={"timestamp": 0}, limit=2)).events[1].offset == 2
    state = await client.get_state(f"lamp:{name}")
    assert state is not None and state.data == {"on": True, "level": 7}
    assert await client.get_state(f"lamp:no-{name}") is None
    with pytest.raises(tidings.NoHandler):
        await client.command(f"lamp:{name}", "blink")
    for refused in (client.subscribe("load:*"), client.subscribe("load:x", durable="d")):
        with pytest.raises(tidings.TidingsError) as why:
            await asyncio.wait_for(refused.ready(), 20)
        assert why.value.code == "unsupported"


async def where_sockets_are_refused(service: Service) -> None:
    async with Relay(service.port, passes_sockets=False) as relay:
        async with tidings.connect(relay.url, token("refused"), backoff=quickly()) as client:
            await client.connected(20)
            assert client.transport == "sse"
            assert await followed(client, "load:refused", 5, relay.cut) == [1, 2, 3, 4, 5]


async def when_the_token_ends(service: Service) -> None:
    asked = 0

    def short() -> str:
        nonlocal asked
        asked += 1
        return token("short", 2 if asked == 1 else 3600)

    async with tidings.connect(service.url, short, transports=["polling"], backoff=quickly()) as client:
        subscription = client.subscribe("load:token")
        await asyncio.wait_for(subscription.ready(), 20)
        n = 0
        while asked < 2:
            n += 1
            await asyncio.wait_for(client.publish("load:token", "load.made", {"n": n}), 20)
            await asyncio.sleep(0.05)
        told = [await asyncio.wait_for(anext(subscription), 20) for _ in range(n)]
        assert [event.payload["n"] for event in told if isinstance(event, tidings.Message)] == list(range(1, n + 1))


async def in_an_outage(service: Service) -> None:
    """Where nothing answers, no way is at fault: it stays with the WebSocket."""
    async with Relay(1) as relay, tidings.connect(relay.url, token("outage"), backoff=quickly()) as client:
        tries = 0

        def count(state: tidings.ConnectionState, why: tidings.TidingsError | None) -> None:
            nonlocal tries
            tries += state is tidings.ConnectionState.WAITING

        client.on_state(count)
        for _ in range(2000):
            if tries >= 5:
                break
            await asyncio.sleep(0.01)
        assert tries >= 5 and client.transport == "websocket"


async def all_of_it(service: Service) -> None:
    await asyncio.gather(
        by(service, "sse"),
        by(service, "polling"),
        where_sockets_are_refused(service),
        when_the_token_ends(service),
        in_an_outage(service),
    )


def test_nothing_is_lost_without_a_websocket(service: Service) -> None:
    asyncio.run(asyncio.wait_for(all_of_it(service), 60))


@pytest.mark.parametrize("answer", [b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n[}1", b"", b"HTTP/1.1 500 No\r\n\r\n"])
def test_a_service_that_answers_nonsense_leaves_it_waiting(answer: bytes) -> None:
    async def scene() -> None:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                await reader.readuntil(b"\r\n\r\n")
                writer.write(answer)
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        faults: list[Any] = []
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: faults.append(context))
        async with tidings.connect(url, "a token", transports=["sse", "polling"], backoff=quickly()) as client:
            with pytest.raises(tidings.TidingsError) as why:
                await client.connected(0.5)
            assert why.value.code in ("disconnected", "protocol_error", "timeout")
            assert client.state in (tidings.ConnectionState.WAITING, tidings.ConnectionState.CONNECTING)
        server.close()
        assert faults == []

    asyncio.run(asyncio.wait_for(scene(), 20))


def test_ways_and_codecs_that_there_are_not() -> None:
    async def scene() -> None:
        with pytest.raises(tidings.InvalidRequest, match="transports are some of websocket, sse, polling"):
            tidings.connect("http://127.0.0.1:1", transports=["pigeon"])
        with pytest.raises(tidings.InvalidRequest, match="there are json and msgpack"):
            tidings.connect("http://127.0.0.1:1", codec="xml")

    asyncio.run(scene())
