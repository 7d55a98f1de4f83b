"""What every client does, in its scenarios."""

import asyncio
from pathlib import Path

import pytest
from scenario import run

SCENARIOS = sorted((Path(__file__).parents[2] / "scenarios").glob("*.json"))


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_scenario(path: Path) -> None:
    asyncio.run(run(path))


def test_there_are_scenarios() -> None:
    assert len(SCENARIOS) > 20


def test_they_hold_by_messagepack_too() -> None:
    async def some_at_once() -> None:
        # They wait most of the time; but some have deadlines that many at once would not meet.
        room = asyncio.Semaphore(4)

        async def one(path: Path) -> None:
            async with room:
                await run(path, "msgpack")

        await asyncio.gather(*(one(path) for path in SCENARIOS))

    asyncio.run(some_at_once())
