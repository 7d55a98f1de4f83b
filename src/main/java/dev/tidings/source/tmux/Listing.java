package dev.tidings.source.tmux;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Reads what tmux prints for {@link Field#FORMAT}. */
final class Listing {
    private Listing() {}

    /**
     * The panes listed. A value may hold anything, line breaks too: a record ends with its last field, not with its line.
     *
     * @throws IllegalArgumentException when the text is not such a list
     */
    static List<PaneRow> parse(String text) {
        int fields = Field.values().length;
        List<PaneRow> rows = new ArrayList<>();
        List<String> values = new ArrayList<>(fields);
        StringBuilder value = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                value.append(text.charAt(++i));
            } else if (c == '|') {
                values.add(value.toString());
                value.setLength(0);
                if (values.size() == fields) {
                    rows.add(row(values));
                    values.clear();
                    if (++i < text.length() && text.charAt(i) != '\n') {
                        throw new IllegalArgumentException("a pane has more fields than were asked for");
                    }
                }
            } else {
                value.append(c);
            }
        }
        if (!values.isEmpty() || !value.isEmpty()) {
            throw new IllegalArgumentException("a pane has fewer fields than were asked for");
        }
        return rows;
    }

    private static PaneRow row(List<String> values) {
        Map<Field, String> byField = new EnumMap<>(Field.class);
        for (Field field : Field.values()) {
            byField.put(field, values.get(byField.size()));
        }
        PaneRow row = new PaneRow(byField);
        if (!row.session().startsWith("$")
                || !row.window().startsWith("@")
                || !row.pane().startsWith("%")) {
            throw new IllegalArgumentException("a pane is listed without its ids");
        }
        return row;
    }
}
