package dev.tidings.mqtt;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which topics are meant (MQTT 3.1.1, section 4.7): levels between slashes, of which {@code +} stands for any one and a last
 * {@code #} for any that follow. Topics that begin with {@code $} are the broker's own, and only meant by a filter that
 * begins so.
 */
public record TopicFilter(String text) {
    private static final String ONE = "+";
    private static final String REST = "#";
    private static final int LONGEST = 65_535;

    /** @throws IllegalArgumentException when it is none, with what one is */
    public TopicFilter {
        if (!isFilter(text)) {
            throw new IllegalArgumentException(
                    "a topic filter such as plant/+/temperature: + a whole level, # the last one, nothing shared");
        }
    }

    private static boolean isFilter(String text) {
        List<String> levels = levels(text);
        for (int i = 0; i < levels.size(); i++) {
            String level = levels.get(i);
            boolean last = i == levels.size() - 1;
            boolean wild = level.equals(ONE) || (last && level.equals(REST));
            if (!wild && (level.contains(ONE) || level.contains(REST))) {
                return false;
            }
        }
        return !text.isEmpty()
                && text.indexOf('\0') < 0
                && text.getBytes(StandardCharsets.UTF_8).length <= LONGEST
                && !text.startsWith("$share/");
    }

    /** How many levels may be anything. */
    public int wildcards() {
        return (int) levels(text).stream().filter(ONE::equals).count();
    }

    /** Whether what follows may be anything, too. */
    public boolean endsOpen() {
        return levels(text).getLast().equals(REST);
    }

    /**
     * What of a topic the wildcards stand for: a level for each {@code +}, and for {@code #} the rest of the topic, which is
     * empty where the filter ends at its parent. Nothing when the topic is not meant.
     */
    public Optional<List<String>> match(String topic) {
        List<String> filter = levels(text);
        List<String> levels = levels(topic);
        if (topic.startsWith("$") != text.startsWith("$")) {
            return Optional.empty();
        }
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < filter.size(); i++) {
            String level = filter.get(i);
            if (level.equals(REST)) {
                parts.add(String.join("/", levels.subList(Math.min(i, levels.size()), levels.size())));
                return Optional.of(parts);
            }
            if (i >= levels.size() || !(level.equals(ONE) || level.equals(levels.get(i)))) {
                // a/# means a, too.
                return Optional.empty();
            }
            if (level.equals(ONE)) {
                parts.add(levels.get(i));
            }
        }
        return filter.size() == levels.size() ? Optional.of(parts) : Optional.empty();
    }

    /** Whether there may be a topic that both mean. */
    public boolean overlaps(TopicFilter other) {
        if (text.startsWith("$") != other.text.startsWith("$")) {
            return false;
        }
        List<String> mine = levels(text);
        List<String> theirs = levels(other.text);
        for (int i = 0; i < Math.max(mine.size(), theirs.size()); i++) {
            if (isRest(mine, i) || isRest(theirs, i)) {
                return true;
            }
            if (i >= mine.size() || i >= theirs.size()) {
                return false;
            }
            boolean same = mine.get(i).equals(theirs.get(i));
            if (!same && !mine.get(i).equals(ONE) && !theirs.get(i).equals(ONE)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isRest(List<String> levels, int at) {
        return at < levels.size() && levels.get(at).equals(REST);
    }

    private static List<String> levels(String topic) {
        return List.of(topic.split("/", -1));
    }

    @Override
    public String toString() {
        return text;
    }
}
