package dev.tidings.graphql;

import com.fasterxml.jackson.databind.JsonNode;
import graphql.GraphQLContext;
import graphql.execution.CoercedVariables;
import graphql.language.IntValue;
import graphql.language.Value;
import graphql.schema.Coercing;
import graphql.schema.CoercingParseLiteralException;
import graphql.schema.CoercingParseValueException;
import graphql.schema.CoercingSerializeException;
import graphql.schema.GraphQLScalarType;
import java.math.BigInteger;
import java.util.Locale;

/** What the schema has beside GraphQL's own scalars. */
final class Scalars {
    /** Any JSON value. */
    static final GraphQLScalarType JSON =
            GraphQLScalarType.newScalar().name("JSON").coercing(new AnyJson()).build();

    /** A whole number of up to 64 bits; GraphQL's own have 32. */
    static final GraphQLScalarType LONG = GraphQLScalarType.newScalar()
            .name("Long")
            .coercing(new WholeNumber())
            .build();

    private Scalars() {}

    private static final class AnyJson implements Coercing<JsonNode, JsonNode> {
        @Override
        public JsonNode serialize(Object value, GraphQLContext context, Locale locale) {
            return Values.tree(value);
        }

        @Override
        public JsonNode parseValue(Object value, GraphQLContext context, Locale locale) {
            return Values.tree(value);
        }

        @Override
        public JsonNode parseLiteral(
                Value<?> literal, CoercedVariables variables, GraphQLContext context, Locale locale) {
            return Values.tree(literal, variables.toMap());
        }

        @Override
        public Value<?> valueToLiteral(Object value, GraphQLContext context, Locale locale) {
            return Values.literal(Values.tree(value));
        }
    }

    private static final class WholeNumber implements Coercing<Long, Long> {
        private static final String WRONG = "Long is a whole number of at most 64 bits";

        @Override
        public Long serialize(Object value, GraphQLContext context, Locale locale) {
            if (value instanceof Number number) {
                return number.longValue();
            }
            throw new CoercingSerializeException(WRONG);
        }

        @Override
        public Long parseValue(Object value, GraphQLContext context, Locale locale) {
            JsonNode number = Values.tree(value);
            if (!number.isIntegralNumber() || !number.canConvertToLong()) {
                throw new CoercingParseValueException(WRONG);
            }
            return number.longValue();
        }

        @Override
        public Long parseLiteral(Value<?> literal, CoercedVariables variables, GraphQLContext context, Locale locale) {
            if (literal instanceof IntValue whole && whole.getValue().bitLength() < Long.SIZE) {
                return whole.getValue().longValue();
            }
            throw new CoercingParseLiteralException(WRONG);
        }

        @Override
        public Value<?> valueToLiteral(Object value, GraphQLContext context, Locale locale) {
            return IntValue.newIntValue(BigInteger.valueOf(parseValue(value, context, locale)))
                    .build();
        }
    }
}
