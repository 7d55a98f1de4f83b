package dev.tidings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.tidings.log.redis.LuaSource;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.runtime.annotations.RegisterResources;
import io.smallrye.config.ConfigMapping;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Finds in the classes what a native binary cannot do or would do wrongly: what is looked up by name, and what a class keeps or asks
 * for when it is initialized, which is when the binary is built.
 */
class NativeImageTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.tidings");

    /** Calls that would need to be registered, by their owner. */
    private static final Map<String, Pattern> BY_NAME = Map.of(
            Class.class.getName(),
            Pattern.compile("forName|newInstance|get(Declared)?(Method|Field|Constructor|Class)s?|getRecordComponents"
                    + "|getPermittedSubclasses"),
            "java.lang.invoke.MethodHandles$Lookup",
            Pattern.compile("find.*|unreflect.*|defineClass|defineHiddenClass"),
            "java.util.ServiceLoader",
            Pattern.compile("load.*"),
            "java.util.ResourceBundle",
            Pattern.compile("getBundle"),
            "java.lang.System",
            Pattern.compile("load|loadLibrary"),
            "java.io.ObjectInputStream",
            Pattern.compile(".*"),
            "java.io.ObjectOutputStream",
            Pattern.compile(".*"),
            "java.lang.ClassLoader",
            Pattern.compile(".*"));

    private static final Pattern REFLECTION = Pattern.compile("java\\.lang\\.reflect\\.(?!Type$|ParameterizedType$).*");

    /** Would be the machine's that builds the binary, or as it was then. */
    private static final Map<String, Pattern> OF_THE_MOMENT = Map.of(
            "java.lang.System",
            Pattern.compile("getenv|getProperty|getProperties|currentTimeMillis|nanoTime"),
            "java.lang.Runtime",
            Pattern.compile("availableProcessors|maxMemory"),
            "java.time.Instant",
            Pattern.compile("now"),
            "java.util.UUID",
            Pattern.compile("randomUUID"),
            "java.net.InetAddress",
            Pattern.compile("get.*"),
            "java.lang.ProcessHandle",
            Pattern.compile("current"),
            "java.lang.Thread",
            Pattern.compile("start.*"),
            "java.nio.file.Files",
            Pattern.compile(".*"),
            "org.eclipse.microprofile.config.ConfigProvider",
            Pattern.compile(".*"));

    /** No object of these may be there when the binary is built. */
    private static final Set<String> NEVER_STATIC = Set.of(
            Random.class.getName(),
            Thread.class.getName(),
            ExecutorService.class.getName(),
            InetAddress.class.getName(),
            "io.netty.buffer.ByteBuf",
            "java.net.http.HttpClient",
            "java.nio.MappedByteBuffer",
            "java.nio.channels.Channel",
            "java.io.FileDescriptor",
            "java.lang.ref.Cleaner");

    @Test
    void nothingIsLookedUpByName() {
        assertThat(calls().filter(call -> matches(call, BY_NAME)
                        || REFLECTION.matcher(call.getTargetOwner().getName()).matches()))
                .as("calls that native-image does not see through")
                .isEmpty();
    }

    @Test
    void noClassKeepsWhatCannotBeInABinary() {
        assertThat(CLASSES.stream()
                        .flatMap(each -> each.getFields().stream())
                        .filter(field -> field.getModifiers().contains(JavaModifier.STATIC))
                        .filter(field -> NEVER_STATIC.stream()
                                .anyMatch(type -> field.getRawType().isAssignableTo(type))))
                .extracting(JavaField::getFullName)
                .as("static fields that are made while the binary is built")
                .isEmpty();
    }

    @Test
    void noClassAsksForTheMomentWhenItIsInitialized() {
        assertThat(calls().filter(call -> call.getOrigin().getName().equals("<clinit>"))
                        .filter(call -> matches(call, OF_THE_MOMENT)))
                .as("asked while the binary is built, not when it runs")
                .isEmpty();
    }

    @Test
    void resourcesAreReadWhereTheyAreRegistered() throws IOException {
        assertThat(calls().filter(call -> call.getName().startsWith("getResource"))
                        .map(call -> outermost(call.getOriginOwner()))
                        .distinct())
                .as("who reads resources by name; what they read is to be registered")
                .containsExactlyInAnyOrder(
                        LuaSource.class.getName(),
                        "dev.tidings.source.lease.RedisLease",
                        "dev.tidings.log.sqlite.LogFile",
                        "dev.tidings.graphql.Engine");
        Path resources = Path.of("src/main/resources");
        List<Path> ours;
        try (Stream<Path> files = Files.walk(resources)) {
            ours = files.filter(Files::isRegularFile)
                    .map(resources::relativize)
                    // Quarkus takes care of the settings, of pages, and of services of MicroProfile Config.
                    .filter(file -> !file.equals(Path.of("application.properties")))
                    .filter(file -> !file.startsWith("META-INF/resources"))
                    .filter(file -> !file.startsWith("META-INF/services"))
                    // Read by native-image itself: the texts of GraphQL's messages.
                    .filter(file -> !file.startsWith("META-INF/native-image"))
                    .toList();
        }
        List<String> globs =
                List.of(NativeImage.class.getAnnotation(RegisterResources.class).globs());
        assertThat(ours)
                .isNotEmpty()
                .allSatisfy(file -> assertThat(globs)
                        .as("globs, of which one has " + file)
                        .anyMatch(glob -> FileSystems.getDefault()
                                .getPathMatcher("glob:" + glob)
                                .matches(file)));
    }

    @Test
    void jacksonWritesAndReadsTreesOrWhatIsRegistered() {
        Set<String> mappers = Stream.of(ObjectMapper.class, ObjectReader.class, ObjectWriter.class)
                .map(Class::getName)
                .collect(Collectors.toSet());
        assertThat(calls().filter(call -> mappers.contains(call.getTargetOwner().getName()))
                        .filter(call -> call.getName()
                                .matches("readValues?|writeValue.*|treeToValue|valueToTree|convertValue|readerFor"))
                        .map(call -> outermost(call.getOriginOwner()))
                        .distinct())
                .as("who has Jackson look at classes")
                .containsExactlyInAnyOrder(
                        // Trees.
                        "dev.tidings.event.Json",
                        // Maps, lists, texts and numbers, as a token has them.
                        "dev.tidings.auth.CallerReader",
                        "dev.tidings.graphql.Errors",
                        // By the SDK's own deserializer.
                        "dev.tidings.api.event.CloudEvents",
                        // Signatures of resources name what they write.
                        "dev.tidings.stream.LongPoll",
                        "dev.tidings.api.event.PublishCalls",
                        // Registered.
                        "dev.tidings.api.call.Problem",
                        "dev.tidings.api.event.Publication");
    }

    @Test
    void everySettingIsKnownToWhoeverMistypesOne() {
        assertThat(CLASSES.stream()
                        .filter(each -> each.isAnnotatedWith(ConfigMapping.class))
                        .map(JavaClass::getName))
                .as("KnownSettings.MAPPINGS has all mappings of settings")
                .containsExactlyInAnyOrderElementsOf(
                        KnownSettings.MAPPINGS.stream().map(Class::getName).toList());
    }

    @Test
    void whatIsRegisteredIsThere() throws ClassNotFoundException {
        for (String name :
                NativeImage.class.getAnnotation(RegisterForReflection.class).classNames()) {
            assertThat(Class.forName(name, false, NativeImage.class.getClassLoader()))
                    .isNotNull();
        }
    }

    private static Stream<JavaMethodCall> calls() {
        return CLASSES.stream().flatMap(each -> each.getMethodCallsFromSelf().stream());
    }

    private static boolean matches(JavaAccess<?> call, Map<String, Pattern> forbidden) {
        Pattern names = forbidden.get(call.getTargetOwner().getName());
        return names != null && names.matcher(call.getName()).matches();
    }

    private static String outermost(JavaClass each) {
        return each.getName().replaceFirst("\\$.*", "");
    }
}
