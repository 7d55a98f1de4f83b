"""An agent that does what it is told: it handles the commands of a channel, and says in events what it does.

TIDINGS_URL=http://127.0.0.1:8080 python agent.py agent:42
tidings command agent:42 add '{"numbers": [1, 2.5]}'
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import Any

import tidings


class Agent:
    """Adds numbers up, and can be asked how often it has."""

    def __init__(self, client: tidings.Client, channel: str) -> None:
        self._client = client
        self._channel = channel
        self._done = 0

    async def handle(self, command: tidings.Command) -> Any:
        """Whatever is returned is the answer; CommandFailed is an answer, too."""
        if command.name == "add":
            return await self._add(command)
        if command.name == "status":
            return {"done": self._done}
        raise tidings.CommandFailed("unknown_command", f"this agent knows add and status, not {command.name}")

    async def _add(self, command: tidings.Command) -> float:
        numbers = command.args.get("numbers") if isinstance(command.args, dict) else None
        if not isinstance(numbers, list) or not all(isinstance(each, (int, float)) for each in numbers):
            raise tidings.CommandFailed("bad_arguments", "add wants {numbers: [...]}")
        total = float(sum(numbers))
        self._done += 1
        # The command's id as cause: whoever follows the channel sees what led to this.
        await self._client.publish(self._channel, "agent.added", {"total": total}, cause=command.id)
        return total


async def main(channel: str) -> None:
    url = os.environ.get("TIDINGS_URL", "http://127.0.0.1:8080")
    async with tidings.connect(url, os.environ.get("TIDINGS_TOKEN")) as client:
        handling = client.handle(channel, Agent(client, channel).handle)
        await handling.ready()
        print(f"handling the commands of {channel}; Ctrl-C ends it", flush=True)
        loop = asyncio.get_running_loop()
        for each in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(each, handling.close)
        await handling.wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else "agent:42"))
