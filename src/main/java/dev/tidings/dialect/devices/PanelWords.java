package dev.tidings.dialect.devices;

import dev.tidings.connection.Conversation;
import dev.tidings.connection.Said;
import dev.tidings.dialect.Words;
import dev.tidings.event.ChannelPattern;
import dev.tidings.event.Invalid;
import dev.tidings.protocol.ClientMessage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads what a panel says. Whatever it says is something: what makes no sense is an answer with the code that panels know. */
final class PanelWords {
    private static final int MAX_DEVICE = 128;
    private static final int MAX_TOKEN = 20 * 1024;

    private final DevicesDialect panel;

    PanelWords(DevicesDialect panel) {
        this.panel = panel;
    }

    Said read(String text) {
        Words words;
        try {
            words = Words.of(text);
        } catch (Invalid invalid) {
            return error("invalid_json", String.valueOf(invalid.getMessage()));
        }
        String action = words.action();
        return switch (action) {
            case "subscribe" -> aboutDevice(action, words, Following::choose);
            case "unsubscribe" -> aboutDevice(action, words, panel::unsubscribe);
            case "get_status" -> aboutDevice(action, words, panel::status);
            case "get_all_status" -> said(action, panel::statusOfAll);
            case "authenticate" -> authenticate(words.text("token"));
            default ->
                error(
                        "invalid_action",
                        "action is one of subscribe unsubscribe get_status get_all_status authenticate");
        };
    }

    private Said aboutDevice(String action, Words words, BiConsumer<ChannelPattern, Conversation> deed) {
        String device = words.text("device_id");
        if (device == null || device.isEmpty()) {
            return error("missing_device_id", "device_id is missing, or is not a string");
        }
        ChannelPattern channel;
        try {
            channel = Following.device(device);
        } catch (Invalid impossible) {
            String shown = device.length() > MAX_DEVICE ? device.substring(0, MAX_DEVICE) + "…" : device;
            return said("bad", session -> panel.say(DeviceWords.notFound(shown), session));
        }
        return said(action, session -> deed.accept(channel, session));
    }

    private Said authenticate(@Nullable String token) {
        if (token == null || token.length() > MAX_TOKEN) {
            return error("unauthenticated", "token is a JSON Web Token, a string");
        }
        return Said.of(new ClientMessage.Authenticate("authenticate", token));
    }

    private Said error(String code, String message) {
        return said("bad", session -> panel.say(DeviceWords.error(code, message), session));
    }

    private static Said said(String type, Consumer<Conversation> deed) {
        return new Said(type, null, deed);
    }
}
