/** JMH over pieces of the service; those that only their own package sees are measured there. */
@NullMarked
package dev.tidings.benchmark.inner;

import org.jspecify.annotations.NullMarked;
