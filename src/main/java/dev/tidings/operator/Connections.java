package dev.tidings.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.cluster.Cluster;
import dev.tidings.protocol.CloseCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The connections of all instances, one tenant's at a time. Safe on any thread. */
public final class Connections {
    /** The longest page. */
    public static final int MAX_LIMIT = 1000;

    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final String TOPIC = "connections";

    private final OpenConnections live;
    private final Inquiry inquiry;

    /** @param executor answers other instances */
    public Connections(Cluster cluster, OpenConnections live, Executor executor) {
        this.live = live;
        this.inquiry = new Inquiry(cluster, TOPIC, this::answer, PATIENCE, executor);
    }

    /**
     * Which connections to list.
     *
     * @param subject only those of this one; null for all
     * @param behind true for those only that have not been given all that there is
     * @param after only ids greater than this; empty for the first
     * @param limit at most so many, 1 to {@link #MAX_LIMIT}
     */
    public record Selection(String tenant, @Nullable String subject, boolean behind, String after, int limit) {}

    /**
     * Some connections, in the order of their ids.
     *
     * @param next the id to go on after; null when there are no more
     * @param complete false when an instance did not answer: then its connections are not there
     */
    public record Page(List<Listed> items, @Nullable String next, boolean complete) {}

    /**
     * How many connections have been sent away.
     *
     * @param complete false when an instance did not answer: then it may have some left
     */
    public record Disconnected(int count, boolean complete) {}

    /** Lists connections of all instances. */
    public CompletionStage<Page> list(Selection selection) {
        ObjectNode question = question("list", selection.tenant())
                .put("behind", selection.behind())
                .put("after", selection.after())
                .put("limit", selection.limit());
        if (selection.subject() != null) {
            question.put("subject", selection.subject());
        }
        return inquiry.ask(question).thenApply(answers -> page(answers, selection.limit()));
    }

    private static Page page(Inquiry.Answers answers, int limit) {
        List<Listed> all = new ArrayList<>();
        answers.bodies().forEach(body -> body.path("items").forEach(item -> all.add(Listed.read(item))));
        all.sort(Comparator.comparing(Listed::connection));
        if (all.size() <= limit) {
            return new Page(all, null, answers.complete());
        }
        List<Listed> items = List.copyOf(all.subList(0, limit));
        return new Page(items, items.getLast().connection(), answers.complete());
    }

    /** Sends a connection away, wherever it is. */
    public CompletionStage<Disconnected> disconnect(String tenant, String connection) {
        return disconnect(question("disconnect", tenant).put("connection", connection));
    }

    /** Sends all connections of a subject away. */
    public CompletionStage<Disconnected> disconnectSubject(String tenant, String subject) {
        return disconnect(question("disconnect", tenant).put("subject", subject));
    }

    private CompletionStage<Disconnected> disconnect(ObjectNode question) {
        return inquiry.ask(question)
                .thenApply(answers -> new Disconnected(
                        answers.bodies().stream()
                                .mapToInt(body -> body.path("count").asInt())
                                .sum(),
                        answers.complete()));
    }

    private static ObjectNode question(String wish, String tenant) {
        return JsonNodeFactory.instance.objectNode().put("wish", wish).put("tenant", tenant);
    }

    private ObjectNode answer(ObjectNode question) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        if (question.path("wish").asText().equals("list")) {
            ArrayNode items = answer.putArray("items");
            // One more than asked for tells that there are more.
            selected(question)
                    .limit(question.path("limit").asInt() + 1L)
                    .forEach(each -> Listed.of(each).write(items.addObject()));
        } else {
            List<OpenConnection> meant = meant(question).toList();
            meant.forEach(each -> each.disconnect(CloseCode.DISCONNECTED, CloseCode.DISCONNECTED.reason()));
            answer.put("count", meant.size());
        }
        return answer;
    }

    private Stream<OpenConnection> selected(ObjectNode question) {
        boolean behind = question.path("behind").asBoolean();
        return live.after(
                        question.path("tenant").asText(), question.path("after").asText())
                .filter(ofSubject(question.path("subject")))
                .filter(each -> !behind || each.load().isBehind());
    }

    private Stream<OpenConnection> meant(ObjectNode question) {
        String tenant = question.path("tenant").asText();
        return question.has("connection")
                ? Stream.ofNullable(
                        live.find(tenant, question.path("connection").asText()))
                : live.after(tenant, "").filter(ofSubject(question.path("subject")));
    }

    private static Predicate<OpenConnection> ofSubject(JsonNode subject) {
        return each -> subject.isMissingNode() || each.caller().subject().equals(subject.asText());
    }
}
