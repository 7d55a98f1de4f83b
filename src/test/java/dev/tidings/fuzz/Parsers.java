package dev.tidings.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.alert.RuleReader;
import dev.tidings.api.event.EventParsers;
import dev.tidings.event.Channel;
import dev.tidings.event.ChannelKey;
import dev.tidings.event.Event;
import dev.tidings.event.Filter;
import dev.tidings.event.Invalid;
import dev.tidings.event.Json;
import dev.tidings.event.MergePatch;
import dev.tidings.event.Position;
import dev.tidings.protocol.BadMessage;
import dev.tidings.protocol.ClientMessageReader;
import dev.tidings.protocol.MessagePack;
import dev.tidings.socketio.SocketIoParsers;
import dev.tidings.source.poll.ChannelIds;
import dev.tidings.source.tmux.TmuxParsers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Everything that reads what comes from outside, as a target of Jazzer's: the first byte says who reads the rest. A parser may
 * refuse in its own words, and what it takes has to hold what it promises; all else is a finding.
 */
public final class Parsers {
    private static final List<Parser> ALL = List.of(
            Parsers::message,
            Parsers::json,
            Parsers::messagePack,
            Parsers::filter,
            input -> SocketIoParsers.packets(text(input)),
            EventParsers::cloudEvent,
            EventParsers::event,
            input -> TmuxParsers.listing(text(input)),
            Parsers::name,
            Parsers::rule);

    private static final Event EVENT = new Event(
            new ChannelKey("default", new Channel("agent:1")),
            "agent.started",
            "id",
            new Position("e", 1),
            1,
            1,
            Json.parse("{\"a\":[1,\"b\",null],\"n\":1e2}"),
            null);

    private Parsers() {}

    @FunctionalInterface
    private interface Parser {
        void parse(byte[] input);
    }

    /** Called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length > 0) {
            ALL.get(Math.floorMod(input[0] - '0', ALL.size())).parse(Arrays.copyOfRange(input, 1, input.length));
        }
    }

    private static String text(byte[] input) {
        return new String(input, StandardCharsets.UTF_8);
    }

    private static void message(byte[] input) {
        try {
            var unused = ClientMessageReader.read(text(input));
        } catch (BadMessage bad) {
            requirePlain(bad.refusal().message());
        }
    }

    private static void json(byte[] input) {
        try {
            Json json = Json.parse(input);
            JsonNode tree = json.tree();
            require(
                    MergePatch.same(Json.parse(Json.of(tree).utf8()).tree(), tree),
                    "another value when written and read");
            require(json.toString().indexOf('\n') < 0, "more than one line");
        } catch (Invalid refused) {
            requirePlain(String.valueOf(refused.getMessage()));
        }
    }

    private static void messagePack(byte[] input) {
        String json;
        try {
            json = MessagePack.toJson(input);
        } catch (Invalid refused) {
            return;
        }
        String again = repacked(json);
        require(repacked(again).equals(again), "another value when packed and unpacked");
    }

    private static String repacked(String json) {
        return MessagePack.toJson(MessagePack.pack(json.getBytes(StandardCharsets.UTF_8)));
    }

    private static void filter(byte[] input) {
        try {
            JsonNode tree = Json.parse(input).tree();
            Filter filter = Filter.parse(tree);
            require(filter.equals(Filter.parse(tree)), "two filters of one text");
            require(filter.test(EVENT) == Filter.parse(tree).test(EVENT), "two answers of one filter");
        } catch (Invalid refused) {
            requirePlain(String.valueOf(refused.getMessage()));
        }
    }

    private static void name(byte[] input) {
        String name = text(input);
        String id = ChannelIds.of(name);
        require(name.isEmpty() || Channel.of("tmux", id).id().equals(id), "an id that is none");
        ChannelIds.nameOf(id).ifPresent(decoded -> require(decoded.equals(name), "another name of the same id"));
        try {
            require(new Channel(name).name().equals(name), "another channel");
        } catch (Invalid refused) {
            requirePlain(String.valueOf(refused.getMessage()));
        }
    }

    private static void rule(byte[] input) {
        try {
            RuleReader.read("rule", Json.parse(input).tree());
        } catch (Invalid refused) {
            requirePlain(String.valueOf(refused.getMessage()));
        }
    }

    /** What goes back to a client: no words of the parser's about itself. */
    private static void requirePlain(String message) {
        require(!message.contains("StreamRead") && !message.contains("[Source"), message);
    }

    private static void require(boolean holds, String finding) {
        if (!holds) {
            throw new IllegalStateException(finding);
        }
    }
}
