package dev.tidings.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What is to run in a cluster, as files describe it. */
public record Manifests(List<JsonNode> objects) {
    private static final YAMLMapper YAML = new YAMLMapper();

    public static Manifests read(Path file) {
        try {
            return parse(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads a text of any number of documents. */
    public static Manifests parse(String yaml) {
        try (MappingIterator<JsonNode> documents =
                YAML.readerFor(JsonNode.class).readValues(yaml)) {
            return new Manifests(documents.readAll().stream()
                    .filter(document -> !document.isEmpty())
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(yaml, e);
        }
    }

    /** The only object of its kind with this name. */
    public JsonNode get(String kind, String name) {
        List<JsonNode> found = all(kind)
                .filter(each -> each.at("/metadata/name").asText().equals(name))
                .toList();
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " objects are " + kind + " " + name);
        }
        return found.getFirst();
    }

    public Stream<JsonNode> all(String kind) {
        return objects.stream().filter(each -> each.path("kind").asText().equals(kind));
    }

    /** What every kind of Pod is made of: its spec. */
    public List<JsonNode> pods() {
        return objects.stream()
                .map(each ->
                        each.path("kind").asText().equals("Pod") ? each.path("spec") : each.at("/spec/template/spec"))
                .filter(each -> !each.isMissingNode())
                .toList();
    }

    /** The settings that the service finds in its file. */
    public Properties settings(String configMap) {
        Properties settings = new Properties();
        try {
            settings.load(new StringReader(get("ConfigMap", configMap)
                    .at("/data/application.properties")
                    .asText()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return settings;
    }

    public static Stream<JsonNode> each(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
