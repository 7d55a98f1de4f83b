/**
 * GraphQL at {@code /graphql}: subscriptions over WebSocket by the sub-protocol {@code graphql-transport-ws}, each an operation
 * with its own events; queries and mutations there and by {@code POST}. Documents are read and checked by graphql-java;
 * events are put into a subscription's form by what its selection was made into once, not by executing it again.
 */
@NullMarked
package dev.tidings.graphql;

import org.jspecify.annotations.NullMarked;
