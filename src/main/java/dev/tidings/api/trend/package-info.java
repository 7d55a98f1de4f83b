/** How numbers in channels have gone. */
@NullMarked
package dev.tidings.api.trend;

import org.jspecify.annotations.NullMarked;
