/** What operators see and do. */
@NullMarked
package dev.tidings.api.operator;

import org.jspecify.annotations.NullMarked;
