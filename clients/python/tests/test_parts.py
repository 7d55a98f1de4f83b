"""The parts that can be looked at alone."""

from __future__ import annotations

import asyncio
import gc
import base64
import json
from typing import Any

import pytest

import tidings
from tidings.filters import matches, passes
from tidings.link import socket_address
from tidings.place import ChannelPlace, PatternPlace
from tidings.rest import base_address, channel_path
from tidings.waiting import in_time


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [
        # RFC 7396, appendix A.
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_merge_patch(target: Any, patch: Any, result: Any) -> None:
    before = json.dumps(target)
    assert tidings.merge_patch(target, patch) == result
    assert json.dumps(target) == before


def test_patterns() -> None:
    assert matches("agent:42", "agent:42") and not matches("agent:42", "agent:421")
    assert matches("agent:*", "agent:42") and not matches("agent:*", "agent")
    assert matches("agent:4*", "agent:4") and not matches("agent:4*", "agent:5")


EVENT = {"event": "agent.started", "payload": {"level": 70, "name": "Ada", "on": True, "tags": ["a", 1], "a/b": {"~": 0}}}


@pytest.mark.parametrize(
    ("field", "op", "value", "holds"),
    [
        ("/payload/level", "eq", 70.0, True),
        ("/payload/on", "eq", 1, False),
        ("/payload/level", "ne", 71, True),
        ("/payload/level", "ne", "70", False),
        ("/payload/level", "gt", 69, True),
        ("/payload/level", "le", 69, False),
        ("/payload/level", "lt", "80", False),
        ("/payload/name", "ge", "Abc", True),
        ("/payload/name", "in", ["Ada", "Bob"], True),
        ("/payload/name", "nin", ["Ada", "Bob"], False),
        ("/payload/none", "nin", ["Ada"], False),
        ("/payload/none", "exists", False, True),
        ("/payload/name", "exists", True, True),
        ("/payload/name", "prefix", "A", True),
        ("/payload/name", "suffix", "A", False),
        ("/payload/name", "contains", "d", True),
        ("/payload/tags", "contains", 1, True),
        ("/payload/tags/1", "eq", 1, True),
        ("/payload/tags/9", "exists", True, False),
        ("/payload/a~1b/~0", "eq", 0, True),
    ],
)
def test_conditions(field: str, op: str, value: Any, holds: bool) -> None:
    leaf = {"field": field, "op": op, "value": value}
    assert passes({"where": leaf}, EVENT) is holds
    assert passes({"where": {"not": leaf}}, EVENT) is not holds
    assert passes({"where": {"any": [leaf, {"field": "/x", "op": "exists", "value": True}]}}, EVENT) is holds
    assert passes({"events": ["agent.*"], "where": {"all": [leaf]}}, EVENT) is holds
    assert not passes({"events": ["agent"], "where": leaf}, EVENT)


def test_backoff_stays_within_its_bounds() -> None:
    latest = tidings.Backoff(draw=lambda: 1.0)
    assert [latest.next() for _ in range(8)] == [0.5, 1, 2, 4, 8, 16, 20, 20]
    latest.reset()
    assert latest.next() == 0.5
    soonest = tidings.Backoff(draw=lambda: 0.0)
    assert [soonest.next(), soonest.next(2.0)] == [0, 2]
    assert tidings.Backoff(cap=1).next(2.0) == 1


def test_addresses() -> None:
    assert socket_address("http://127.0.0.1:8080") == "ws://127.0.0.1:8080/ws"
    assert socket_address("https://host/tidings/") == "wss://host/tidings/ws"
    assert socket_address("wss://host/ws") == "wss://host/ws"
    assert base_address("wss://host/tidings/ws") == "https://host/tidings"
    assert channel_path("device:a/b@c", "/state") == "/api/v1/channels/device:a%2Fb%40c/state"
    for wrong in ("", "host:8080", "ftp://host", "http://"):
        with pytest.raises(tidings.InvalidRequest):
            socket_address(wrong)


def test_tokens() -> None:
    token = tidings.make_token("x" * 32, "ada", ["*:*"], expires_in=60, tenant="acme", claims={"info": 1})
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert claims["sub"] == "ada" and claims["tenant"] == "acme" and claims["info"] == 1
    assert claims["exp"] - claims["iat"] == 60 and claims["permissions"] == ["*:*"]
    with pytest.raises(ValueError, match="at least 32 bytes"):
        tidings.make_token("short", "ada", [])


def test_a_refreshed_place_counts_once_the_next_is_known() -> None:
    pattern = PatternPlace()
    pattern.begin(tidings.Subscribed("a:*", False, 0, cursor="one"))
    pattern.refreshed(tidings.Subscribed("a:*", False, 0, cursor="two"))
    assert pattern.since() == {"cursor": "one"}
    pattern.refreshed(tidings.Subscribed("a:*", False, 0, cursor="three"))
    assert pattern.since() == {"cursor": "two"}
    pattern.interrupt()
    pattern.refreshed(tidings.Subscribed("a:*", False, 0, cursor="four"))
    assert pattern.since() == {"cursor": "two"}
    channel = ChannelPlace()
    channel.begin(tidings.Subscribed("a:1", False, 0, epoch="e", offset=4))
    for offset in (9, 12):
        channel.refreshed(tidings.Subscribed("a:1", False, 0, epoch="e", offset=offset))
    assert channel.since() == {"epoch": "e", "offset": 9}


def test_what_cannot_be_said_is_refused_at_once() -> None:
    async def say() -> None:
        client = tidings.Client("http://127.0.0.1:1", "token")
        try:
            for payload in (float("nan"), object(), "\ud800"):
                with pytest.raises(tidings.InvalidRequest, match="cannot be said in JSON"):
                    await client.publish("a:1", "x.y", payload)
            with pytest.raises(tidings.InvalidRequest, match="whole or in parts"):
                client.subscribe("a:1", events=["x"], filter={"events": ["x"]})
            client.subscribe("a:1")
            with pytest.raises(tidings.InvalidRequest, match="already"):
                client.subscribe("a:1")
            with pytest.raises(tidings.InvalidRequest, match="only a durable"):
                client.subscribe("a:2").ack(1)
        finally:
            await client.close()
        with pytest.raises(tidings.ClientClosed):
            client.subscribe("a:3")

    asyncio.run(say())


def test_a_failing_token_callback_is_told_and_tried_again() -> None:
    async def ask() -> None:
        asked = 0

        def failing() -> str:
            nonlocal asked
            asked += 1
            raise RuntimeError("the vault is locked")

        async with tidings.Client("http://127.0.0.1:1", failing, backoff=tidings.Backoff(first=0.01)) as client:
            told: asyncio.Queue[tidings.TidingsError] = asyncio.Queue()
            client.on_state(lambda state, why: told.put_nowait(why) if why else None)
            for _ in range(5):
                why = await asyncio.wait_for(told.get(), 10)
                assert isinstance(why, tidings.ConnectionLost) and "the vault is locked" in why.message
            assert asked >= 5 and client.transport == "websocket"

    asyncio.run(ask())


def test_a_cancellation_that_comes_with_the_result_is_one() -> None:
    async def scene() -> None:
        result = asyncio.get_running_loop().create_future()
        waiting = asyncio.create_task(in_time(result, 10))
        await asyncio.sleep(0)
        result.set_result(1)
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert await in_time(asyncio.sleep(0, 7), 10) == 7
        with pytest.raises(asyncio.TimeoutError):
            await in_time(asyncio.sleep(10), 0.01)

    asyncio.run(asyncio.wait_for(scene(), 10))


def test_a_failure_that_comes_with_a_cancellation_is_not_complained_of() -> None:
    complaints: list[Any] = []

    async def scene() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda loop, about: complaints.append(about))
        failing = asyncio.get_running_loop().create_future()
        waiting = asyncio.create_task(in_time(failing, 10))
        await asyncio.sleep(0)
        failing.set_exception(ValueError("too late"))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        del failing
        del waiting
        gc.collect()

    asyncio.run(asyncio.wait_for(scene(), 10))
    assert not complaints
