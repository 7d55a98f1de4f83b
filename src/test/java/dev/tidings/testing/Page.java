package dev.tidings.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page of the documents, and what is between its fences.
 *
 * @param blocks in their order
 * @param text all of it
 */
public record Page(Path file, String text, List<Block> blocks) {
    private static final Pattern FENCE = Pattern.compile("( *)(```+)\\s*(.*)");

    /** What stands in a block, or right above it, when no test runs it; the reason follows. */
    private static final String MARK = "not run by the tests: ";

    /**
     * What is between two fences.
     *
     * @param info the words after the opening fence: the language, and how it is run where that is not obvious
     * @param above the line of text before it
     */
    public record Block(Path page, int line, List<String> info, String text, String above) {
        public String language() {
            return info.isEmpty() ? "" : info.getFirst();
        }

        /** What the info says besides the language; empty where it says nothing. */
        public String how() {
            return info.size() < 2 ? "" : String.join(" ", info.subList(1, info.size()));
        }

        /** Whether a reader is told that nobody has tried it here. */
        public boolean isMarked() {
            String seen = above + '\n' + text.lines().findFirst().orElse("");
            return seen.toLowerCase(Locale.ROOT).contains(MARK);
        }

        @Override
        public String toString() {
            return page + ":" + line;
        }
    }

    public static Page read(Path file) {
        try {
            String text = Files.readString(file);
            return new Page(file, text, blocks(file, text.lines().toList()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All that a reader of the project may follow; clients have tests of their own. */
    public static List<Page> all() {
        try (Stream<Path> docs = Files.list(Path.of("docs"))) {
            return Stream.concat(Stream.of(Path.of("README.md"), Path.of("ARCHITECTURE.md")), docs.sorted())
                    .filter(file -> file.toString().endsWith(".md"))
                    .map(Page::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Block> blocks(Path file, List<String> lines) {
        List<Block> blocks = new ArrayList<>();
        String above = "";
        for (int i = 0; i < lines.size(); i++) {
            Matcher fence = FENCE.matcher(lines.get(i));
            if (!fence.matches()) {
                above = lines.get(i).isBlank() ? above : lines.get(i);
                continue;
            }
            int begin = i + 1;
            do {
                i++;
            } while (!lines.get(i).strip().equals(fence.group(2)));
            String text = String.join("\n", lines.subList(begin, i)) + '\n';
            List<String> info = fence.group(3).isBlank()
                    ? List.of()
                    : List.of(fence.group(3).strip().split(" +", -1));
            blocks.add(new Block(file, begin, info, text.stripIndent(), above));
        }
        return blocks;
    }

    /** The page without what is between fences. */
    public String prose() {
        return FENCE.matcher(text).find() ? text.replaceAll("(?ms)^ *```.*?^ *```+ *$", "") : text;
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
