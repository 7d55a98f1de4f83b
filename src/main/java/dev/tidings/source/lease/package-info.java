/** Leases: who of several instances does what only one may do. */
@NullMarked
package dev.tidings.source.lease;

import org.jspecify.annotations.NullMarked;
