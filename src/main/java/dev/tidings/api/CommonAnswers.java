package dev.tidings.api;

import static org.eclipse.microprofile.openapi.OASFactory.createAPIResponse;
import static org.eclipse.microprofile.openapi.OASFactory.createContent;
import static org.eclipse.microprofile.openapi.OASFactory.createExample;
import static org.eclipse.microprofile.openapi.OASFactory.createHeader;
import static org.eclipse.microprofile.openapi.OASFactory.createMediaType;
import static org.eclipse.microprofile.openapi.OASFactory.createParameter;
import static org.eclipse.microprofile.openapi.OASFactory.createSchema;

import dev.tidings.api.call.MediaTypes;
import dev.tidings.api.call.Problem;
import dev.tidings.protocol.ErrorCode;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.headers.Header;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/** Describes what every operation takes and answers, when the service is built. */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public class CommonAnswers implements OASFilter {
    private static final String REQUEST_ID = "X-Request-Id";
    private static final String LINES = """
            {"channel": "agent:42", "event": "agent.started"}
            {"channel": "agent:43", "event": "agent.started", "payload": {"pid": 7}}
            """;
    private static final Map<String, String> ALWAYS = inOrder(
            "400", "A parameter, a header, the body or the address is malformed",
            "406", "Accept allows nothing that is available here",
            "500", "Something went wrong here");
    private static final Map<String, String> WITH_TOKEN = inOrder(
            "401", "There is no token, or not a good one",
            "429", "More calls of this subject than allowed");
    private static final Map<String, String> WITH_CHANNEL = inOrder(
            "403", "The token does not permit it, whether there is such a channel or not",
            "503", "The log cannot be reached, or too much waits for it; nothing was stored");
    /** Parameters that name a channel, or what is one. */
    private static final List<String> IN_A_CHANNEL = List.of("{channel}", "{device}", "{group}");

    private static final Map<String, String> WITH_BODY = inOrder(
            "413", "The body is too large, or the state that it would lead to",
            "415", "Content-Type is none that is taken here; Accept names those that are");

    private static Map<String, String> inOrder(String... statusesAndMeanings) {
        Map<String, String> meanings = new LinkedHashMap<>();
        for (int i = 0; i < statusesAndMeanings.length; i += 2) {
            meanings.put(statusesAndMeanings[i], statusesAndMeanings[i + 1]);
        }
        return meanings;
    }

    @Override
    public void filterOpenAPI(OpenAPI api) {
        api.getPaths()
                .getPathItems()
                .forEach(
                        (path, item) -> item.getOperations().forEach((method, operation) -> complete(path, operation)));
        api.getComponents().getSchemas().values().forEach(CommonAnswers::nameCodes);
    }

    private static void complete(String path, Operation operation) {
        operation.addParameter(requestId());
        ALWAYS.forEach((status, meaning) -> add(operation, status, meaning));
        if (path.startsWith("/api/")) {
            WITH_TOKEN.forEach((status, meaning) -> add(operation, status, meaning));
        }
        if (IN_A_CHANNEL.stream().anyMatch(path::contains)) {
            WITH_CHANNEL.forEach((status, meaning) -> add(operation, status, meaning));
        }
        if (operation.getRequestBody() != null) {
            addLines(operation.getRequestBody().getContent());
            WITH_BODY.forEach((status, meaning) -> add(operation, status, meaning));
        }
        operation.getResponses().getAPIResponses().forEach(CommonAnswers::complete);
    }

    /** Problems and failures say which codes there are. */
    private static void nameCodes(Schema schema) {
        Schema code =
                schema.getProperties() == null ? null : schema.getProperties().get("code");
        if (code != null) {
            code.setEnumeration(Arrays.stream(ErrorCode.values())
                    .<Object>map(ErrorCode::text)
                    .toList());
        }
    }

    /** What looks like JSON in an annotation is taken for JSON: of several lines only the first would be left. */
    private static void addLines(Content content) {
        MediaType lines = content.getMediaType(MediaTypes.NDJSON);
        if (lines != null) {
            lines.addExample(
                    "lines",
                    createExample().summary("Two events, each on a line").value(LINES));
        }
    }

    private static void add(Operation operation, String status, String meaning) {
        if (!operation.getResponses().hasAPIResponse(status)) {
            operation.getResponses().addAPIResponse(status, createAPIResponse().description(meaning));
        }
    }

    private static void complete(String status, APIResponse response) {
        response.addHeader(REQUEST_ID, header("The id of the call, as it stands in the log", "call-7"));
        response.addHeader("Cache-Control", header("Always no-store", "no-store"));
        if (status.equals("401")) {
            response.addHeader("WWW-Authenticate", header("Always Bearer", "Bearer"));
        }
        if (status.equals("429") || status.equals("503")) {
            response.addHeader("Retry-After", header("When to try again, in seconds", "1"));
        }
        if (status.equals("415")) {
            response.addHeader("Accept", header("The media types that are taken", "application/json"));
            response.addHeader("Accept-Encoding", header("Always identity", "identity"));
        }
        if (Integer.parseInt(status) >= 400 && response.getContent() == null) {
            response.content(problem(Integer.parseInt(status)));
        }
    }

    private static Content problem(int status) {
        return createContent()
                .addMediaType(
                        Problem.MEDIA_TYPE,
                        createMediaType()
                                .schema(createSchema().ref("#/components/schemas/Problem"))
                                .addExample("problem", createExample().value(Problem.example(status))));
    }

    private static Header header(String description, String example) {
        return createHeader().description(description).schema(text().addExample(example));
    }

    private static Parameter requestId() {
        return createParameter()
                .name(REQUEST_ID)
                .in(Parameter.In.HEADER)
                .description("Your own id for the call, 1 to 64 of A-Z a-z 0-9 . _ -; one is made otherwise")
                .schema(text().pattern("^[A-Za-z0-9._-]{1,64}$"))
                .example("call-7");
    }

    private static Schema text() {
        return createSchema().type(List.of(Schema.SchemaType.STRING));
    }
}
