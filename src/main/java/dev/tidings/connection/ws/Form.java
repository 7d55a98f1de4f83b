package dev.tidings.connection.ws;

import dev.tidings.protocol.EventForm;

/**
 * In which form a connection gets its messages. Connections of the same form share what was encoded once.
 *
 * @param events how events look before they are encoded
 * @param compressed by permessage-deflate (RFC 7692)
 */
public record Form(EventForm events, Encoding encoding, boolean compressed) {}
