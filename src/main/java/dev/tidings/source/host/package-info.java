/** Watches the machine this process runs on. */
@NullMarked
package dev.tidings.source.host;

import org.jspecify.annotations.NullMarked;
