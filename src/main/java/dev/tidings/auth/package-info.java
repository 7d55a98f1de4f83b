/** Who is calling and what they may do: tokens, permissions and the checks of a handshake. */
@NullMarked
package dev.tidings.auth;

import org.jspecify.annotations.NullMarked;
