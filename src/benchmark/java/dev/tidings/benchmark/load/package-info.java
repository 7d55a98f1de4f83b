/** The load generator, a process of its own: connections, what they are sent, and what is measured and checked. */
@NullMarked
package dev.tidings.benchmark.load;

import org.jspecify.annotations.NullMarked;
