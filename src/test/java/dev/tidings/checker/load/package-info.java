/** Clients that publish what can be recognised, and clients that follow it, whatever happens to their connections. */
package dev.tidings.checker.load;
