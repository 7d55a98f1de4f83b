package dev.tidings.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The description of the WebSocket as it is in the repository, to be held against what is said there. */
public final class AsyncApi {
    public static final AsyncApi OURS = load();

    private final JsonNode root;
    private final DescribedValues described;

    /** By type. */
    private final Map<String, JsonNode> ofServer = new LinkedHashMap<>();

    private final Map<String, Operation> ofClient = new LinkedHashMap<>();

    /**
     * What a client may ask.
     *
     * @param message the description of the message
     * @param replies the types of what is answered
     */
    public record Operation(JsonNode message, List<String> replies) {
        public List<JsonNode> examples() {
            List<JsonNode> examples = new ArrayList<>();
            message.path("examples").forEach(example -> examples.add(example.path("payload")));
            return examples;
        }
    }

    private AsyncApi(JsonNode root) {
        this.root = root;
        this.described = new DescribedValues(root.path("components"));
        root.path("operations").forEach(operation -> {
            if (operation.path("action").asText().equals("send")) {
                messages(operation.path("messages")).forEach(this::addOfServer);
            } else {
                List<JsonNode> replies = messages(operation.at("/reply/messages"));
                replies.forEach(this::addOfServer);
                messages(operation.path("messages"))
                        .forEach(message -> ofClient.put(
                                name(message),
                                new Operation(
                                        message,
                                        replies.stream().map(AsyncApi::name).toList())));
            }
        });
    }

    private static AsyncApi load() {
        try (InputStream yaml = AsyncApi.class.getResourceAsStream("/META-INF/resources/asyncapi.yaml")) {
            return new AsyncApi(parse(new String(yaml.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static JsonNode parse(String yaml) {
        try {
            return new YAMLMapper().readTree(yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(yaml, e);
        }
    }

    public JsonNode root() {
        return root;
    }

    /** The types of what the server says. */
    public Set<String> typesOfServer() {
        return ofServer.keySet();
    }

    /** What a client may ask, by type. */
    public Map<String, Operation> operations() {
        return ofClient;
    }

    /** Messages that no operation names. */
    public Set<String> unused() {
        Set<String> unused = new LinkedHashSet<>();
        root.at("/components/messages")
                .forEach(message -> unused.add(message.path("title").asText()));
        ofServer.values().forEach(message -> unused.remove(message.path("title").asText()));
        ofClient.values()
                .forEach(operation ->
                        unused.remove(operation.message().path("title").asText()));
        return unused;
    }

    /** Where a frame of the server is not as described; several messages may have come as one. */
    public List<String> faults(JsonNode frame) {
        List<String> faults = new ArrayList<>();
        for (JsonNode message : frame.isArray() ? frame : List.of(frame)) {
            JsonNode description = ofServer.get(message.path("type").asText());
            List<String> found = description == null
                    ? List.of("no message of that type is described")
                    : described.faults(description.path("payload"), message);
            found.forEach(fault -> faults.add(fault + " in " + message));
        }
        return faults;
    }

    /** Where a message of a client is not as described. */
    public List<String> faults(Operation operation, JsonNode message) {
        return described.faults(operation.message().path("payload"), message);
    }

    private void addOfServer(JsonNode message) {
        ofServer.put(name(message), message);
    }

    private static String name(JsonNode message) {
        return message.path("name").asText();
    }

    private List<JsonNode> messages(JsonNode references) {
        List<JsonNode> messages = new ArrayList<>();
        references.forEach(reference -> messages.add(resolve(resolve(reference))));
        return messages;
    }

    private JsonNode resolve(JsonNode reference) {
        return root.at(reference.path("$ref").asText().substring(1));
    }
}
