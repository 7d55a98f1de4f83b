/** Commands: from whoever gives them to one of those who answer them, on whatever instance, and back once. */
@NullMarked
package dev.tidings.command;

import org.jspecify.annotations.NullMarked;
