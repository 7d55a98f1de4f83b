/** Watches JSON documents that are got by HTTP. */
@NullMarked
package dev.tidings.source.http;

import org.jspecify.annotations.NullMarked;
