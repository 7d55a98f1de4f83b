package dev.tidings.device.mqtt;

import dev.tidings.mqtt.TopicFilter;
import dev.tidings.source.poll.ChannelIds;
import java.util.List;
import java.util.Optional;

/** The topics of many devices: one in which a level is a device's id. */
public final class DeviceTopics {
    /** What stands for a device's id. */
    public static final String ID = "{id}";

    private final String template;
    private final TopicFilter filter;

    /** @throws IllegalArgumentException when it is none, with what one is */
    public DeviceTopics(String template) {
        boolean once =
                List.of(template.split("/", -1)).stream().filter(ID::equals).count() == 1
                        && template.indexOf('{') == template.lastIndexOf('{');
        boolean fixed = template.indexOf('+') < 0 && template.indexOf('#') < 0;
        if (!once || !fixed || template.startsWith("$")) {
            throw new IllegalArgumentException("a topic of which one level is {id}, such as plant/{id}/set");
        }
        this.template = template;
        this.filter = new TopicFilter(template.replace(ID, "+"));
    }

    /** That of all devices. */
    public TopicFilter filter() {
        return filter;
    }

    /** That of a device; nothing when its id is no level of a topic. */
    public Optional<String> of(String device) {
        boolean level = device.indexOf('/') < 0 && device.indexOf('+') < 0;
        return level ? Optional.of(template.replace(ID, device)) : Optional.empty();
    }

    /** The device whose topic it is; nothing when it is none's. */
    public Optional<String> device(String topic) {
        return filter.match(topic)
                .map(List::getFirst)
                .filter(id -> !id.isEmpty() && ChannelIds.of(id).equals(id));
    }

    @Override
    public String toString() {
        return template;
    }
}
