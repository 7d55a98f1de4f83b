package dev.tidings.source;

import com.fasterxml.jackson.core.JsonPointer;
import dev.tidings.event.Channel;
import dev.tidings.event.Invalid;
import dev.tidings.source.tmux.TmuxServer;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads configured values, and says of an impossible one which key it has, what was found and what is allowed.
 *
 * @param prefix of all keys
 */
public record Keys(String prefix) {
    private static final URI ANY = URI.create("http://localhost/");
    private static final int LAST_PORT = 65_535;

    /** @throws IllegalArgumentException unless it holds: {@link #impossible} */
    public void require(boolean holds, String key, Object found, String allowed) {
        if (!holds) {
            throw impossible(key, found, allowed);
        }
    }

    /** @param key without the prefix */
    public IllegalArgumentException impossible(String key, Object found, String allowed) {
        String shown = String.valueOf(found).replaceAll("\\p{Cntrl}", "?");
        return new IllegalArgumentException(prefix + key + " is \"" + shown + "\"; allowed is " + allowed);
    }

    /** @param key without the prefix */
    public IllegalArgumentException missing(String key, String allowed) {
        return new IllegalArgumentException(prefix + key + " is missing; allowed is " + allowed);
    }

    /** Refuses what only another kind has. It is not shown: it may hold a secret. */
    public void notOf(String kind, String key, boolean set) {
        if (set) {
            throw new IllegalArgumentException(
                    prefix + key + " is set; allowed is nothing: only kind " + kind + " has it");
        }
    }

    /** What a source or a handler is called, which is a part of its keys. */
    public void name(String found) {
        require(found.matches("[A-Za-z0-9_-]{1,64}"), "", found, "a name of 1 to 64 letters, digits, _ and -");
    }

    /** Whose channels it is for. Those that begin with _ are the service's own. */
    public void tenant(String found) {
        require(
                found.matches("[A-Za-z0-9.-][A-Za-z0-9._-]{0,63}"),
                ".tenant",
                found,
                "1 to 64 letters, digits, ., _ and -, not beginning with _");
    }

    /**
     * The tmux server that {@code .socket} names.
     *
     * @param socket null for the default one
     * @param environment of this process: tmux looks for sockets where it says
     */
    public TmuxServer tmuxServer(@Nullable String socket, Map<String, String> environment) {
        require(
                socket == null || !socket.isBlank(),
                ".socket",
                String.valueOf(socket),
                "the path of a socket, or a name for tmux's -L");
        String directory = environment.get("TMUX_TMPDIR");
        return TmuxServer.of(socket, directory == null ? Map.of() : Map.of("TMUX_TMPDIR", directory));
    }

    public boolean flag(String key, String found) {
        return switch (found.strip().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw impossible(key, found, "true or false");
        };
    }

    public double number(String key, String found, double least, double most) {
        String allowed = "a number from " + least + " to " + most;
        double number = number(key, found, allowed);
        require(number >= least && number <= most, key, found, allowed);
        return number;
    }

    /** A whole number of things, at least one. */
    public int count(String key, String found, int most) {
        String allowed = "a whole number from 1 to " + most;
        require(found.strip().matches("[0-9]{1,9}"), key, found, allowed);
        int count = Integer.parseInt(found.strip());
        require(count >= 1 && count <= most, key, found, allowed);
        return count;
    }

    private double number(String key, String found, String allowed) {
        try {
            return Double.parseDouble(found.strip());
        } catch (NumberFormatException e) {
            throw impossible(key, found, allowed);
        }
    }

    /** A length of time; the bounds are written as it is. */
    public Duration duration(String key, String found, String least, String most) {
        String allowed = least + " to " + most;
        Duration duration;
        try {
            duration = DurationConverter.parseDuration(found.strip());
        } catch (IllegalArgumentException e) {
            throw impossible(key, found, allowed);
        }
        boolean holds = duration != null
                && duration.compareTo(DurationConverter.parseDuration(least)) >= 0
                && duration.compareTo(DurationConverter.parseDuration(most)) <= 0;
        require(holds, key, found, allowed);
        return duration;
    }

    /** A number of bytes, at least one; the bound is written as it is. */
    public int size(String key, String found, String most) {
        String allowed = "a number of bytes from 1 to " + most + ", such as 64K";
        MemorySizeConverter converter = new MemorySizeConverter();
        try {
            long size = converter.convert(found.strip()).asLongValue();
            require(size >= 1 && size <= converter.convert(most).asLongValue(), key, found, allowed);
            return Math.toIntExact(size);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw impossible(key, found, allowed);
        }
    }

    public URI url(String key, Optional<String> found) {
        String allowed = "an http or https URL with a host and without user or password";
        if (found.isEmpty()) {
            throw missing(key, allowed);
        }
        // Never shown as a whole: it may hold a password or a key.
        URI url;
        try {
            url = new URI(found.get().strip());
        } catch (URISyntaxException e) {
            throw impossible(key, "no URL", allowed);
        }
        require(url.getRawUserInfo() == null, key, "a URL with a user", allowed);
        require(url.getScheme() != null && url.getHost() != null, key, "no URL with a host", allowed);
        boolean web =
                url.getScheme().equalsIgnoreCase("http") || url.getScheme().equalsIgnoreCase("https");
        require(web, key, url.getScheme() + "://" + url.getHost(), allowed);
        require(url.getPort() != 0 && url.getPort() <= LAST_PORT, key, "port " + url.getPort(), "a port up to 65535");
        return url;
    }

    /** A place in a JSON value. */
    public JsonPointer pointer(String key, String found) {
        String allowed = "a JSON Pointer: empty for the whole, or names that each begin with /";
        // Jackson lets any ~ pass.
        require(!found.matches(".*~([^01].*)?"), key, found, allowed);
        try {
            return JsonPointer.compile(found);
        } catch (IllegalArgumentException e) {
            throw impossible(key, found, allowed);
        }
    }

    Channel channel(String key, Optional<String> found) {
        if (found.isEmpty()) {
            throw missing(key, "the channel to write to, such as rates:eur");
        }
        try {
            return new Channel(found.get());
        } catch (Invalid e) {
            throw impossible(key, found.get(), "namespace or namespace:id (" + e.getMessage() + ")");
        }
    }

    public Map<String, String> headers(String key, Map<String, String> found) {
        found.forEach((name, value) -> {
            try {
                HttpRequest.newBuilder(ANY).header(name, value);
            } catch (IllegalArgumentException e) {
                // The value is a secret.
                throw impossible(key + name, "not shown", "a header that may be set, with a value on one line");
            }
        });
        return found;
    }

    Map<JsonPointer, Double> deadBands(String key, Map<String, String> found) {
        Map<JsonPointer, Double> bands = new HashMap<>();
        found.forEach((place, text) -> {
            String whole = key + '"' + place + '"';
            require(!place.isEmpty(), whole, place, "a JSON Pointer to a number as its name");
            String allowed = "a number greater than 0";
            double band = number(whole, text, allowed);
            require(band > 0 && !Double.isInfinite(band), whole, text, allowed);
            bands.put(pointer(whole, place), band);
        });
        return bands;
    }
}
