package dev.atalaya.http;

import io.vertx.config.ConfigRetriever;
import io.vertx.config.ConfigRetrieverOptions;
import io.vertx.config.ConfigStoreOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// `openapi.yaml` as it is served, and whether an answer is what it says: as much of JSON Schema as it uses.
final class Contract {
    private final JsonObject openapi;

    private Contract(JsonObject openapi) {
        this.openapi = openapi;
    }

    static Contract read(Vertx vertx) throws Exception {
        ConfigStoreOptions yaml = new ConfigStoreOptions()
                .setType("file")
                .setFormat("yaml")
                .setConfig(new JsonObject().put("path", "web/openapi.yaml"));
        ConfigRetriever retriever = ConfigRetriever.create(vertx, new ConfigRetrieverOptions().addStore(yaml));
        return new Contract(retriever.getConfig().await(10, TimeUnit.SECONDS));
    }

    /// Such as `GET /api/categories/{name}`.
    Set<String> calls() {
        return openapi.getJsonObject("paths").stream()
                .flatMap(path -> ((JsonObject) path.getValue())
                        .fieldNames().stream().map(method -> method.toUpperCase(Locale.ROOT) + " " + path.getKey()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// What is wrong with an answer; empty if it is as the contract says.
    List<String> violations(String call, int status, String contentType, Object answer) {
        String[] methodAndPath = call.split(" ", 2);
        JsonObject responses = openapi.getJsonObject("paths")
                .getJsonObject(methodAndPath[1])
                .getJsonObject(methodAndPath[0].toLowerCase(Locale.ROOT))
                .getJsonObject("responses");
        JsonObject response = responses.getJsonObject("" + status);
        JsonObject content = response == null
                ? null
                : resolved(response).getJsonObject("content").getJsonObject(contentType);
        if (content == null) {
            return List.of(call + " must not answer " + status + " with " + contentType);
        }
        List<String> found = new ArrayList<>();
        check(content.getJsonObject("schema"), answer, "$", found);
        return found;
    }

    private JsonObject resolved(JsonObject schema) {
        String reference = schema.getString("$ref");
        if (reference == null) {
            return schema;
        }
        JsonObject target = openapi;
        for (String step : reference.substring(2).split("/", -1)) {
            target = Objects.requireNonNull(target.getJsonObject(step), reference);
        }
        return target;
    }

    private void check(JsonObject reference, @Nullable Object value, String at, List<String> found) {
        JsonObject schema = resolved(reference);
        schema.getJsonArray("allOf", new JsonArray()).forEach(each -> check((JsonObject) each, value, at, found));
        JsonArray any = schema.getJsonArray("anyOf");
        if (any != null && any.stream().allMatch(each -> hasViolations((JsonObject) each, value, at))) {
            found.add(at + " is none of " + any);
        }
        Object type = schema.getValue("type");
        if (type != null && types(type).noneMatch(name -> isOf(name, value))) {
            found.add(at + " is no " + type + ": " + value);
        }
        if ((schema.containsKey("const") && !schema.getValue("const").equals(value))
                || (schema.containsKey("enum") && !schema.getJsonArray("enum").contains(value))) {
            found.add(at + " is not one of the values: " + value);
        }
        switch (value) {
            case JsonObject object -> checkFields(schema, object, at, found);
            case JsonArray array
            when schema.containsKey("items") ->
                array.forEach(item -> check(schema.getJsonObject("items"), item, at + "[]", found));
            case Number number
            when number.doubleValue() < schema.getDouble("minimum", Double.NEGATIVE_INFINITY) ->
                found.add(at + " is too small: " + number);
            case String text when "date-time".equals(schema.getString("format")) -> Instant.parse(text);
            case String text
            when !text.matches(schema.getString("pattern", "(?s).*")) ->
                found.add(at + " has another pattern: " + text);
            case null, default -> {}
        }
    }

    private boolean hasViolations(JsonObject schema, @Nullable Object value, String at) {
        List<String> found = new ArrayList<>();
        check(schema, value, at, found);
        return !found.isEmpty();
    }

    private void checkFields(JsonObject schema, JsonObject object, String at, List<String> found) {
        for (Object name : schema.getJsonArray("required", new JsonArray())) {
            if (!object.containsKey((String) name)) {
                found.add(at + "." + name + " is missing");
            }
        }
        JsonObject properties = schema.getJsonObject("properties", new JsonObject());
        for (Map.Entry<String, Object> field : object) {
            JsonObject property = properties.getJsonObject(field.getKey());
            if (property != null) {
                check(property, field.getValue(), at + "." + field.getKey(), found);
            } else if (schema.getValue("additionalProperties") instanceof JsonObject others) {
                check(others, field.getValue(), at + "." + field.getKey(), found);
            } else if (Boolean.FALSE.equals(schema.getValue("additionalProperties"))) {
                found.add(at + "." + field.getKey() + " is not in the contract");
            }
        }
    }

    private static Stream<String> types(Object type) {
        return type instanceof JsonArray several ? several.stream().map(String.class::cast) : Stream.of((String) type);
    }

    private static boolean isOf(String type, @Nullable Object value) {
        return switch (type) {
            case "null" -> value == null;
            case "object" -> value instanceof JsonObject;
            case "array" -> value instanceof JsonArray;
            case "string" -> value instanceof String;
            case "boolean" -> value instanceof Boolean;
            case "number" -> value instanceof Number;
            case "integer" -> value instanceof Integer || value instanceof Long;
            default -> throw new IllegalArgumentException(type);
        };
    }
}
