package dev.tidings.graphql;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.protocol.ClientMessage;
import graphql.language.Document;
import java.util.List;

/** What a request turned out to be. */
sealed interface Prepared {
    /** Nothing that can be done. */
    record Wrong(List<ObjectNode> errors) implements Prepared {}

    /**
     * A subscription.
     *
     * @param request without an id
     * @param words what it wants of each update
     */
    record Stream(ClientMessage.Subscribe request, Projection words) implements Prepared {}

    /** A query or mutation. */
    record Call(Document document, GraphQlRequest request) implements Prepared {}
}
