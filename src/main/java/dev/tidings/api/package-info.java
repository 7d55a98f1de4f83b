/**
 * REST under {@code /api/v1}.
 *
 * <p>Thread rule: resources run on event loops and do not wait; what takes time is answered when it completes.
 */
@NullMarked
package dev.tidings.api;

import org.jspecify.annotations.NullMarked;
