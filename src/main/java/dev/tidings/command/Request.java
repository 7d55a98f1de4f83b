package dev.tidings.command;

import dev.tidings.event.ChannelKey;
import dev.tidings.protocol.CommandCall;

/**
 * A command before it has its id.
 *
 * @param caller whose commands are counted together: a connection, or a subject of a tenant
 * @param from the caller's subject
 */
public record Request(ChannelKey key, CommandCall call, String caller, String from) {}
