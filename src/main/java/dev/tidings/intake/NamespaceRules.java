package dev.tidings.intake;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Event;
import dev.tidings.event.Json;
import dev.tidings.log.ChannelsConfig;
import dev.tidings.log.ConfiguredChannels;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What namespaces lay down for what comes in: who may publish, whether there is state, what payloads and states are like. Asked
 * at the one door, so that it holds for whatever way in there is. Safe on any thread.
 */
public final class NamespaceRules {
    /** Nothing is laid down. */
    public static final NamespaceRules NONE = new NamespaceRules(Map.of());

    private static final String PREFIX = "tidings.channels.";
    private static final String ANYONE = "anyone";
    private static final String SERVER = "server";
    private static final Pattern TYPE = Pattern.compile("[a-z][a-z0-9_-]*(\\.[a-z0-9_-]+)*");

    private final Map<String, Rules> byNamespace;
    private final Rules others;

    /**
     * What one namespace lays down.
     *
     * @param publishers subjects; null for anyone
     * @param payloads by event type
     */
    private record Rules(
            boolean state,
            @Nullable Set<String> publishers,
            Map<String, PayloadSchema> payloads,
            @Nullable PayloadSchema stateSchema) {
        static final Rules NONE = new Rules(true, null, Map.of(), null);
    }

    private NamespaceRules(Map<String, Rules> byNamespace) {
        this.byNamespace = Map.copyOf(byNamespace);
        this.others = byNamespace.getOrDefault("*", Rules.NONE);
    }

    /**
     * Reads them, and the schemas they name.
     *
     * @throws IllegalArgumentException in one line that names the key, when they are impossible
     */
    public static NamespaceRules read(ChannelsConfig config) {
        ConfiguredChannels channels = new ConfiguredChannels(config);
        Map<String, Rules> rules = new HashMap<>();
        for (String namespace : config.namespaces().keySet()) {
            String key = PREFIX + namespace;
            Map<String, PayloadSchema> payloads = new HashMap<>();
            channels.schemas(namespace).forEach((type, file) -> {
                String schemaKey = key + ".schemas." + type;
                checkType(schemaKey, type);
                payloads.put(type, PayloadSchema.read(schemaKey, file));
            });
            PayloadSchema stateSchema = channels.stateSchema(namespace)
                    .map(file -> PayloadSchema.read(key + ".state-schema", file))
                    .orElse(null);
            Set<String> publishers = publishers(key + ".publish", channels.publish(namespace));
            rules.put(namespace, new Rules(channels.state(namespace), publishers, Map.copyOf(payloads), stateSchema));
        }
        return new NamespaceRules(rules);
    }

    private static void checkType(String key, String type) {
        if (type.equals(Event.STATE_CHANGED) || type.equals(Event.STATE_DELETED)) {
            throw new IllegalArgumentException(
                    key + ": the service makes these events; what a state is like says" + " state-schema");
        }
        if (type.length() > 128 || !TYPE.matcher(type).matches()) {
            throw new IllegalArgumentException(
                    key + ": found " + type + ", allowed is the type of an event, such as schemas.\"lamp.seen\"");
        }
    }

    private static @Nullable Set<String> publishers(String key, List<String> names) {
        if (names.contains(ANYONE) || names.contains(SERVER)) {
            if (names.size() > 1) {
                throw new IllegalArgumentException(
                        key + ": found " + String.join(",", names) + ", allowed is anyone, server, or subjects");
            }
            return names.contains(ANYONE) ? null : Set.of();
        }
        return Set.copyOf(names);
    }

    /** Why a subject whose token permits it may not publish in a namespace all the same; null when it may. */
    public @Nullable String whyNotPublish(String namespace, String subject) {
        return whyNot(byNamespace.getOrDefault(namespace, others), namespace, subject);
    }

    private static @Nullable String whyNot(Rules rules, String namespace, String publisher) {
        if (rules.publishers == null || rules.publishers.contains(publisher)) {
            return null;
        }
        return "channels of " + namespace
                + (rules.publishers.isEmpty()
                        ? " are published to by the service only"
                        : " have publishers of their own");
    }

    /** Why something may not come in; null when it may, as far as can be said before a state is worked out. */
    @Nullable
    Outcome refusal(Submission submission) {
        Rules rules = rulesOf(submission.key());
        String publisher = submission.publisher();
        String forbidden = publisher == null ? null : whyNot(rules, namespace(submission), publisher);
        if (forbidden != null) {
            return new Outcome.Forbidden(forbidden);
        }
        return switch (submission) {
            case Submission.Publish publish -> payloadRefusal(rules, publish);
            case Submission.Write write ->
                rules.state || write.change() instanceof Submission.Change.Delete
                        ? null
                        : new Outcome.Forbidden("channels of " + namespace(write) + " have no state");
        };
    }

    private static @Nullable Outcome payloadRefusal(Rules rules, Submission.Publish publish) {
        PayloadSchema schema = rules.payloads.get(publish.type());
        return schema == null ? null : refusal(schema, publish.payload().tree(), "the payload", "/payload");
    }

    /** Why a channel's state may not become this; null when it may. */
    @Nullable
    Outcome refusalOfState(ChannelKey key, Json state) {
        PayloadSchema schema = rulesOf(key).stateSchema;
        return schema == null ? null : refusal(schema, state.tree(), "the state", "");
    }

    private static @Nullable Outcome refusal(PayloadSchema schema, JsonNode value, String what, String root) {
        PayloadSchema.Violation violation = schema.check(value);
        if (violation == null) {
            return null;
        }
        String at = root + violation.at();
        return new Outcome.Inadmissible(
                what + " does not hold to its schema" + (at.isEmpty() ? "" : " at " + at) + ": " + violation.why(), at);
    }

    private Rules rulesOf(ChannelKey key) {
        if (byNamespace.isEmpty() || key.tenant().startsWith("_")) {
            // Channels of the service itself are nobody's to lay anything down for.
            return Rules.NONE;
        }
        return byNamespace.getOrDefault(key.channel().namespace(), others);
    }

    private static String namespace(Submission submission) {
        return submission.key().channel().namespace();
    }
}
