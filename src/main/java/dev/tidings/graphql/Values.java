package dev.tidings.graphql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import graphql.language.ArrayValue;
import graphql.language.BooleanValue;
import graphql.language.EnumValue;
import graphql.language.FloatValue;
import graphql.language.IntValue;
import graphql.language.NullValue;
import graphql.language.ObjectField;
import graphql.language.ObjectValue;
import graphql.language.StringValue;
import graphql.language.Value;
import graphql.language.VariableReference;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON as graphql-java wants to be given it and as it gives it back, and as what is written in documents. */
final class Values {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private Values() {}

    /** Maps, lists, strings, numbers and booleans. */
    static @Nullable Object plain(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> plainObject(node);
            case ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                node.forEach(each -> list.add(plain(each)));
                yield list;
            }
            case STRING -> node.textValue();
            case NUMBER -> node.numberValue();
            case BOOLEAN -> node.booleanValue();
            default -> null;
        };
    }

    static Map<String, @Nullable Object> plainObject(JsonNode node) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        node.properties().forEach(each -> map.put(each.getKey(), plain(each.getValue())));
        return map;
    }

    /** What such things, and trees among them, are in JSON. */
    static JsonNode tree(@Nullable Object value) {
        return switch (value) {
            case null -> JSON.nullNode();
            case JsonNode node -> node;
            case Map<?, ?> map -> {
                ObjectNode object = JSON.objectNode();
                map.forEach((name, member) -> object.set(String.valueOf(name), tree(member)));
                yield object;
            }
            case Iterable<?> list -> {
                ArrayNode array = JSON.arrayNode();
                list.forEach(each -> array.add(tree(each)));
                yield array;
            }
            case Boolean truth -> JSON.booleanNode(truth);
            case Integer number -> JSON.numberNode(number);
            case Long number -> JSON.numberNode(number);
            case BigInteger number -> JSON.numberNode(number);
            case BigDecimal number -> JSON.numberNode(number);
            case Double number -> JSON.numberNode(number);
            default -> JSON.textNode(String.valueOf(value));
        };
    }

    /** What is written in a document is in JSON. */
    static JsonNode tree(Value<?> literal, Map<String, Object> variables) {
        return switch (literal) {
            case ObjectValue object -> {
                ObjectNode tree = JSON.objectNode();
                for (ObjectField field : object.getObjectFields()) {
                    tree.set(field.getName(), tree(field.getValue(), variables));
                }
                yield tree;
            }
            case ArrayValue array -> {
                ArrayNode tree = JSON.arrayNode();
                array.getValues().forEach(each -> tree.add(tree(each, variables)));
                yield tree;
            }
            case StringValue text -> JSON.textNode(text.getValue());
            case EnumValue name -> JSON.textNode(name.getName());
            case BooleanValue truth -> JSON.booleanNode(truth.isValue());
            case IntValue number -> whole(number.getValue());
            case FloatValue number -> JSON.numberNode(number.getValue());
            case VariableReference variable -> tree(variables.get(variable.getName()));
            default -> JSON.nullNode();
        };
    }

    private static JsonNode whole(BigInteger number) {
        return number.bitLength() < Long.SIZE ? JSON.numberNode(number.longValue()) : JSON.numberNode(number);
    }

    /** As it would be written in a document. */
    static Value<?> literal(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT ->
                ObjectValue.newObjectValue()
                        .objectFields(node.properties().stream()
                                .map(each -> new ObjectField(each.getKey(), literal(each.getValue())))
                                .toList())
                        .build();
            case ARRAY -> {
                ArrayValue.Builder array = ArrayValue.newArrayValue();
                node.forEach(each -> array.value(literal(each)));
                yield array.build();
            }
            case STRING -> StringValue.of(node.textValue());
            case NUMBER ->
                node.isIntegralNumber()
                        ? IntValue.newIntValue(node.bigIntegerValue()).build()
                        : FloatValue.newFloatValue(node.decimalValue()).build();
            case BOOLEAN -> BooleanValue.of(node.booleanValue());
            default -> NullValue.of();
        };
    }
}
