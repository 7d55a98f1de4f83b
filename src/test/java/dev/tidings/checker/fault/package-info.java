/** What is broken, and when: both follow from a seed. */
package dev.tidings.checker.fault;
