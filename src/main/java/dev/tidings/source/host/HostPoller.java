package dev.tidings.source.host;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Channel;
import dev.tidings.event.ChannelPattern;
import dev.tidings.source.poll.ChannelIds;
import dev.tidings.source.poll.Poller;
import dev.tidings.source.poll.Snapshot;
import dev.tidings.source.poll.SourceUnavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Watches CPU, load, memory, disks and network of this machine as the state of {@code metrics:<its name>}. */
public final class HostPoller implements Poller {
    private static final Path PROC = Path.of("/proc");

    private final String name;
    private final Channel channel;
    private final Figures figures;

    HostPoller(String name, Figures figures) {
        this.name = name;
        this.channel = channel(name);
        this.figures = figures;
    }

    /** @param name of this machine */
    public static HostPoller of(String name) {
        return new HostPoller(name, Files.isReadable(PROC.resolve("stat")) ? new LinuxFigures(PROC) : new JdkFigures());
    }

    /** The channel of the machine of this name. */
    public static Channel channel(String name) {
        return Channel.of("metrics", ChannelIds.of(name));
    }

    @Override
    public ChannelPattern scope() {
        return ChannelPattern.exactly(channel);
    }

    @Override
    public Snapshot poll(Map<Channel, ObjectNode> published) throws SourceUnavailable, InterruptedException {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        state.put("hostname", name).put("os", System.getProperty("os.name"));
        try {
            figures.write(state);
        } catch (IOException | RuntimeException e) {
            throw new SourceUnavailable("the figures of this machine cannot be read: " + e);
        }
        return new Snapshot(Map.of(channel, state));
    }
}
