package dev.tidings.event;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.util.regex.Pattern;

/** Says why something is not JSON. */
public final class Malformed {
    /** What a parser says of itself: where its limits are set, where it saw a beginning, how it could be made to take more. */
    private static final Pattern OF_THE_PARSER = Pattern.compile(
            "\\s*\\(start marker at \\[[^\\]]*\\]\\)|, from `[^`]*`|: enable `[^`]*` to allow|: not allowed as per `[^`]*`"
                    + "|: maybe a .*| \\(code \\d+\\)");

    private Malformed() {}

    /** In words for whoever wrote it: what is wrong, and in which line and column. */
    public static String why(JsonProcessingException failure) {
        JsonLocation at = failure.getLocation();
        return at == null
                ? what(failure)
                : what(failure) + " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
    }

    private static String what(JsonProcessingException failure) {
        if (failure instanceof JsonEOFException) {
            return "it ends too early";
        }
        String said = OF_THE_PARSER
                .matcher(String.valueOf(failure.getOriginalMessage()))
                .replaceAll("");
        boolean plain = !said.isEmpty() && said.indexOf('`') < 0 && !said.contains("[Source");
        return plain ? Character.toLowerCase(said.charAt(0)) + said.substring(1) : "something there is malformed";
    }
}
