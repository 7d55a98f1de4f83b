package dev.tidings.benchmark.inner;

import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Event;
import dev.tidings.event.Json;
import dev.tidings.event.Position;

/** An event such as the inner benchmarks use. */
public final class Events {
    private Events() {}

    /** With a payload of about 200 bytes. */
    public static Event event() {
        return new Event(
                new ChannelKey("default", new Channel("agent:550e8400")),
                "agent.progress",
                "0190b2a0-7c1e-7e3a-9d4b-0a1b2c3d4e5f",
                new Position("k3", 17),
                17,
                1_704_067_200_000L,
                Json.parse("{\"status\":\"busy\",\"progress\":42,\"note\":\"" + "x".repeat(150) + "\"}"),
                null);
    }
}
