/** The servers that are measured: how each is started, subscribed to and published to. */
@NullMarked
package dev.tidings.benchmark.peer;

import org.jspecify.annotations.NullMarked;
