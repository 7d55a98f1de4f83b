/**
 * Dialects: endpoints for clients that existed before Tidings, each in a package of its own. A dialect translates and has no
 * delivery path: its connections are sessions like any other, see {@link dev.tidings.connection.Dialect}.
 */
@NullMarked
package dev.tidings.dialect;

import org.jspecify.annotations.NullMarked;
