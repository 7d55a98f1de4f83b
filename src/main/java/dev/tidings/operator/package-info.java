/**
 * What operators see and do: the connections of all instances, and the tokens that are revoked.
 *
 * <p>Each transport has its connections noted in {@link dev.tidings.operator.OpenConnections}; {@link
 * dev.tidings.operator.Connections} asks all instances about theirs. Revoked tokens are state in channels of the log that no
 * token can name: every instance follows them, so they reach all of them and outlive each.
 */
@NullMarked
package dev.tidings.operator;

import org.jspecify.annotations.NullMarked;
