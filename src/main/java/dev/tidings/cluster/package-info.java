/** The instances of a cluster and the notes they pass to one another, for what is no event of the log. */
@NullMarked
package dev.tidings.cluster;

import org.jspecify.annotations.NullMarked;
