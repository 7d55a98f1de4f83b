package dev.tidings.event;

import dev.tidings.event.Invalid.What;
import java.util.regex.Pattern;

/**
 * The name of a stream of events: {@code namespace} or {@code namespace:id}, such as {@code system} or
 * {@code device:motor_01}.
 *
 * @param name the whole name; a namespace is {@code [a-z][a-z0-9_-]{0,31}}, an id 1 to 128 of
 *     {@code [A-Za-z0-9._~@+=/-]}
 */
public record Channel(String name) implements Comparable<Channel> {
    /** What a namespace is, as a regular expression. */
    public static final String NAMESPACE = "[a-z][a-z0-9_-]{0,31}";

    static final String ID_CHARACTERS = "[A-Za-z0-9._~@+=/-]";
    private static final Pattern FORM = Pattern.compile(NAMESPACE + "(:" + ID_CHARACTERS + "{1,128})?");
    private static final int LONGEST = 32 + 1 + 128;

    /** @throws Invalid when the name is not a channel's */
    public Channel {
        if (name.length() > LONGEST || !FORM.matcher(name).matches()) {
            throw new Invalid(
                    What.CHANNEL,
                    "not a channel: " + quoted(name) + "; a channel is namespace or namespace:id, the namespace "
                            + NAMESPACE + ", the id 1 to 128 of " + ID_CHARACTERS);
        }
    }

    /** A channel by namespace and id. */
    public static Channel of(String namespace, String id) {
        return new Channel(namespace + ':' + id);
    }

    public String namespace() {
        int colon = name.indexOf(':');
        return colon < 0 ? name : name.substring(0, colon);
    }

    /** The part after the colon; empty for a bare namespace. */
    public String id() {
        int colon = name.indexOf(':');
        return colon < 0 ? "" : name.substring(colon + 1);
    }

    @Override
    public int compareTo(Channel other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }

    /** What a client sent, bounded and stripped of control characters, so that it may stand in a message or a log. */
    static String quoted(String text) {
        String shown = text.length() > 64 ? text.substring(0, 64) + "…" : text;
        return '"' + shown.replaceAll("\\p{Cntrl}", "?") + '"';
    }
}
