package dev.tidings.command.tmux;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.event.Invalid;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What a command for tmux is given. Nothing in it can be taken for an option, for another command, or for a format, in which
 * tmux would run a program.
 */
final class Arguments {
    private static final int MAX_TEXT_BYTES = 8192;
    private static final int MAX_KEYS = 100;
    private static final int MAX_CELLS = 10_000;
    private static final int LONGEST_DIRECTORY = 4096;
    private static final Pattern PANE = Pattern.compile("%\\d{1,9}");
    private static final Pattern KEY = Pattern.compile("([CMS]-){0,3}([!-~]|Enter|Escape|Tab|BTab|BSpace|Space|Up|Down"
            + "|Left|Right|Home|End|PageUp|PageDown|PPage|NPage|IC|DC|F[1-9]|F1[0-2])");

    private final JsonNode args;

    /** @throws Invalid when there are other arguments than these */
    Arguments(JsonNode args, String... allowed) {
        if (!args.isObject() && !args.isNull()) {
            throw invalid("args is an object");
        }
        Set<String> others = new TreeSet<>();
        args.fieldNames().forEachRemaining(others::add);
        others.removeAll(Set.of(allowed));
        if (!others.isEmpty()) {
            throw invalid("args are " + String.join(", ", allowed));
        }
        this.args = args;
    }

    /** @throws Invalid when there are any */
    static void requireNone(JsonNode args) {
        if (!args.isNull() && !(args.isObject() && args.isEmpty())) {
            throw invalid("there are no args");
        }
    }

    /** What is to be typed as it is; empty for nothing. */
    String text() {
        JsonNode text = args.path("text");
        if (text.isMissingNode()) {
            return "";
        }
        boolean possible = text.isTextual()
                && text.textValue().getBytes(StandardCharsets.UTF_8).length <= MAX_TEXT_BYTES
                && text.textValue().chars().allMatch(c -> c == '\t' || c == '\n' || !Character.isISOControl(c));
        if (!possible) {
            throw invalid("text is a string of at most " + MAX_TEXT_BYTES
                    + " bytes without control characters but tab and newline; keys are for the others");
        }
        return text.textValue();
    }

    /** Keys to be pressed after that, by tmux's names. */
    List<String> keys() {
        JsonNode keys = args.path("keys");
        List<String> names = new ArrayList<>();
        keys.forEach(key -> names.add(key.isTextual() ? key.textValue() : ""));
        boolean possible = (keys.isMissingNode() || keys.isArray())
                && names.size() <= MAX_KEYS
                && names.stream().allMatch(name -> KEY.matcher(name).matches());
        if (!possible) {
            throw invalid("keys is a list of at most " + MAX_KEYS
                    + " names of keys, such as Enter, Escape, Up, F1, C-c, M-x or a character");
        }
        return names;
    }

    /** The pane that is meant; the session's active one otherwise. */
    Optional<String> pane() {
        JsonNode pane = args.path("pane");
        if (pane.isMissingNode()) {
            return Optional.empty();
        }
        if (!pane.isTextual() || !PANE.matcher(pane.textValue()).matches()) {
            throw invalid("pane is the id of a pane, such as %3");
        }
        return Optional.of(pane.textValue());
    }

    Optional<String> directory() {
        JsonNode directory = args.path("directory");
        if (directory.isMissingNode()) {
            return Optional.empty();
        }
        boolean possible = directory.isTextual()
                && directory.textValue().startsWith("/")
                && directory.textValue().length() <= LONGEST_DIRECTORY
                && directory.textValue().chars().noneMatch(c -> c == '#' || Character.isISOControl(c));
        if (!possible) {
            throw invalid("directory is an absolute path without # and control characters");
        }
        if (!isThere(directory.textValue())) {
            // tmux itself would say nothing, and begin somewhere else.
            throw invalid("there is no such directory: " + Invalid.shown(directory.textValue()));
        }
        return Optional.of(directory.textValue());
    }

    private static boolean isThere(String directory) {
        try {
            return Files.isDirectory(Path.of(directory));
        } catch (InvalidPathException noPath) {
            return false;
        }
    }

    /** A number of columns or lines. */
    Optional<String> cells(String name) {
        JsonNode cells = args.path(name);
        if (cells.isMissingNode()) {
            return Optional.empty();
        }
        boolean possible = cells.isIntegralNumber()
                && cells.canConvertToInt()
                && cells.intValue() >= 1
                && cells.intValue() <= MAX_CELLS;
        if (!possible) {
            throw invalid(name + " is a whole number from 1 to " + MAX_CELLS);
        }
        return Optional.of(cells.asText());
    }

    static Invalid invalid(String message) {
        return new Invalid(Invalid.What.MESSAGE, message);
    }
}
