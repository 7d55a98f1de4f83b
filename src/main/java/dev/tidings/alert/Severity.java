package dev.tidings.alert;

import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How much an alert matters. */
public enum Severity {
    INFO,
    WARNING,
    CRITICAL;

    /** As on the wire: lower case. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The one of that name; null when there is none. */
    public static @Nullable Severity of(String text) {
        return Arrays.stream(values())
                .filter(each -> each.text().equals(text))
                .findFirst()
                .orElse(null);
    }
}
