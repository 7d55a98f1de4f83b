/** What all calls have in common: how they are let in, what they ask with, and how they are refused. */
@NullMarked
package dev.tidings.api.call;

import org.jspecify.annotations.NullMarked;
