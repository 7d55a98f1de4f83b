"""The examples, run as they are."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from service import SECRET, Service

import tidings

CLIENTS = Path(__file__).parents[2]
SECONDS = 30


@contextmanager
def started(*command: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(command, env=os.environ | environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.terminate()
            process.wait(SECONDS)


def test_a_model_answers_token_by_token(service: Service, known: dict[str, str]) -> None:
    async def ask() -> list[tidings.Message]:
        async with tidings.connect(service.url, tidings.make_token(SECRET, "bob", ["*:*"])) as client:
            told = client.subscribe("conversation:1")
            await told.ready()
            await client.command("agent:model", "answer", {"conversation": "conversation:1", "text": "What is new?"})
            with pytest.raises(tidings.CommandFailed, match="this agent knows answer"):
                await client.command("agent:model", "answer", {"text": 7})
            newest = (await client.history("conversation:1")).offset
            found = [await asyncio.wait_for(anext(told), SECONDS) for _ in range(newest)]
            return [event for event in found if isinstance(event, tidings.Message)]

    with started(sys.executable, str(CLIENTS / "python" / "examples" / "model.py"), **known) as model:
        assert model.stdout is not None and "agent:model" in model.stdout.readline()
        asked, *tokens = asyncio.run(asyncio.wait_for(ask(), SECONDS))
    assert (asked.event, asked.payload) == ("asked", {"text": "What is new?"})
    assert {each.event for each in tokens} == {"token"} and len(tokens) > 1
    assert {each.cause for each in tokens} == {asked.cause}
    said = "".join(each.payload["text"] for each in tokens)
    assert said == "You ask: What is new? I have thought about that for a while. "


SHELL = str(CLIENTS / "shell" / "tidings.sh")
needs_shell = pytest.mark.skipif(
    any(shutil.which(each) is None for each in ("bash", "curl", "jq")), reason="bash, curl or jq are not on the path"
)


def shell(known: dict[str, str], *arguments: str) -> str:
    return subprocess.run(
        [SHELL, *arguments], env=os.environ | known, capture_output=True, text=True, timeout=SECONDS, check=True
    ).stdout


@needs_shell
def test_the_shell_publishes_reads_and_follows(known: dict[str, str]) -> None:
    assert json.loads(shell(known, "publish", "shell:1", "shell.said", '{"text": "hello"}'))["offset"] == 1
    assert json.loads(shell(known, "patch", "shell:lamp", '{"on": true}'))["changed"] is True
    assert json.loads(shell(known, "state", "shell:lamp")) == {"on": True}
    with started("setsid", "--wait", SHELL, "follow", "shell:1", **known) as following:
        assert following.stdout is not None
        # It follows from when it is there on: something is said until it has heard some of it.
        os.set_blocking(following.stdout.fileno(), False)
        heard, until = "", time.monotonic() + SECONDS
        while "\n" not in heard and time.monotonic() < until:
            shell(known, "publish", "shell:1", "shell.said", '{"text": "again"}')
            heard += following.stdout.read() or ""
        assert json.loads(heard.splitlines()[0])["payload"] == {"text": "again"}
    assert [json.loads(line)["offset"] for line in shell(known, "history", "shell:1", "1000").splitlines()][:2] == [1, 2]


@needs_shell
def test_the_shell_commands_an_agent(known: dict[str, str]) -> None:
    with started(sys.executable, str(CLIENTS / "python" / "examples" / "agent.py"), "agent:shell", **known) as agent:
        assert agent.stdout is not None and "agent:shell" in agent.stdout.readline()
        answer = json.loads(shell(known, "command", "agent:shell", "add", '{"numbers": [1, 2.5]}'))
    assert (answer["status"], answer["result"]) == ("ok", 3.5)


@needs_shell
@pytest.mark.skipif(shutil.which("websocat") is None, reason="websocat is not on the path")
def test_the_shell_watches_a_pattern(known: dict[str, str]) -> None:
    with started("setsid", "--wait", SHELL, "watch", "watched:*", **known) as watching:
        assert watching.stdout is not None
        os.set_blocking(watching.stdout.fileno(), False)
        heard, until = "", time.monotonic() + SECONDS
        while "\n" not in heard and time.monotonic() < until:
            shell(known, "publish", "watched:1", "watched.said", "1")
            heard += watching.stdout.read() or ""
        assert json.loads(heard.splitlines()[0])["channel"] == "watched:1"
