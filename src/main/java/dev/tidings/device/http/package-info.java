/** Devices that are HTTP servers, or are behind one. */
@NullMarked
package dev.tidings.device.http;

import org.jspecify.annotations.NullMarked;
