package dev.tidings.event;

import dev.tidings.event.Invalid.What;
import java.util.regex.Pattern;

/**
 * Names channels: one of them ({@code device:motor_01}), all ids of a namespace ({@code device:*}) or those that begin
 * alike ({@code device:motor*}).
 *
 * <p>{@code prefix*} matches {@code prefix} itself; {@code device:*} does not match the bare channel {@code device}.
 *
 * @param text the pattern as written
 */
public record ChannelPattern(String text) {
    private static final Pattern FORM = Pattern.compile(
            Channel.NAMESPACE + "(:" + Channel.ID_CHARACTERS + "{0,128}\\*|:" + Channel.ID_CHARACTERS + "{1,128})?");

    /** @throws Invalid when the text is neither a channel nor a pattern */
    public ChannelPattern {
        if (text.length() > 192 || !FORM.matcher(text).matches()) {
            throw new Invalid(
                    What.CHANNEL,
                    "not a channel or pattern: " + Channel.quoted(text)
                            + "; allowed are namespace, namespace:id, namespace:* and namespace:prefix*");
        }
    }

    public static ChannelPattern exactly(Channel channel) {
        return new ChannelPattern(channel.name());
    }

    /** True when this names exactly one channel. */
    public boolean isExact() {
        return !text.endsWith("*");
    }

    /** The namespace of every matching channel. */
    public String namespace() {
        int colon = text.indexOf(':');
        return colon < 0 ? text : text.substring(0, colon);
    }

    /** What every matching name begins with: the name itself when exact. */
    public String prefix() {
        return isExact() ? text : text.substring(0, text.length() - 1);
    }

    public boolean matches(Channel channel) {
        return isExact() ? channel.name().equals(text) : channel.name().startsWith(prefix());
    }

    /** True when every channel the other pattern matches is matched by this one too. */
    public boolean covers(ChannelPattern other) {
        return isExact() ? text.equals(other.text) : other.prefix().startsWith(prefix());
    }

    @Override
    public String toString() {
        return text;
    }
}
