package dev.tidings.graphql;

import dev.tidings.event.Invalid;
import dev.tidings.protocol.ErrorCode;
import dev.tidings.protocol.Refusal;
import graphql.GraphQLError;
import graphql.GraphQLException;
import graphql.ParseAndValidate;
import graphql.execution.RawVariables;
import graphql.language.Document;
import graphql.language.OperationDefinition;
import graphql.normalized.ExecutableNormalizedField;
import graphql.normalized.ExecutableNormalizedOperation;
import graphql.normalized.ExecutableNormalizedOperationFactory;
import graphql.parser.InvalidSyntaxException;
import graphql.parser.Parser;
import graphql.parser.ParserEnvironment;
import graphql.parser.ParserOptions;
import graphql.schema.GraphQLSchema;
import graphql.validation.ValidationError;
import java.util.List;
import java.util.Locale;

/** Reads documents: what is wrong with them, and what is wanted. Safe on any thread. */
final class Language {
    /** Of a document, in characters. */
    static final int MAX_LENGTH = 32 * 1024;

    /** Of an operation, when its fragments are put where they belong. The introspection that tools ask for has some 80. */
    static final int MAX_FIELDS = 400;

    /** How deep an operation nests; that introspection needs 13. */
    static final int MAX_DEPTH = 16;

    /** How many things one query or mutation asks for. */
    static final int MAX_CALLS = 10;

    private static final int MAX_TOKENS = 4_000;
    private static final int MAX_WHITESPACE = 32 * 1024;
    private static final int MAX_NESTING = 300;

    private static final Refusal ONE_FIELD =
            new Refusal(ErrorCode.INVALID_MESSAGE, "a subscription has one field; @skip or @include leaves none of it");

    private static final ParserOptions PARSING = ParserOptions.getDefaultOperationParserOptions()
            .transform(options -> options.maxCharacters(MAX_LENGTH)
                    .maxTokens(MAX_TOKENS)
                    .maxWhitespaceTokens(MAX_WHITESPACE)
                    .maxRuleDepth(MAX_NESTING));

    private final GraphQLSchema schema;
    private final Recent<String, Document> documents = new Recent<>(256, 512 * 1024, String::length);
    private final Recent<Projection.Wanted, Projection> projections = new Recent<>(256, 256, wanted -> 1);

    Language(GraphQLSchema schema) {
        this.schema = schema;
    }

    /** Finds out what a request is. */
    Prepared prepare(GraphQlRequest request) {
        try {
            return understand(request, document(request.query()));
        } catch (InvalidSyntaxException malformed) {
            return new Prepared.Wrong(Errors.of(List.of(malformed.toInvalidSyntaxError())));
        } catch (Mistaken mistaken) {
            return new Prepared.Wrong(Errors.of(mistaken.errors));
        } catch (CallRefused refused) {
            return wrong(refused.refusal());
        } catch (Invalid invalid) {
            return wrong(Refusal.of(invalid));
        } catch (GraphQLException failure) {
            if (failure instanceof GraphQLError error) {
                return new Prepared.Wrong(Errors.of(List.of(error)));
            }
            throw failure;
        }
    }

    private Document document(String text) {
        Document known = documents.get(text);
        if (known != null) {
            return known;
        }
        Document document = Parser.parse(ParserEnvironment.newParserEnvironment()
                .document(text)
                .parserOptions(PARSING)
                .locale(Locale.ENGLISH)
                .build());
        validate(document);
        Weight.check(document);
        documents.put(text, document);
        return document;
    }

    private void validate(Document document) {
        List<ValidationError> errors;
        try {
            errors = ParseAndValidate.validate(schema, document, Locale.ENGLISH);
        } catch (IndexOutOfBoundsException noRoot) {
            // A rule of the library's looks at the first field of a subscription that has none.
            throw new CallRefused(ONE_FIELD);
        }
        if (!errors.isEmpty()) {
            throw new Mistaken(errors);
        }
    }

    private Prepared understand(GraphQlRequest request, Document document) {
        ExecutableNormalizedOperation operation =
                ExecutableNormalizedOperationFactory.createExecutableNormalizedOperationWithRawVariables(
                        schema,
                        document,
                        request.operation(),
                        RawVariables.of(Values.plainObject(request.variables())),
                        ExecutableNormalizedOperationFactory.Options.defaultOptions()
                                .locale(Locale.ENGLISH)
                                .maxChildrenDepth(MAX_DEPTH)
                                .maxFieldsCount(MAX_FIELDS));
        List<ExecutableNormalizedField> roots = operation.getTopLevelFields();
        if (operation.getOperation() != OperationDefinition.Operation.SUBSCRIPTION) {
            return roots.size() <= MAX_CALLS
                    ? new Prepared.Call(document, request)
                    : wrong(new Refusal(
                            ErrorCode.INVALID_MESSAGE,
                            "an operation asks for at most " + MAX_CALLS + " things at a time"));
        }
        if (roots.size() != 1) {
            return wrong(ONE_FIELD);
        }
        ExecutableNormalizedField root = roots.getFirst();
        Projection.Wanted wanted = Projection.Wanted.of(root);
        return new Prepared.Stream(new Arguments(root.getResolvedArguments()).subscribe(), projection(wanted));
    }

    private Projection projection(Projection.Wanted wanted) {
        Projection known = projections.get(wanted);
        if (known != null) {
            return known;
        }
        Projection projection = new Projection(wanted);
        projections.put(wanted, projection);
        return projection;
    }

    private static Prepared wrong(Refusal refusal) {
        return new Prepared.Wrong(List.of(Errors.of(refusal)));
    }

    /** A document that does not fit the schema. */
    private static final class Mistaken extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient List<ValidationError> errors;

        Mistaken(List<ValidationError> errors) {
            super("mistaken", null, false, false);
            this.errors = errors;
        }
    }
}
