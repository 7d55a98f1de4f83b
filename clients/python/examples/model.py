"""A language model that answers token by token: each goes to everybody in the conversation as soon as it is there.

TIDINGS_URL=http://127.0.0.1:8080 python model.py agent:model
tidings tail 'conversation:*' &
tidings command agent:model answer '{"conversation": "conversation:demo", "text": "What is new?"}'

The page clients/javascript/examples/tokens.html asks it, too.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator

import tidings


async def model(question: str) -> AsyncIterator[str]:
    """Stands for yours: says what it was asked, a word at a time."""
    for word in f"You ask: {question} I have thought about that for a while.".split():
        await asyncio.sleep(0.02)
        yield word + " "


class Speaker:
    """Answers questions in conversations."""

    def __init__(self, client: tidings.Client) -> None:
        self._client = client

    async def handle(self, command: tidings.Command) -> None:
        args = command.args if isinstance(command.args, dict) else {}
        conversation, text = args.get("conversation"), args.get("text")
        if command.name != "answer" or not isinstance(conversation, str) or not isinstance(text, str):
            raise tidings.CommandFailed("bad_arguments", "this agent knows answer, and wants {conversation, text}")
        await self._client.publish(conversation, "asked", {"text": text}, cause=command.id)
        await self._say(conversation, model(text), command.id)

    async def _say(self, conversation: str, tokens: AsyncIterator[str], cause: str) -> None:
        """The first token goes at once; those that come while one is on its way go together, so no model is too fast."""
        waiting = ""
        under_way: asyncio.Task[tidings.Published] | None = None
        async for token in tokens:
            waiting += token
            if under_way is None or under_way.done():
                if under_way is not None:
                    under_way.result()
                under_way = asyncio.create_task(self._client.publish(conversation, "token", {"text": waiting}, cause=cause))
                waiting = ""
        if under_way is not None:
            await under_way
        if waiting:
            await self._client.publish(conversation, "token", {"text": waiting}, cause=cause)


async def main(channel: str) -> None:
    url = os.environ.get("TIDINGS_URL", "http://127.0.0.1:8080")
    async with tidings.connect(url, os.environ.get("TIDINGS_TOKEN")) as client:
        handling = client.handle(channel, Speaker(client).handle)
        await handling.ready()
        print(f"answering in conversations, asked by {channel}; Ctrl-C ends it", flush=True)
        await handling.wait()


if __name__ == "__main__":
    try:
        asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else "agent:model"))
    except KeyboardInterrupt:
        print()
