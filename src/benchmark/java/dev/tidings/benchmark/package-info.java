/** Measures the packaged service beside other servers: options, the machine, and the run through all of it. */
@NullMarked
package dev.tidings.benchmark;

import org.jspecify.annotations.NullMarked;
