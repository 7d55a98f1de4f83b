package dev.tidings.connection;

import dev.tidings.protocol.CloseCode;

/**
 * The end of a connection, as its client is told it.
 *
 * @param code why
 * @param status of the close frame (RFC 6455, section 7.4), where there is one
 * @param reason for people
 */
public record Closing(CloseCode code, int status, String reason) {}
