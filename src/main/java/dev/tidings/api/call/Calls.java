package dev.tidings.api.call;

import dev.tidings.auth.Caller;
import dev.tidings.auth.Verb;
import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Invalid;
import dev.tidings.protocol.ErrorCode;
import jakarta.ws.rs.container.ContainerRequestContext;
import org.jspecify.annotations.Nullable;

/** What every call begins with: the channel it is about, the right to do it, and its parameters. */
public final class Calls {
    private Calls() {}

    /** The channel, if the caller may do this there. */
    public static ChannelKey permitted(ContainerRequestContext request, Verb verb, String channel) {
        Caller caller = Authentication.caller(request);
        Channel parsed = new Channel(channel);
        require(caller, verb, ChannelPattern.exactly(parsed));
        return new ChannelKey(caller.tenant(), parsed);
    }

    public static void require(Caller caller, Verb verb, ChannelPattern channels) {
        if (!caller.permissions().allows(verb, channels)) {
            throw new Refused(ErrorCode.FORBIDDEN, "the token does not permit " + verb.text() + ":" + channels.text());
        }
    }

    /** A whole number within bounds, or what holds when the parameter is absent. */
    public static long number(@Nullable String value, String name, long min, long max, long otherwise) {
        if (value == null || value.isEmpty()) {
            return otherwise;
        }
        try {
            long number = Long.parseLong(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Answered below, like a number out of bounds.
        }
        throw new Invalid(
                Invalid.What.MESSAGE,
                name + ": found \"" + shown(value) + "\", allowed is a whole number from " + min + " to " + max);
    }

    /** True or false, or what holds when the parameter is absent. */
    public static boolean flag(@Nullable String value, String name) {
        if (value == null || value.isEmpty() || value.equals("false")) {
            return false;
        }
        if (value.equals("true")) {
            return true;
        }
        throw new Invalid(Invalid.What.MESSAGE, name + ": found \"" + shown(value) + "\", allowed are true and false");
    }

    private static String shown(String value) {
        String printable = value.replaceAll("\\p{Cntrl}", "?");
        return printable.length() > 64 ? printable.substring(0, 64) + "…" : printable;
    }
}
