package dev.tidings.testing;

import dev.tidings.limits.Positive;
import dev.tidings.log.HeapShare;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The page that lists every setting: of every {@link ConfigMapping} of the service, with what a value may be, its default and
 * the doc comment. What a doc comment calls "… unless set" is the default of what has none in code.
 */
public final class ConfigurationReference {
    private static final Path SOURCES = Path.of("src/main/java");
    private static final Pattern DEFAULT = Pattern.compile("[;.] ([^;.]+?),? unless set[.;]");
    private static final Pattern RANGE = Pattern.compile("(`[0-9.]+[A-Za-z]*`) to (`[0-9.]+[A-Za-z]*`)");

    /** What stands for the key of a map, where that is not the map's name without its s. */
    private static final Map<String, String> KEYS =
            Map.of("properties", "<property>", "schemas", "\"<event type>\"", "deadBand", "\"<pointer>\"");

    private static final Map<Class<?>, String> NAMES = Map.ofEntries(
            Map.entry(boolean.class, "`true`, `false`"),
            Map.entry(Boolean.class, "`true`, `false`"),
            Map.entry(int.class, "number"),
            Map.entry(OptionalInt.class, "number"),
            Map.entry(double.class, "number"),
            Map.entry(Duration.class, "duration"),
            Map.entry(MemorySize.class, "size"),
            Map.entry(HeapShare.class, "size, or per cent of the heap"),
            Map.entry(Path.class, "file"));

    private final Map<String, String> sections = new TreeMap<>();

    private final List<String> keys = new ArrayList<>();

    private ConfigurationReference() {}

    /** Of the sources as they are. */
    public static ConfigurationReference read() {
        ConfigurationReference reference = new ConfigurationReference();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file : files.filter(ConfigurationReference::isMapping).toList()) {
                reference.add(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return reference;
    }

    /** The page after its preface. */
    public String page() {
        return String.join("", sections.values());
    }

    /** Whether a page may say this: a setting, or where some begin; {@code *}, {@code …} and {@code <…>} stand for any name. */
    public boolean knows(String key) {
        List<String> said = List.of(key.split("\\.", -1));
        return keys.stream()
                .map(each -> List.of(each.split("\\.", -1)))
                .anyMatch(known -> said.size() <= known.size()
                        && IntStream.range(0, said.size())
                                .allMatch(i -> said.get(i).equals(known.get(i))
                                        || known.get(i).contains("<")
                                        || said.get(i).matches("\\*|…|<.*>")));
    }

    private static boolean isMapping(Path file) {
        try {
            return file.toString().endsWith(".java") && Files.readString(file).contains("\n@ConfigMapping(");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void add(Path file) throws IOException {
        String name = SOURCES.relativize(file).toString().replace(".java", "").replace('/', '.');
        Class<?> mapping;
        try {
            mapping = Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
        String prefix = mapping.getAnnotation(ConfigMapping.class).prefix();
        DocComments comments = DocComments.of(file);
        List<String> rows = new ArrayList<>();
        addRows(rows, prefix, mapping, comments);
        sections.put(
                prefix,
                "\n## `%s`\n\n%s\n\n| key | value | default | meaning |\n| --- | --- | --- | --- |\n%s"
                        .formatted(prefix, comments.of(mapping), String.join("", rows)));
    }

    private void addRows(List<String> rows, String prefix, Class<?> mapping, DocComments comments) {
        for (Method setting : inOrder(mapping, comments)) {
            String key = setting.isAnnotationPresent(WithParentName.class)
                    ? prefix
                    : prefix + '.' + kebab(setting.getName());
            Type value = setting.getGenericReturnType();
            if (setting.getReturnType().equals(Map.class)) {
                key += '.' + keyOf(setting.getName());
                value = ((ParameterizedType) value).getActualTypeArguments()[1];
            }
            String meaning = comments.of(mapping, setting.getName());
            if (meaning.isEmpty()) {
                throw new IllegalStateException(mapping + " says nothing of " + setting.getName());
            }
            if (value instanceof Class<?> group && group.isInterface() && group.getEnclosingClass() != null) {
                addRows(rows, key, group, comments);
            } else {
                keys.add(key);
                String unlessSet = unlessSet(setting, meaning);
                rows.add("| `%s` | %s | %s | %s |\n"
                        .formatted(key, allowed(setting, value, unlessSet, meaning), unlessSet, meaning));
            }
        }
    }

    /** Reflection knows no order; what is set first is best known. */
    private static List<Method> inOrder(Class<?> mapping, DocComments comments) {
        return Arrays.stream(mapping.getMethods())
                .sorted(Comparator.comparingInt(method -> comments.place(mapping, method.getName())))
                .toList();
    }

    private static String keyOf(String map) {
        return KEYS.getOrDefault(map, '<' + map.replaceFirst("s$", "") + '>');
    }

    private static String unlessSet(Method setting, String meaning) {
        WithDefault annotated = setting.getAnnotation(WithDefault.class);
        if (annotated != null) {
            return '`' + annotated.value() + '`';
        }
        Matcher told = DEFAULT.matcher(meaning);
        return told.find() ? told.group(1) : "-";
    }

    private static String allowed(Method setting, Type type, String unlessSet, String meaning) {
        WithConverter reader = setting.getAnnotation(WithConverter.class);
        if (reader != null && reader.value().equals(Positive.Count.class)) {
            return "number, 1 or more";
        }
        if (reader != null && reader.value().equals(Positive.Size.class)) {
            return "size, `1K` to `1G`";
        }
        Matcher range = RANGE.matcher(meaning);
        boolean isBounded = range.find();
        String name = name(type, isBounded ? range.group(2) : unlessSet);
        return isBounded ? name + ", " + range.group() : name;
    }

    private static String name(Type type, String example) {
        if (type instanceof ParameterizedType generic) {
            String of = name(generic.getActualTypeArguments()[0], example);
            return generic.getRawType().equals(Optional.class) ? of : of + ", or several with commas between";
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isEnum()) {
            return Stream.of(plain.getEnumConstants())
                    .map(each -> '`' + each.toString().toLowerCase(Locale.ROOT).replace('_', '-') + '`')
                    .collect(Collectors.joining(", "));
        }
        return plain.equals(String.class)
                ? nameOfText(example)
                : Objects.requireNonNull(NAMES.get(plain), () -> "nobody has said what a reader calls a " + plain);
    }

    /** What is text to the mapping, and read later, is what it looks like. */
    private static String nameOfText(String example) {
        String value = example.replace("`", "");
        if (value.equals("true") || value.equals("false")) {
            return "`true`, `false`";
        }
        if (value.matches("[0-9]+(ms|[smhd])")) {
            return "duration";
        }
        return value.matches("[0-9]+[KMG]") ? "size" : value.matches("[0-9.]+") ? "number" : "text";
    }

    private static String kebab(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
}
