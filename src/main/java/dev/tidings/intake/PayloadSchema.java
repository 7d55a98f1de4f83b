package dev.tidings.intake;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaException;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaId;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import com.networknt.schema.resource.DisallowSchemaLoader;
import dev.tidings.event.Invalid;
import dev.tidings.event.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a payload or a state has to be like: a JSON Schema, draft 2020-12, from a file. Safe on any thread. */
final class PayloadSchema {
    private static final String DRAFT = "https://json-schema.org/draft/2020-12/schema";
    private static final long LONGEST = 1 << 20;

    /** What a schema refers to is in the schema itself: nothing is fetched. */
    private static final JsonSchemaFactory FACTORY = JsonSchemaFactory.getInstance(
            SpecVersion.VersionFlag.V202012,
            factory -> factory.schemaLoaders(loaders -> loaders.add(DisallowSchemaLoader.getInstance())));

    /** Ends with the first violation: a payload could have any number of them. */
    private static final SchemaValidatorsConfig CONFIG = SchemaValidatorsConfig.builder()
            .failFast(true)
            .pathType(PathType.JSON_POINTER)
            .locale(Locale.ENGLISH)
            .build();

    private final JsonSchema schema;

    private PayloadSchema(JsonSchema schema) {
        this.schema = schema;
    }

    /**
     * Where a value does not hold to its schema.
     *
     * @param at a JSON Pointer into the value; empty for the whole
     */
    record Violation(String at, String why) {}

    /** @throws IllegalArgumentException in one line that names the key, when the file holds no such schema */
    static PayloadSchema read(String key, Path file) {
        JsonNode document = parse(key, file);
        JsonNode draft = document.path("$schema");
        if (!draft.isMissingNode() && !DRAFT.equals(draft.textValue())) {
            throw impossible(key, file, "its $schema is " + draft + ", allowed is \"" + DRAFT + '"');
        }
        try {
            Set<ValidationMessage> faults = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(SchemaLocation.of(SchemaId.V202012), CONFIG)
                    .validate(document);
            for (ValidationMessage fault : faults) {
                throw impossible(key, file, "at \"" + fault.getInstanceLocation() + "\" " + fault.getError());
            }
            JsonSchema schema = FACTORY.getSchema(document, CONFIG);
            schema.initializeValidators();
            return new PayloadSchema(schema);
        } catch (JsonSchemaException e) {
            throw impossible(key, file, String.valueOf(e.getMessage()));
        }
    }

    private static JsonNode parse(String key, Path file) {
        try {
            if (Files.size(file) > LONGEST) {
                throw impossible(key, file, "it is longer than " + LONGEST + " bytes");
            }
            JsonNode document = Json.parse(Files.readAllBytes(file)).tree();
            if (!document.isObject()) {
                throw impossible(key, file, "it is not an object");
            }
            return document;
        } catch (IOException e) {
            throw impossible(key, file, "it cannot be read (" + e.getClass().getSimpleName() + ')');
        } catch (Invalid e) {
            throw impossible(key, file, String.valueOf(e.getMessage()));
        }
    }

    private static IllegalArgumentException impossible(String key, Path file, String why) {
        return new IllegalArgumentException(key + ": found " + file + ", allowed is a file with a JSON Schema of draft"
                + " 2020-12; " + why.replaceAll("\\s*\\R\\s*", " "));
    }

    /** Where the value does not hold to the schema; null when it does. */
    @Nullable
    Violation check(JsonNode value) {
        for (ValidationMessage message : schema.validate(value)) {
            return new Violation(message.getInstanceLocation().toString(), message.getError());
        }
        return null;
    }
}
