package dev.tidings.socketio;

/** Reads what clients send, as connections do. */
public final class SocketIoParsers {
    private SocketIoParsers() {}

    /** Takes a posted body to its last packet. */
    public static void packets(String body) {
        EnginePacket.cut(body, text -> {
            try {
                EnginePacket packet = EnginePacket.parse(text);
                return packet.type() != EnginePacket.Type.MESSAGE
                        || !SocketPacketReader.read(packet.data()).namespace().isEmpty();
            } catch (BadPacket refused) {
                return false;
            }
        });
    }
}
