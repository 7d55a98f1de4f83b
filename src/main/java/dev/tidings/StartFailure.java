package dev.tidings;

import io.quarkus.runtime.QuarkusBindException;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigValidationException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

/**
 * Why the service does not start: of what somebody configured, one line each that names the key, what was found and what is allowed;
 * of anything else, which is a fault of ours, all that is known.
 */
final class StartFailure {
    private static final Pattern NOT_CONVERTED = Pattern.compile(
            "SRCFG00039: The config property (\\S+) with the config value \"(.*?)\" threw an Exception whilst being"
                    + " converted(.*)",
            Pattern.DOTALL);
    private static final Pattern REQUIRED =
            Pattern.compile("SRCFG00014: The config property (\\S+) is required but.*", Pattern.DOTALL);
    private static final Pattern UNKNOWN =
            Pattern.compile("SRCFG00050: (\\S+) in (.*) does not map to any root", Pattern.DOTALL);
    private static final Pattern CODE = Pattern.compile("\\bSRCFG\\d{5}: ");
    private static final Pattern EXCEPTION_NAME = Pattern.compile("^([a-z]\\w*\\.)+[A-Z]\\w*(Exception|Error): ");
    private static final Pattern NOT_BOUND =
            Pattern.compile("^bind\\(|Address already in use|assign requested address");
    private static final int LONGEST = 1000;
    private static final int DEEPEST = 20;

    private StartFailure() {}

    /** What to print, each line with its end. */
    static String describe(Throwable failure) {
        Set<String> lines = new LinkedHashSet<>();
        Throwable each = failure;
        for (int depth = 0; each != null && depth < DEEPEST && lines.isEmpty(); depth++) {
            lines.addAll(lines(each));
            each = each.getCause();
        }
        if (lines.isEmpty()) {
            StringWriter all = new StringWriter();
            failure.printStackTrace(new PrintWriter(all));
            return all.toString();
        }
        return String.join(System.lineSeparator(), lines) + System.lineSeparator();
    }

    /** Nothing for what is not known to be about a setting. */
    private static Set<String> lines(Throwable failure) {
        Set<String> lines = new LinkedHashSet<>();
        switch (failure) {
            case ConfigValidationException invalid -> {
                for (int i = 0; i < invalid.getProblemCount(); i++) {
                    lines.add(line(invalid.getProblem(i).getMessage()));
                }
            }
            case QuarkusBindException taken -> lines.add(taken(taken));
            case IOException io
            when NOT_BOUND.matcher(String.valueOf(io.getMessage())).find() -> lines.add(notBound(io));
            case ConfigurationException wrong -> lines.add(line(wrong.getMessage()));
            default -> {
                String message = failure.getMessage();
                if (message != null && CODE.matcher(message).find()) {
                    lines.add(line(message));
                }
            }
        }
        return lines;
    }

    private static String taken(QuarkusBindException failure) {
        return QuarkusBindException.isKnownHost(failure.getHost())
                ? "quarkus.http.port: found " + failure.getPort()
                        + ", which another process listens on, allowed is a port that is free"
                : "quarkus.http.host: found " + failure.getHost()
                        + ", allowed is an address of this machine, or 0.0.0.0";
    }

    /** With Linux's own epoll Quarkus does not say which port it was. */
    private static String notBound(IOException failure) {
        Config config = ConfigProvider.getConfig();
        String where = Stream.of("quarkus.http.host", "quarkus.http.port", "quarkus.http.ssl-port")
                .flatMap(key -> config.getOptionalValue(key, String.class).map(value -> key + '=' + value).stream())
                .collect(Collectors.joining(", "));
        return plain("quarkus.http.port: found " + where + ", where it cannot listen (" + reasonOf(failure)
                + "), allowed are an address of this machine and a port that is free");
    }

    private static String reasonOf(IOException failure) {
        String message = String.valueOf(failure.getMessage());
        return message.substring(message.lastIndexOf(": ") + (message.contains(": ") ? 2 : 1));
    }

    private static String line(@Nullable String message) {
        String text = EXCEPTION_NAME.matcher(String.valueOf(message)).replaceFirst("");
        Matcher found = NOT_CONVERTED.matcher(text);
        if (found.matches()) {
            return plain(found.group(1) + ": found \"" + found.group(2) + "\"," + reason(found.group(3)));
        }
        found = REQUIRED.matcher(text);
        if (found.matches()) {
            return found.group(1) + ": not set, but needed";
        }
        found = UNKNOWN.matcher(text);
        if (found.matches()) {
            return plain(found.group(1) + ": there is no such setting" + KnownSettings.instead(found.group(1)));
        }
        return plain(text);
    }

    private static String reason(String text) {
        String plain = EXCEPTION_NAME.matcher(plain(text)).replaceFirst("");
        return plain.isEmpty() ? " which cannot be read" : ' ' + plain;
    }

    /** One line, without codes of the libraries. */
    private static String plain(String text) {
        String line = CODE.matcher(text).replaceAll("").replaceAll("\\s+", " ").strip();
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
    }
}
