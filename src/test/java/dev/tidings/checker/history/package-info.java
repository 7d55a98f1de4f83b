/** What clients said and heard, whether that keeps the promises, and the least of it that shows that it does not. */
package dev.tidings.checker.history;
