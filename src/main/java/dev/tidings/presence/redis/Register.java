package dev.tidings.presence.redis;

import dev.tidings.log.LogUnavailable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The members that this instance has in one shard, and for which of them it is not known whether Redis has it so. What was
 * wanted and is not wanted any more stays unsure until Redis has heard of it.
 */
final class Register {
    private final int shard;
    private final Map<String, Wanted> wanted = new HashMap<>();
    private final SequencedSet<String> unsure = new LinkedHashSet<>();
    private List<Word> saying = List.of();
    private long changes;

    /** A member as it should be. */
    private record Wanted(String details, CompletableFuture<Void> answer) {}

    /** What is being said of one member; it should not be there when nothing is wanted. */
    record Word(String place, @Nullable Wanted wanted) {
        /** For the script. */
        String details() {
            return wanted == null ? "" : wanted.details();
        }
    }

    Register(int shard) {
        this.shard = shard;
    }

    int shard() {
        return shard;
    }

    boolean wants(String place) {
        return wanted.containsKey(place);
    }

    int size() {
        return wanted.size();
    }

    /** Grows with everything that happens here. */
    long changes() {
        return changes;
    }

    /** True when Redis should have exactly what is wanted. */
    boolean isSettled() {
        return unsure.isEmpty() && saying.isEmpty();
    }

    void want(String place, String details, CompletableFuture<Void> answer) {
        changes++;
        Wanted before = wanted.get(place);
        if (before == null) {
            wanted.put(place, new Wanted(details, answer));
            unsure.add(place);
        } else {
            // What is there already, or on its way.
            var unused = before.answer().whenComplete((done, failure) -> {
                if (failure == null) {
                    answer.complete(null);
                } else {
                    answer.completeExceptionally(failure);
                }
            });
        }
    }

    /** @param why what those are told who still wait for it to be there */
    void forget(String place, String why) {
        changes++;
        Wanted before = wanted.remove(place);
        if (before != null) {
            before.answer().completeExceptionally(new LogUnavailable(why));
            unsure.add(place);
        }
    }

    /** Whatever Redis was told before, it is to be told again. */
    void doubt() {
        changes++;
        unsure.addAll(wanted.keySet());
    }

    /** What is to be said next, at most so much; empty when there is nothing, or when something is being said already. */
    List<Word> next(int most) {
        if (!saying.isEmpty()) {
            return List.of();
        }
        List<Word> words = new ArrayList<>();
        Iterator<String> places = unsure.iterator();
        while (words.size() < most && places.hasNext()) {
            String place = places.next();
            places.remove();
            words.add(new Word(place, wanted.get(place)));
        }
        saying = words;
        return words;
    }

    /** Redis has heard what was being said. */
    void said() {
        changes++;
        List<Word> words = saying;
        saying = List.of();
        for (Word word : words) {
            if (word.wanted() != null) {
                word.wanted().answer().complete(null);
            }
        }
    }

    /** Nobody knows whether Redis has heard what was being said. */
    void unsaid() {
        changes++;
        saying.forEach(word -> unsure.add(word.place()));
        saying = List.of();
    }
}
