package dev.tidings.graphql;

import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.Refusal;
import graphql.language.Document;
import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.OperationDefinition;
import graphql.language.Selection;
import graphql.language.SelectionSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How much a document asks for when its fragments are put where they belong. A few that spread each other twice are millions of
 * fields: it is found out here without putting them there.
 */
final class Weight {
    /** The introspection that tools ask for has less than 200. */
    static final long MOST = 1_000;

    private final Map<String, SelectionSet> fragments = new HashMap<>();
    private final Map<String, Long> known = new HashMap<>();

    private Weight(Document document) {
        document.getDefinitionsOfType(FragmentDefinition.class)
                .forEach(each -> fragments.put(each.getName(), each.getSelectionSet()));
    }

    /**
     * @param document that is valid: its fragments make no circle
     * @throws CallRefused when an operation of it asks for too much
     */
    static void check(Document document) {
        Weight weight = new Weight(document);
        for (OperationDefinition each : document.getDefinitionsOfType(OperationDefinition.class)) {
            if (weight.of(each.getSelectionSet()) > MOST) {
                throw new CallRefused(new Refusal(
                        ErrorCode.INVALID_MESSAGE,
                        "an operation asks for at most " + MOST
                                + " things, those in fragments each time they are spread"));
            }
        }
    }

    private long of(@Nullable SelectionSet set) {
        long sum = 0;
        if (set != null) {
            for (Selection<?> each : set.getSelections()) {
                // Sums of what is bounded, so that they never overflow.
                sum = Math.min(MOST + 1, sum + 1 + of(each));
            }
        }
        return sum;
    }

    private long of(Selection<?> selection) {
        return switch (selection) {
            case Field field -> of(field.getSelectionSet());
            case InlineFragment inline -> of(inline.getSelectionSet());
            case FragmentSpread spread -> ofFragment(spread.getName());
            default -> 0;
        };
    }

    private long ofFragment(String name) {
        Long weight = known.get(name);
        if (weight == null) {
            weight = of(fragments.get(name));
            known.put(name, weight);
        }
        return weight;
    }
}
