package dev.tidings.connection.ws;

/**
 * In which form a connection gets its messages. Connections of the same form share what was encoded once.
 *
 * @param compressed by permessage-deflate (RFC 7692)
 */
record Form(Encoding encoding, boolean compressed) {}
