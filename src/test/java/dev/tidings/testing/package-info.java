/** What tests need to start the service as its users do and to talk to it over real sockets. */
package dev.tidings.testing;
