package dev.tidings;

import dev.tidings.alert.AlertsConfig;
import dev.tidings.auth.AuthConfig;
import dev.tidings.command.configured.CommandsConfig;
import dev.tidings.connection.ConnectionConfig;
import dev.tidings.device.configured.DevicesConfig;
import dev.tidings.limits.LimitsConfig;
import dev.tidings.log.ChannelsConfig;
import dev.tidings.log.DurableConfig;
import dev.tidings.log.LogConfig;
import dev.tidings.source.PollersConfig;
import dev.tidings.source.mqtt.MqttConfig;
import dev.tidings.trace.TracingConfig;
import io.smallrye.config.ConfigMappings;
import io.smallrye.config.ConfigMappings.ConfigClass;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The names of our settings: for whoever mistypes one. */
final class KnownSettings {
    /** All of them; a test holds them against those that there are. */
    static final List<Class<?>> MAPPINGS = List.of(
            AlertsConfig.class,
            AuthConfig.class,
            ChannelsConfig.class,
            CommandsConfig.class,
            ConnectionConfig.class,
            DevicesConfig.class,
            DurableConfig.class,
            LimitsConfig.class,
            LogConfig.class,
            MqttConfig.class,
            PollersConfig.class,
            TracingConfig.class);

    private static final String PREFIX = "TIDINGS_";

    /** Mistakes that a word of this many letters may have one of. */
    private static final int LETTERS_PER_MISTAKE = 6;

    private KnownSettings() {}

    /** Names, in which a segment {@code *} stands for one that is chosen by whoever sets it. */
    static Collection<String> names() {
        TreeSet<String> names = new TreeSet<>();
        for (Class<?> mapping : MAPPINGS) {
            names.addAll(ConfigMappings.getProperties(ConfigClass.configClass(mapping))
                    .keySet());
        }
        return names;
    }

    /** Words that suggest a setting instead of one that there is not; empty when none is much like it. */
    static String instead(String name) {
        String nearest = nearest(name, names());
        return nearest == null ? "" : ", did you mean " + nearest + '?';
    }

    /**
     * Refuses variables of the environment that are nearly settings of ours: nothing would come of them. Others may well begin with
     * our name, such as those of clients, or those that Kubernetes makes of a Service.
     *
     * @throws IllegalArgumentException with one line that names it
     */
    static void check(Map<String, String> environment) {
        if (environment.keySet().stream().noneMatch(each -> each.startsWith(PREFIX))) {
            return;
        }
        Map<String, String> variables =
                names().stream().collect(Collectors.toMap(KnownSettings::variable, each -> each, (one, other) -> one));
        Pattern known = Pattern.compile(
                variables.keySet().stream().map(each -> each.replace("*", ".+")).collect(Collectors.joining("|")));
        for (String variable : environment.keySet()) {
            if (variable.startsWith(PREFIX) && !known.matcher(variable).matches()) {
                String nearest = nearest(
                        variable,
                        variables.keySet().stream()
                                .filter(each -> !each.contains("*"))
                                .toList());
                if (nearest != null) {
                    throw new IllegalArgumentException(variable + ": there is no such setting, did you mean " + nearest
                            + " (" + variables.get(nearest) + ")?");
                }
            }
        }
    }

    /** As MicroProfile Config finds a name in the environment. */
    private static String variable(String name) {
        return name.replaceAll("[^A-Za-z0-9*]", "_").toUpperCase(Locale.ROOT);
    }

    private static @Nullable String nearest(String found, Collection<String> names) {
        String nearest = null;
        int fewest = 1 + Math.max(1, found.length() / LETTERS_PER_MISTAKE);
        for (String name : names) {
            String like = withChosen(found, name);
            int mistakes = mistakes(found, like);
            if (mistakes < fewest) {
                fewest = mistakes;
                nearest = like;
            }
        }
        return nearest;
    }

    /** The name with the segments that its author chose taken from what was found. */
    private static String withChosen(String found, String name) {
        String[] segments = name.split("\\.", -1);
        String[] given = found.split("\\.", -1);
        for (int i = 0; i < segments.length && i < given.length; i++) {
            if (segments[i].equals("*")) {
                segments[i] = given[i];
            }
        }
        return String.join(".", segments);
    }

    /** Letters to put in, leave out or replace, to make one of the other (Levenshtein). */
    private static int mistakes(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int i = 0; i <= one.length(); i++) {
            int diagonal = i - 1;
            for (int j = 0; j <= other.length(); j++) {
                int above = row[j];
                if (i == 0) {
                    row[j] = j;
                } else if (j == 0) {
                    row[j] = i;
                } else {
                    int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                    row[j] = Math.min(replaced, 1 + Math.min(above, row[j - 1]));
                }
                diagonal = above;
            }
        }
        return row[other.length()];
    }
}
