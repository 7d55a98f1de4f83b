/** Instances, what they keep their log in, and the network between, all of which can be broken and mended. */
package dev.tidings.checker.cluster;
