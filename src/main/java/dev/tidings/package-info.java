/** Start-up, wiring, health and metrics: where the stages are put together. */
@NullMarked
package dev.tidings;

import org.jspecify.annotations.NullMarked;
