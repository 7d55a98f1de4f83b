/** Who may do what. */
@NullMarked
package dev.tidings.api.access;

import org.jspecify.annotations.NullMarked;
