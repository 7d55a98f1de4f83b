package dev.tidings.source.mqtt;

import dev.tidings.event.Channel;
import dev.tidings.event.Invalid;
import dev.tidings.mqtt.TopicFilter;
import dev.tidings.source.poll.ChannelIds;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The channel of a topic: a name in which <code>{1}</code> and <code>{#}</code> stand for parts of the topic. */
final class ChannelTemplate {
    private static final Pattern PLACE = Pattern.compile("\\{([1-9][0-9]?|#)}");

    private final String text;
    /** At which of the filter's parts the rest of the topic is; -1 when it has none. */
    private final int rest;

    /** @throws Invalid when it makes no channels of what the filter means */
    ChannelTemplate(String text, TopicFilter filter) {
        this.text = text;
        this.rest = filter.endsOpen() ? filter.wildcards() : -1;
        int parts = filter.wildcards() + (filter.endsOpen() ? 1 : 0);
        PLACE.matcher(text).results().forEach(place -> requirePart(place, filter));
        if (text.indexOf('{') >= 0 && text.indexOf('{') < text.indexOf(':')) {
            throw invalid("the namespace is the same for all topics");
        }
        Channel unused = of(java.util.Collections.nCopies(parts, "x"));
    }

    private void requirePart(MatchResult place, TopicFilter filter) {
        boolean there =
                place.group(1).equals("#") ? filter.endsOpen() : Integer.parseInt(place.group(1)) <= filter.wildcards();
        if (!there) {
            throw invalid("the filter has nothing for " + place.group());
        }
    }

    /**
     * @param parts what the wildcards of the filter stand for
     * @throws Invalid when they make no channel
     */
    Channel of(List<String> parts) {
        return new Channel(PLACE.matcher(text).replaceAll(place -> {
            String part =
                    place.group(1).equals("#") ? parts.get(rest) : parts.get(Integer.parseInt(place.group(1)) - 1);
            return Matcher.quoteReplacement(ChannelIds.of(part));
        }));
    }

    private static Invalid invalid(String why) {
        return new Invalid(Invalid.What.CHANNEL, why);
    }
}
