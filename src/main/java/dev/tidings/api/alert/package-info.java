/** Alert rules, and the alerts that they raise. */
@NullMarked
package dev.tidings.api.alert;

import org.jspecify.annotations.NullMarked;
