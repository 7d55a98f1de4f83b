package dev.tidings.source.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.Channel;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Invalid;
import dev.tidings.event.Json;
import dev.tidings.event.MergePatch;
import dev.tidings.source.poll.Poller;
import dev.tidings.source.poll.Snapshot;
import dev.tidings.source.poll.SourceUnavailable;
import java.net.http.HttpClient;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Watches one JSON document, or an object within it, as the state of one channel.
 *
 * <p>Whatever is not such a document (another status than 200, no JSON, no object at the place, too large, too slow) says
 * nothing about the state, which then is stale, not empty.
 */
public final class HttpPoller implements Poller {
    private final HttpTarget target;
    private final Fetch fetch;

    /** The document last got. */
    private @Nullable ObjectNode known;

    /** @param client one that follows no redirects: those that may be followed are followed here */
    public HttpPoller(HttpTarget target, HttpClient client) {
        this.target = target;
        this.fetch = new Fetch(target, client);
    }

    @Override
    public ChannelPattern scope() {
        return ChannelPattern.exactly(target.channel());
    }

    @Override
    public Snapshot poll(Map<Channel, ObjectNode> published) throws SourceUnavailable, InterruptedException {
        Optional<byte[]> changed = fetch.get();
        ObjectNode seen = known;
        if (changed.isPresent() || seen == null) {
            seen = select(changed.orElse(new byte[0]));
            known = seen;
            fetch.understood();
        }
        return new Snapshot(
                Map.of(target.channel(), DeadBand.apply(target.deadBands(), published.get(target.channel()), seen)));
    }

    private ObjectNode select(byte[] body) throws SourceUnavailable {
        if (body.length == 0) {
            throw new SourceUnavailable("the answer is empty");
        }
        JsonNode document;
        try {
            document = Json.parse(body).tree();
        } catch (Invalid e) {
            throw new SourceUnavailable("the answer is not JSON");
        }
        // A state cannot hold members that are null; to compare with it, they have to go first.
        JsonNode selected = MergePatch.withoutNulls(document.at(target.pointer()));
        if (selected instanceof ObjectNode object) {
            return object;
        }
        String where = target.pointer().matches() ? "the answer" : "what the answer has at " + target.pointer();
        String what = selected.isMissingNode()
                ? "nothing"
                : selected.getNodeType().name().toLowerCase(Locale.ROOT);
        throw new SourceUnavailable(where + " is " + what + ", not an object");
    }
}
