/**
 * REST under {@code /api/v1}, a package for each subject; {@code call} has what all calls share.
 *
 * <p>Thread rule: resources run on event loops and do not wait; what takes time is answered when it completes.
 */
@NullMarked
package dev.tidings.api;

import org.jspecify.annotations.NullMarked;
