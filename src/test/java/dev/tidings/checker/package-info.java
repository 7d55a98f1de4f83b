/**
 * Whether the promises hold when things break: real instances under load while faults are injected, a history of all that was
 * said, and a verifier that reads it. See docs/reliability.md.
 */
package dev.tidings.checker;
