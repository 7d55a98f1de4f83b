package dev.tidings.testing;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.EndElementTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.StartElementTree;
import com.sun.source.doctree.TextTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** The doc comments of a source file, as the compiler reads them, in Markdown. */
final class DocComments {
    /** By {@code Type}, and {@code Type.method}, as they are in the file. */
    private final Map<String, String> texts = new LinkedHashMap<>();

    private DocComments() {}

    static DocComments of(Path source) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask)
                    compiler.getTask(null, files, null, List.of("-proc:none"), null, files.getJavaFileObjects(source));
            DocTrees trees = DocTrees.instance(task);
            DocComments comments = new DocComments();
            for (CompilationUnitTree unit : task.parse()) {
                comments.new Reader(trees).scan(unit, null);
            }
            return comments;
        }
    }

    /** The first sentence of a type's; the rest is for those who read the code. */
    String of(Class<?> type) {
        return texts.getOrDefault(type.getSimpleName(), "");
    }

    /** Of a type's method; empty where it has none. */
    String of(Class<?> type, String method) {
        return texts.getOrDefault(type.getSimpleName() + '.' + method, "");
    }

    /** How many comments are before that one. */
    int place(Class<?> type, String method) {
        return List.copyOf(texts.keySet()).indexOf(type.getSimpleName() + '.' + method);
    }

    /** Goes through the types of a file. */
    private final class Reader extends TreePathScanner<@Nullable Void, @Nullable String> {
        private final DocTrees trees;

        Reader(DocTrees trees) {
            this.trees = trees;
        }

        @Override
        public @Nullable Void visitClass(ClassTree type, @Nullable String outer) {
            put(type.getSimpleName().toString(), DocCommentTree::getFirstSentence);
            return super.visitClass(type, type.getSimpleName().toString());
        }

        @Override
        public @Nullable Void visitMethod(MethodTree method, @Nullable String type) {
            put(type + "." + method.getName(), DocCommentTree::getFullBody);
            return null;
        }

        private void put(String name, Function<DocCommentTree, List<? extends DocTree>> part) {
            DocCommentTree comment = trees.getDocCommentTree(getCurrentPath());
            if (comment != null) {
                texts.put(name, markdown(part.apply(comment)));
            }
        }
    }

    private static String markdown(List<? extends DocTree> nodes) {
        StringBuilder text = new StringBuilder();
        nodes.forEach(node -> text.append(
                switch (node) {
                    case TextTree words -> words.getBody();
                    case LiteralTree literal -> '`' + literal.getBody().getBody() + '`';
                    case StartElementTree element when element.getName().contentEquals("code") -> "`";
                    case EndElementTree element when element.getName().contentEquals("code") -> "`";
                    default -> throw new IllegalArgumentException("not for the reference: " + node);
                }));
        return text.toString().replaceAll("\\s+", " ").strip();
    }
}
