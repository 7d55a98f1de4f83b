/** Reading and writing what channels retain as their state. */
@NullMarked
package dev.tidings.api.state;

import org.jspecify.annotations.NullMarked;
