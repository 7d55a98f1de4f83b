"""Follows a channel as a flag says: by long polls, or by a WebSocket while the flag is on.

The flag is the state of a channel, {"enabled": true}, which can be changed at any time. Whoever changes over goes on at the
place where it is, so every event comes once.

TIDINGS_URL=http://127.0.0.1:8080 TIDINGS_TOKEN=... python gradual.py tmux:build feature:tmux-push
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import tidings

POLL_MS = 2000

Told = Callable[[str, dict[str, Any]], None]


class Follower:
    """One channel. ``told`` is called with ``poll`` or ``push``, and the event."""

    def __init__(self, url: str, token: str, channel: str, flag: str, told: Told) -> None:
        self._url, self._token = url, token
        self._channel, self._flag, self._told = channel, flag, told
        self._place: dict[str, Any] = {}

    async def run(self) -> None:
        first = await self._get(f"channels/{self._channel}/events?wait_ms=0&event=none")
        self._place = {"epoch": first["epoch"], "offset": first["offset"]}
        while True:
            flag = await self._get(f"channels/{self._flag}/state")
            if flag.get("enabled"):
                await self._listen()
            else:
                await self._poll()

    async def _poll(self) -> None:
        place = f"since_offset={self._place['offset']}&epoch={self._place['epoch']}"
        answer = await self._get(f"channels/{self._channel}/events?{place}&wait_ms={POLL_MS}")
        if not answer["recovered"]:
            print("something was missed: what is shown has to be read anew", file=sys.stderr)
        for event in answer["events"]:
            self._told("poll", event)
        self._place = {"epoch": answer["epoch"], "offset": answer["offset"]}

    async def _listen(self) -> None:
        async with tidings.connect(self._url, self._token) as client:
            flag = client.subscribe(self._flag, state=True)
            news = client.subscribe(self._channel, since=dict(self._place))
            switch = asyncio.create_task(self._end_when_off(flag, news))
            async for event in news:
                if isinstance(event, tidings.Message):
                    self._told("push", event.as_dict())
                    self._place["offset"] = event.offset
                elif isinstance(event, tidings.Reset):
                    print("something was missed: what is shown has to be read anew", file=sys.stderr)
                    self._place = {"epoch": event.epoch, "offset": event.offset}
            await switch

    @staticmethod
    async def _end_when_off(flag: tidings.Subscription, news: tidings.Subscription) -> None:
        async for _ in flag:
            if not (flag.state or {}).get("enabled"):
                news.close()
                return

    async def _get(self, path: str) -> dict[str, Any]:
        """What is there; nothing where there is nothing."""

        def get() -> dict[str, Any]:
            request = urllib.request.Request(
                f"{self._url}/api/v1/{path}", headers={"Authorization": f"Bearer {self._token}"}
            )
            try:
                with urllib.request.urlopen(request, timeout=POLL_MS / 1000 + 10) as answer:
                    return dict(json.load(answer))
            except urllib.error.HTTPError as refused:
                if refused.code == 404:
                    return {}
                raise

        return await asyncio.to_thread(get)


def show(way: str, event: dict[str, Any]) -> None:
    print(f"{way} #{event['offset']} {event['event']}", flush=True)


if __name__ == "__main__":
    asyncio.run(
        Follower(os.environ["TIDINGS_URL"], os.environ["TIDINGS_TOKEN"], sys.argv[1], sys.argv[2], show).run()
    )
