/** What is measured, one class for each kind of scenario. */
@NullMarked
package dev.tidings.benchmark.scenario;

import org.jspecify.annotations.NullMarked;
