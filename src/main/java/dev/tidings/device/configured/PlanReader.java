package dev.tidings.device.configured;

import dev.tidings.device.Control;
import dev.tidings.device.configured.DevicesConfig.DriverConfig;
import dev.tidings.device.http.HttpDevices;
import dev.tidings.device.mqtt.DeviceTopics;
import dev.tidings.device.mqtt.MqttDevices;
import dev.tidings.device.simulated.Model;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Invalid;
import dev.tidings.source.Keys;
import dev.tidings.source.mqtt.BrokerUrl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads one driver's configuration. What is impossible is told in one line that names the key. */
final class PlanReader {
    private static final String KINDS = "http, mqtt or simulated";
    private static final int MOST_DEVICES = 1000;

    private final Keys keys;
    private final String name;
    private final DriverConfig config;
    private final Duration timeout;

    private PlanReader(String name, DriverConfig config, Duration timeout) {
        this.keys = new Keys("tidings.devices.drivers." + name);
        this.name = name;
        this.config = config;
        this.timeout = timeout;
    }

    /**
     * @param timeout how long a device may take
     * @throws IllegalArgumentException when it is impossible
     */
    static Plan read(String name, DriverConfig config, Duration timeout) {
        return new PlanReader(name, config, timeout).read();
    }

    private Plan read() {
        keys.name(name);
        boolean enabled = keys.flag(".enabled", config.enabled());
        keys.tenant(config.tenant());
        Plan.Kind kind = switch (config.kind().orElse("")) {
            case "http" -> http();
            case "mqtt" -> mqtt();
            case "simulated" -> simulated();
            case "" -> throw keys.missing(".kind", KINDS);
            default -> throw keys.impossible(".kind", config.kind().get(), KINDS);
        };
        String type = kind instanceof Plan.Simulated(Model model, var seed, var interval)
                ? config.type().orElse(model.text())
                : config.type().orElse(null);
        return new Plan(name, config.tenant(), devices(), type, enabled, kind);
    }

    private List<ChannelPattern> devices() {
        String allowed = "ids of devices, or prefix*, with commas between: at most " + MOST_DEVICES;
        List<String> found = config.devices().orElse(List.of());
        if (found.isEmpty()) {
            throw keys.missing(".devices", allowed);
        }
        keys.require(found.size() <= MOST_DEVICES, ".devices", found.size() + " of them", allowed);
        List<ChannelPattern> devices = new ArrayList<>();
        for (String each : found) {
            try {
                devices.add(new ChannelPattern(Control.NAMESPACE + ':' + each.strip()));
            } catch (Invalid e) {
                throw keys.impossible(".devices", each, allowed);
            }
        }
        return devices;
    }

    private Plan.Simulated simulated() {
        refuseMqttSettings();
        notOf("http", ".url", config.url());
        notOf("http", ".max-size", config.maxSize());
        keys.notOf("http", ".headers", !config.headers().isEmpty());
        String model = config.model().orElseThrow(() -> keys.missing(".model", Model.all()));
        return new Plan.Simulated(
                Model.of(model).orElseThrow(() -> keys.impossible(".model", model, Model.all())),
                seed(config.seed().orElse("1")),
                keys.duration(".interval", config.interval().orElse("1s"), "100ms", "1d"));
    }

    private long seed(String found) {
        try {
            return Long.parseLong(found.strip());
        } catch (NumberFormatException e) {
            throw keys.impossible(".seed", found, "a whole number");
        }
    }

    private void notOf(String kind, String key, Optional<?> found) {
        keys.notOf(kind, key, found.isPresent());
    }

    private void refuseMqttSettings() {
        notOf("mqtt", ".username", config.username());
        notOf("mqtt", ".password", config.password());
        notOf("mqtt", ".command-topic", config.commandTopic());
        notOf("mqtt", ".state-topic", config.stateTopic());
    }

    private Plan.Mqtt mqtt() {
        keys.notOf("http", ".headers", !config.headers().isEmpty());
        notOf("http or simulated", ".interval", config.interval());
        notOf("simulated", ".model", config.model());
        notOf("simulated", ".seed", config.seed());
        BrokerUrl url = BrokerUrl.read(keys, ".url", config.url());
        if (config.password().isPresent() && config.username().isEmpty()) {
            throw keys.missing(".username", "the user that the password is of");
        }
        DeviceTopics commands = topics(".command-topic", config.commandTopic());
        DeviceTopics states = topics(".state-topic", config.stateTopic());
        keys.require(
                !commands.filter().overlaps(states.filter()),
                ".state-topic",
                states,
                "a topic that is no device's command-topic");
        return new Plan.Mqtt(new MqttDevices(
                url,
                config.username().orElse(null),
                config.password().orElse(null),
                devices(),
                commands,
                states,
                keys.size(".max-size", config.maxSize().orElse("64K"), "16M"),
                timeout));
    }

    private DeviceTopics topics(String key, Optional<String> found) {
        if (found.isEmpty()) {
            throw keys.missing(key, "a topic of which one level is {id}, such as plant/{id}/set");
        }
        try {
            return new DeviceTopics(found.get());
        } catch (IllegalArgumentException e) {
            throw keys.impossible(key, found.get(), String.valueOf(e.getMessage()));
        }
    }

    private Plan.Http http() {
        refuseMqttSettings();
        notOf("simulated", ".model", config.model());
        notOf("simulated", ".seed", config.seed());
        // What stands for an id is no URL; an id may stand there.
        var unused = keys.url(".url", config.url().map(url -> url.replace(HttpDevices.ID, "id")));
        return new Plan.Http(new HttpDevices(
                config.url().orElseThrow().strip(),
                keys.headers(".headers.", config.headers()),
                keys.size(".max-size", config.maxSize().orElse("64K"), "16M"),
                timeout,
                config.interval().map(found -> keys.duration(".interval", found, "100ms", "1d"))));
    }
}
