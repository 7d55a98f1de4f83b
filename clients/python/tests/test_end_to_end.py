"""With the packaged service: whatever happens to the connection, no event is lost, none comes twice, all are in order."""

from __future__ import annotations

import asyncio
import statistics
import time

import tidings
from service import SECRET, Relay, Service, running

CUTS = 50
CHANNELS = ("load:1", "load:2", "load:3")


def token(seconds: float = 3600, subject: str = "ada") -> str:
    return tidings.make_token(SECRET, subject, ["*:*"], expires_in=seconds)


class Load:
    """Publishes numbers into channels for as long as it is wanted."""

    def __init__(self, client: tidings.Client, pause: float = 0.004) -> None:
        self._client = client
        self._pause = pause
        self._task = asyncio.create_task(self._publish())
        self._ended = False
        self.published = dict.fromkeys(CHANNELS, 0)

    async def _publish(self) -> None:
        while not self._ended:
            for channel in CHANNELS:
                number = self.published[channel] + 1
                await self._client.publish(channel, "load.made", {"n": number, "at": time.time()})
                self.published[channel] = number
            await asyncio.sleep(self._pause)

    async def end(self) -> None:
        self._ended = True
        await self._task


class Follower:
    """Takes what a subscription tells, and checks that it is what comes next."""

    def __init__(self, subscription: tidings.Subscription) -> None:
        self._subscription = subscription
        self._task = asyncio.create_task(self._follow())
        self.last: dict[str, int] = {}
        self.faults: list[str] = []
        self.changed = asyncio.Event()

    async def _follow(self) -> None:
        async for event in self._subscription:
            if not isinstance(event, tidings.Message):
                self.faults.append(str(event))
                continue
            number = event.payload["n"]
            if number != self.last.get(event.channel, 0) + 1:
                self.faults.append(f"{event.channel}: {number} after {self.last.get(event.channel)}")
            self.last[event.channel] = number
            self.changed.set()

    async def reaches(self, numbers: dict[str, int], seconds: float = 30) -> None:
        """Waits until it has come as far as this."""
        until = time.monotonic() + seconds
        while not all(self.last.get(channel, 0) >= n for channel, n in numbers.items()):
            left = until - time.monotonic()
            assert left > 0 and not self._task.done(), f"it came to {self.last}, not to {numbers}; {self.faults}"
            self.changed.clear()
            try:
                await asyncio.wait_for(self.changed.wait(), min(left, 1))
            except asyncio.TimeoutError:
                continue

    async def end(self) -> None:
        self._subscription.close()
        await self._task


async def cut_often(service: Service) -> list[float]:
    """How long it took each time from the cut until what had been published before it and after it had come."""
    times = []
    async with (
        Relay(service.port) as relay,
        tidings.connect(service.url, token(subject="publisher")) as publisher,
        tidings.connect(relay.url, token()) as client,
    ):
        exact = Follower(client.subscribe(CHANNELS[0]))
        # What overlaps: the first channel is told to both, though the server says it once.
        pattern = Follower(client.subscribe("load:*"))
        await client.connected(20)
        load = Load(publisher)
        await exact.reaches({CHANNELS[0]: 1})
        for _ in range(CUTS):
            before = dict(load.published)
            await pattern.reaches({channel: n + 2 for channel, n in before.items()})
            relay.cut()
            began = time.monotonic()
            published = dict(load.published)
            await pattern.reaches({channel: n + 1 for channel, n in published.items()})
            times.append(time.monotonic() - began)
        await load.end()
        await pattern.reaches(load.published)
        await exact.reaches({CHANNELS[0]: load.published[CHANNELS[0]]})
        assert pattern.faults == [] and exact.faults == []
        await exact.end()
        await pattern.end()
    return times


async def publish_over_cuts(service: Service) -> None:
    """The publisher is cut off now: each event counts once, in order, though it may have been sent twice."""
    async with Relay(service.port) as relay, tidings.connect(service.url, token()) as client:
        async with tidings.connect(relay.url, token(subject="publisher")) as publisher:
            follower = Follower(client.subscribe("load:9"))
            await client.connected(20)
            await publisher.connected(20)
            waiting = []
            for n in range(1, 301):
                waiting.append(asyncio.ensure_future(publisher.publish("load:9", "load.made", {"n": n})))
                if n % 30 == 0:
                    relay.cut()
                    await asyncio.sleep(0)
                else:
                    await asyncio.sleep(0.001)
            offsets = [each.offset for each in await asyncio.wait_for(asyncio.gather(*waiting), 60)]
            assert offsets == list(range(1, 301))
            await follower.reaches({"load:9": 300})
            assert follower.faults == []
            await follower.end()


async def restart(service: Service) -> None:
    """The service goes and comes back, in order and not."""
    async with tidings.connect(service.url, token()) as client:
        follower = Follower(client.subscribe("again:*"))
        one = client.subscribe("again:1", state=True)
        await client.connected(20)
        n = 0
        for end in (service.stop, service.kill):
            await client.publish("again:1", "again.made", {"n": n + 1})
            await follower.reaches({"again:1": n + 1})
            await asyncio.to_thread(end)
            waiting = asyncio.ensure_future(client.publish("again:1", "again.made", {"n": n + 2}))
            await asyncio.to_thread(service.start)
            await asyncio.wait_for(waiting, 60)
            n += 2
            await follower.reaches({"again:1": n})
        assert follower.faults == []
        one.close()
        await follower.end()


async def expire(service: Service) -> None:
    """Tokens live for seconds; the connection is renewed or comes back, and nothing is missed."""
    asked = 0

    async def short() -> str:
        nonlocal asked
        asked += 1
        # The first two end the connection: what they are renewed with is no newer. Later ones hold.
        return token(3 if asked <= 2 else 3600)

    async with tidings.connect(service.url, token(subject="publisher")) as publisher:
        async with tidings.connect(service.url, short) as client:
            lost: list[str] = []
            client.on_state(lambda state, why: lost.append(why.code) if why else None)
            follower = Follower(client.subscribe("expire:1"))
            await client.connected(20)
            for n in range(1, 61):
                await publisher.publish("expire:1", "expire.made", {"n": n})
                await asyncio.sleep(0.1)
            await follower.reaches({"expire:1": 60})
            assert follower.faults == []
            assert asked >= 3
            assert client.state is tidings.ConnectionState.CONNECTED
            await follower.end()


def test_connection_restart_and_token() -> None:
    with running() as service:
        times = asyncio.run(cut_often(service))
        ordered = sorted(times)
        print(
            f"\nfrom a cut link to caught up, {len(times)} times under load: median {statistics.median(times) * 1000:.0f} ms, "
            f"p99 {ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))] * 1000:.0f} ms"
        )
        asyncio.run(publish_over_cuts(service))
        asyncio.run(expire(service))
        asyncio.run(restart(service))
