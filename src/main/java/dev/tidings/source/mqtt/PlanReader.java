package dev.tidings.source.mqtt;

import com.fasterxml.jackson.core.JsonPointer;
import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Invalid;
import dev.tidings.event.Json;
import dev.tidings.intake.Submission;
import dev.tidings.mqtt.Broker;
import dev.tidings.mqtt.TopicFilter;
import dev.tidings.source.Keys;
import dev.tidings.source.mqtt.MqttConfig.BrokerConfig;
import dev.tidings.source.mqtt.MqttConfig.TopicConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads one broker's configuration. What is impossible is told in one line that names the key. */
final class PlanReader {
    private static final Channel ANY = new Channel("any");

    private final Keys keys;
    private final String name;
    private final BrokerConfig config;

    private PlanReader(String name, BrokerConfig config) {
        this.keys = new Keys("tidings.mqtt." + name);
        this.name = name;
        this.config = config;
    }

    /** @throws IllegalArgumentException when it is impossible */
    static Plan read(String name, BrokerConfig config) {
        return new PlanReader(name, config).read();
    }

    private Plan read() {
        keys.name(name);
        keys.tenant(config.tenant());
        boolean enabled = keys.flag(".enabled", config.enabled());
        int maxSize = keys.size(".max-size", config.maxSize(), "16M");
        List<Mapping> mappings = mappings();
        return new Plan(name, config.tenant(), broker(mappings), mappings, maxSize, enabled);
    }

    private Broker broker(List<Mapping> mappings) {
        BrokerUrl url = BrokerUrl.read(keys, ".url", config.url());
        String clientId = config.clientId().orElse("tidings-" + name);
        keys.require(
                clientId.matches("[!-~]{1,128}"),
                ".client-id",
                clientId,
                "1 to 128 printable characters of ASCII, no space");
        if (config.password().isPresent() && config.username().isEmpty()) {
            throw keys.missing(".username", "the user that the password is of");
        }
        return new Broker(
                url.host(),
                url.port(),
                url.tls(),
                clientId,
                true,
                config.username().orElse(null),
                config.password().orElse(null),
                mappings.stream().map(Mapping::filter).toList(),
                keys.duration(".back-off", config.backOff(), "250ms", "1d"));
    }

    private List<Mapping> mappings() {
        List<Mapping> mappings = new ArrayList<>();
        Map<String, TopicConfig> topics = new TreeMap<>(config.topics());
        topics.forEach((topic, settings) -> {
            Mapping mapping = mapping(".topics." + topic, settings);
            for (Mapping other : mappings) {
                keys.require(
                        !mapping.filter().overlaps(other.filter()),
                        ".topics." + topic + ".filter",
                        mapping.filter(),
                        "one that means no topic that " + other.filter() + " means, too");
            }
            mappings.add(mapping);
        });
        return mappings;
    }

    private Mapping mapping(String key, TopicConfig settings) {
        TopicFilter filter = filter(key + ".filter", settings.filter());
        ChannelTemplate channel = channel(key + ".channel", settings.channel(), filter);
        return new Mapping(filter, channel, target(key, settings), pointer(key + ".event-id", settings.eventId()));
    }

    private TopicFilter filter(String key, Optional<String> found) {
        if (found.isEmpty()) {
            throw keys.missing(key, "a topic filter such as plant/+/temperature");
        }
        try {
            return new TopicFilter(found.get());
        } catch (IllegalArgumentException e) {
            throw keys.impossible(key, found.get(), String.valueOf(e.getMessage()));
        }
    }

    private ChannelTemplate channel(String key, Optional<String> found, TopicFilter filter) {
        String allowed =
                "a channel such as sensor:{1}, in which {1}, {2} are what the filter's + are, and {#} the rest";
        if (found.isEmpty()) {
            throw keys.missing(key, allowed);
        }
        try {
            return new ChannelTemplate(found.get(), filter);
        } catch (Invalid e) {
            throw keys.impossible(key, found.get(), allowed + " (" + e.getMessage() + ")");
        }
    }

    private Mapping.Target target(String key, TopicConfig settings) {
        if (settings.event().isPresent() == settings.state().isPresent()) {
            throw new IllegalArgumentException(keys.prefix() + key + " has "
                    + (settings.event().isPresent() ? "both event and state" : "neither event nor state")
                    + "; allowed is one of .event, the type of an event, and .state, merge or replace");
        }
        boolean merge = settings.state().filter("merge"::equals).isPresent();
        keys.require(
                merge || settings.member().isEmpty(),
                key + ".member",
                settings.member().orElse(""),
                "nothing: only state=merge has it");
        if (settings.event().isPresent()) {
            return new Mapping.AsEvent(type(key + ".event", settings.event().get()));
        }
        boolean replace = settings.state().filter("replace"::equals).isPresent();
        keys.require(merge || replace, key + ".state", settings.state().orElse(""), "merge or replace");
        return merge ? new Mapping.MergedState(settings.member().orElse(null)) : new Mapping.ReplacingState();
    }

    private String type(String key, String found) {
        try {
            return new Submission.Publish(new ChannelKey(config.tenant(), ANY), found, null, Json.NULL, null).type();
        } catch (Invalid e) {
            throw keys.impossible(key, found, "a type of events in dotted lower case, such as sensor.measured");
        }
    }

    private @Nullable JsonPointer pointer(String key, Optional<String> found) {
        return found.isEmpty() ? null : keys.pointer(key, found.get());
    }
}
