/** Bugs, seeded between the service and its clients, to see that each is found. */
package dev.tidings.checker.bug;
