package dev.tidings.source;

import com.fasterxml.jackson.core.JsonPointer;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Checks configured values, and says of an impossible one which key it has, what was found and what is allowed.
 *
 * @param prefix of all keys
 */
record Keys(String prefix) {
    private static final URI ANY = URI.create("http://localhost/");

    void require(boolean holds, String key, Object found, String allowed) {
        if (!holds) {
            throw impossible(key, found, allowed);
        }
    }

    IllegalArgumentException impossible(String key, Object found, String allowed) {
        String shown = String.valueOf(found).replaceAll("\\p{Cntrl}", "?");
        return new IllegalArgumentException(prefix + key + " is \"" + shown + "\"; allowed is " + allowed);
    }

    IllegalArgumentException missing(String key, String allowed) {
        return new IllegalArgumentException(prefix + key + " is missing; allowed is " + allowed);
    }

    Duration between(String key, Duration found, Duration least, Duration most) {
        require(
                found.compareTo(least) >= 0 && found.compareTo(most) <= 0,
                key,
                found.toMillis() + "ms",
                least.toMillis() + "ms to " + most.toMillis() + "ms");
        return found;
    }

    URI url(String key, Optional<String> found) {
        String allowed = "an http or https URL with a host and without user or password";
        if (found.isEmpty()) {
            throw missing(key, allowed);
        }
        URI url;
        try {
            url = new URI(found.get().strip());
        } catch (URISyntaxException e) {
            // Not shown: it may hold a password.
            throw impossible(key, "no URL", allowed);
        }
        require(url.getRawUserInfo() == null, key, "a URL with a user", allowed);
        boolean web = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
        require(web && url.getHost() != null, key, url.getScheme() + "://" + url.getHost(), allowed);
        return url;
    }

    JsonPointer pointer(String key, String found) {
        String allowed = "a JSON Pointer: empty for the whole, or names that each begin with /";
        // Jackson lets any ~ pass.
        require(!found.matches(".*~([^01].*)?"), key, found, allowed);
        try {
            return JsonPointer.compile(found);
        } catch (IllegalArgumentException e) {
            throw impossible(key, found, allowed);
        }
    }

    Map<String, String> headers(String key, Map<String, String> found) {
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

    Map<JsonPointer, Double> deadBands(String key, Map<String, Double> found) {
        Map<JsonPointer, Double> bands = new HashMap<>();
        found.forEach((place, band) -> {
            String whole = key + '"' + place + '"';
            require(!place.isEmpty(), whole, place, "a JSON Pointer to a number as its name");
            require(band > 0 && !Double.isInfinite(band), whole, band, "a number greater than 0");
            bands.put(pointer(whole, place), band);
        });
        return bands;
    }
}
