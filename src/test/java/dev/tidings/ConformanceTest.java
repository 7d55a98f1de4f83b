package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.tidings.protocol.CloseCode;
import dev.tidings.protocol.ErrorCode;
import dev.tidings.testing.AsyncApi;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;

/** The page that says where each line of the protocol is tested names tests that there are, and leaves no line out. */
class ConformanceTest {
    private static final java.nio.file.Path PAGE = java.nio.file.Path.of("docs/conformance.md");
    private static final Pattern NAMED_TEST = Pattern.compile("`(\\w+(?:IT|Test))\\.(\\w+)`");
    private static final Pattern ROW = Pattern.compile("^\\| (.+?) \\| .+ \\|$", Pattern.MULTILINE);
    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
    private static final Pattern MESSAGE_TYPE = Pattern.compile("[a-z_]+");

    private final String page = read();
    private final Set<String> subjects = subjects();

    @Test
    void everyTestItNamesIsThere() {
        List<MatchResult> named = NAMED_TEST.matcher(page).results().toList();
        assertThat(named).hasSizeGreaterThan(100);
        assertThat(named)
                .allSatisfy(test -> assertThat(isTest(test.group(1), test.group(2)))
                        .as(test.group())
                        .isTrue());
    }

    @Test
    void everyRowNamesATest() {
        assertThat(page.lines().filter(line -> line.startsWith("| ")))
                .allMatch(line -> line.startsWith("| ---")
                        || line.endsWith("| tests |")
                        || NAMED_TEST.matcher(line).find());
    }

    @Test
    void everyTypeOfMessageHasARow() throws IOException {
        JsonNode described = AsyncApi.parse(
                Files.readString(java.nio.file.Path.of("src/main/resources/META-INF/resources/asyncapi.yaml")));
        Set<String> types = new TreeSet<>();
        described.findValues("type").stream()
                .map(type -> type.path("const").asText())
                .filter(type -> MESSAGE_TYPE.matcher(type).matches())
                .forEach(types::add);
        assertThat(types).hasSizeGreaterThan(25);
        assertThat(subjects).containsAll(types);
    }

    @Test
    void everyCodeHasARow() {
        assertThat(subjects)
                .containsAll(Stream.of(ErrorCode.values()).map(ErrorCode::text).toList());
        assertThat(page)
                .contains(Stream.of(CloseCode.values())
                        .filter(code -> code != CloseCode.NORMAL)
                        .map(code -> "| " + code.code() + " |")
                        .toList());
    }

    @Test
    void everyCallHasARow() {
        Set<String> calls = new ClassFileImporter()
                .importPackages("dev.tidings.api").stream()
                        .filter(resource -> resource.isAnnotatedWith(Path.class))
                        .map(JavaClass::reflect)
                        .flatMap(ConformanceTest::calls)
                        .filter(call -> !call.endsWith(" /quick-start"))
                        .collect(Collectors.toCollection(TreeSet::new));
        assertThat(calls).hasSizeGreaterThan(12);
        assertThat(subjects).containsAll(calls);
    }

    private static Stream<String> calls(Class<?> resource) {
        return Arrays.stream(resource.getMethods())
                .flatMap(method -> Arrays.stream(method.getAnnotations())
                        .map(annotation -> annotation.annotationType().getAnnotation(HttpMethod.class))
                        .filter(verb -> verb != null)
                        .map(verb -> verb.value() + ' ' + path(resource, method)));
    }

    private static String path(Class<?> resource, Method method) {
        Path own = method.getAnnotation(Path.class);
        String path = resource.getAnnotation(Path.class).value() + (own == null ? "" : own.value());
        return path.replace("/api/v1", "").replaceAll(":[^}]+}", "}");
    }

    private static boolean isTest(String type, String method) {
        try {
            return Stream.of(find(type).getDeclaredMethods())
                    .anyMatch(each -> each.getName().equals(method)
                            && Stream.of(Test.class, ParameterizedTest.class, TestFactory.class)
                                    .anyMatch((Class<? extends Annotation> test) -> each.isAnnotationPresent(test)));
        } catch (ClassNotFoundException none) {
            return false;
        }
    }

    private static Class<?> find(String type) throws ClassNotFoundException {
        return Class.forName("dev.tidings." + type, false, ConformanceTest.class.getClassLoader());
    }

    /** What the rows are about: what their first column quotes. */
    private Set<String> subjects() {
        return ROW.matcher(page)
                .results()
                .flatMap(row -> QUOTED.matcher(row.group(1)).results())
                .map(quoted -> quoted.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String read() {
        try {
            return Files.readString(PAGE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
