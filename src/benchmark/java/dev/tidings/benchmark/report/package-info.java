/** Tables and plots, made of the rows of all rounds. */
@NullMarked
package dev.tidings.benchmark.report;

import org.jspecify.annotations.NullMarked;
