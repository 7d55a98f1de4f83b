package dev.tidings.alert;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.tidings.event.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Looks through a payload's text once for several {@link FieldTree}s: those of patterns that overlap. What none of them looks
 * for is skipped.
 */
final class FieldScan {
    private final JsonParser parser;
    private final Consumer<AlertRule> found;

    private FieldScan(JsonParser parser, Consumer<AlertRule> found) {
        this.parser = parser;
        this.found = found;
    }

    /** @throws IOException when it is no JSON; some rules may have been given already */
    static void of(Json payload, List<FieldTree> trees, Consumer<AlertRule> found) throws IOException {
        try (JsonParser parser = Json.MAPPER.createParser(payload.utf8())) {
            new FieldScan(parser, found).look(parser.nextToken(), trees);
        }
    }

    /** Leaves the parser at the last token of the value. */
    private void look(JsonToken token, List<FieldTree> places) throws IOException {
        boolean inside = false;
        for (int i = 0; i < places.size(); i++) {
            FieldTree place = places.get(i);
            place.others().forEach(found);
            inside |= place.looksInside();
        }
        switch (token) {
            case VALUE_STRING -> lookAtText(places);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> lookAtNumber(places);
            case START_OBJECT -> {
                if (inside) {
                    lookIntoObject(places);
                } else {
                    parser.skipChildren();
                }
            }
            case START_ARRAY -> {
                if (inside) {
                    lookIntoArray(places);
                } else {
                    parser.skipChildren();
                }
            }
            default -> {
                // Nothing is filed under true, false and null.
            }
        }
    }

    private void lookAtText(List<FieldTree> places) throws IOException {
        for (int i = 0; i < places.size(); i++) {
            FieldTree place = places.get(i);
            if (place.looksAtTexts()) {
                place.findByText(parser.getText(), found);
            }
        }
    }

    private void lookAtNumber(List<FieldTree> places) throws IOException {
        for (int i = 0; i < places.size(); i++) {
            FieldTree place = places.get(i);
            if (place.looksAtNumbers()) {
                place.findByNumber(parser.getDoubleValue() + 0.0, found);
            }
        }
    }

    private void lookIntoObject(List<FieldTree> places) throws IOException {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            List<FieldTree> inner = members(places, parser.currentName());
            lookOrSkip(parser.nextToken(), inner);
        }
    }

    private void lookIntoArray(List<FieldTree> places) throws IOException {
        int index = 0;
        for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
            lookOrSkip(next, members(places, Integer.toString(index++)));
        }
    }

    private void lookOrSkip(JsonToken token, List<FieldTree> places) throws IOException {
        if (places.isEmpty()) {
            parser.skipChildren();
        } else {
            look(token, places);
        }
    }

    private static List<FieldTree> members(List<FieldTree> places, String name) {
        if (places.size() == 1) {
            FieldTree member = places.getFirst().member(name);
            return member == null ? List.of() : List.of(member);
        }
        List<FieldTree> members = List.of();
        for (int i = 0; i < places.size(); i++) {
            FieldTree member = places.get(i).member(name);
            if (member != null) {
                members = members.isEmpty() ? new ArrayList<>(places.size()) : members;
                members.add(member);
            }
        }
        return members;
    }
}
