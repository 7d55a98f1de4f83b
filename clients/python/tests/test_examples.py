"""The examples, run as they are."""

from __future__ import annotations

import asyncio
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from service import SECRET, Service

import tidings

CLIENTS = Path(__file__).parents[2]
SECONDS = 30


@contextmanager
def started(*command: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        command, env=os.environ | environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            yield process
        finally:
            # And whatever it has started.
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(SECONDS)


def first_line(process: subprocess.Popen[str], meanwhile: Callable[[], object]) -> str:
    """What it says first. It says what happens once it listens, and so something is made to happen until then."""
    said: queue.Queue[str] = queue.Queue()
    assert process.stdout is not None
    threading.Thread(target=lambda: said.put(process.stdout.readline() if process.stdout else ""), daemon=True).start()
    until = time.monotonic() + SECONDS
    while said.empty() and time.monotonic() < until:
        meanwhile()
    return said.get_nowait()


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
    with started(SHELL, "follow", "shell:1", **known) as following:
        heard = first_line(following, lambda: shell(known, "publish", "shell:1", "shell.said", '{"text": "again"}'))
    assert json.loads(heard)["payload"] == {"text": "again"}
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
    with started(SHELL, "watch", "watched:*", **known) as watching:
        heard = first_line(watching, lambda: shell(known, "publish", "watched:1", "watched.said", "1"))
    assert json.loads(heard)["channel"] == "watched:1"


def test_the_readme_gets_to_live_events_in_a_few_lines(service: Service, known: dict[str, str]) -> None:
    readme = (CLIENTS / "python" / "README.md").read_text()
    lines = readme.split("```python\n", 1)[1].split("```", 1)[0]
    told = lines.replace('"http://127.0.0.1:8080"', f'"{service.url}", "{known["TIDINGS_TOKEN"]}"')
    with started(sys.executable, "-u", "-c", told) as live:
        heard = first_line(live, lambda: asyncio.run(change(service.url, known["TIDINGS_TOKEN"])))
    assert "device:five" in heard


async def change(url: str, token: str) -> None:
    async with tidings.connect(url, token) as client:
        await client.patch_state("device:five", {"at": time.time()})
