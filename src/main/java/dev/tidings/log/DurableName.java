package dev.tidings.log;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.Invalid;
import java.util.regex.Pattern;

/**
 * What a position is kept under: the same subject that subscribes to the same channel under the same name goes on from it.
 *
 * @param name chosen by the client: 1 to 128 of {@code [A-Za-z0-9._~@+=/-]}, as the id of a channel
 */
public record DurableName(ChannelKey channel, String subject, String name) {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._~@+=/-]{1,128}");

    /** @throws Invalid when the name is none */
    public DurableName {
        check(name);
    }

    /** @throws Invalid when this is no name */
    public static void check(String name) {
        if (!FORM.matcher(name).matches()) {
            throw new Invalid(Invalid.What.MESSAGE, "durable is a name, 1 to 128 of [A-Za-z0-9._~@+=/-]");
        }
    }
}
