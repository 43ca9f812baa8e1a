package dev.atalaya.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Prints JSON objects for people: one as names and values, several as a table. Not thread safe.
public final class JsonTable {
    private static final int MAX_CELL = 100;
    private static final String UNKNOWN = "-";
    private static final String GAP = "  ";

    private final PrintWriter out;
    private Map<String, Integer> columns = Map.of();

    public JsonTable(PrintWriter out) {
        this.out = out;
    }

    /// Names and values; what is a list of objects stands behind them as a table.
    public void print(JsonObject object) {
        Map<String, String> values = flat(object, false);
        int width = values.keySet().stream().mapToInt(String::length).max().orElse(0);
        values.forEach((name, value) -> out.println((pad(name, width) + GAP + value).stripTrailing()));
        object.forEach(field -> {
            if (field.getValue() instanceof JsonArray array && isTable(array)) {
                out.println();
                out.println(field.getKey() + ":");
                print(array.stream().map(JsonObject.class::cast).toList());
            }
        });
        out.flush();
    }

    /// A table with a column for every name that one of the objects has.
    public void print(Collection<JsonObject> objects) {
        List<Map<String, String>> rows =
                objects.stream().map(object -> flat(object, true)).toList();
        columns = new LinkedHashMap<>();
        rows.forEach(row ->
                row.forEach((name, value) -> columns.merge(name, Math.max(name.length(), value.length()), Math::max)));
        printHeader();
        rows.forEach(this::printRow);
        out.flush();
    }

    /// A row of a table that goes on; the first object, and one with other names, begins it.
    public void add(JsonObject object) {
        Map<String, String> row = flat(object, true);
        Set<String> names = new LinkedHashSet<>(row.keySet());
        if (!columns.keySet().equals(names)) {
            columns = new LinkedHashMap<>();
            row.forEach((name, value) -> columns.put(name, Math.max(name.length(), value.length() + 1)));
            printHeader();
        }
        printRow(row);
        out.flush();
    }

    private void printHeader() {
        printRow(columns.keySet().stream().collect(Collectors.toMap(name -> name, name -> name)));
    }

    private void printRow(Map<String, String> row) {
        List<String> cells = new ArrayList<>();
        columns.forEach((name, width) -> cells.add(pad(row.getOrDefault(name, UNKNOWN), width)));
        out.println(String.join(GAP, cells).stripTrailing());
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    private static boolean isTable(JsonArray array) {
        return !array.isEmpty() && array.stream().allMatch(JsonObject.class::isInstance);
    }

    /// What an object says, objects in it under `name.name`, without lists of objects, which a cell has no room for.
    private static Map<String, String> flat(JsonObject object, boolean inCells) {
        Map<String, String> values = new LinkedHashMap<>();
        flatten("", object, inCells, values);
        return values;
    }

    private static void flatten(String before, JsonObject object, boolean inCells, Map<String, String> values) {
        object.forEach(field -> {
            String name = before + field.getKey();
            if (field.getValue() instanceof JsonObject inner) {
                flatten(name + ".", inner, inCells, values);
            } else if (!(field.getValue() instanceof JsonArray array && isTable(array))) {
                String text = text(field.getValue());
                values.put(name, inCells && text.length() > MAX_CELL ? text.substring(0, MAX_CELL - 1) + "…" : text);
            }
        });
    }

    /// On one line, and without what could steer a terminal.
    private static String text(@Nullable Object value) {
        String text = value instanceof JsonArray array
                ? array.stream().map(String::valueOf).collect(Collectors.joining(", "))
                : Objects.toString(value, UNKNOWN);
        return text.replaceAll("\\p{Cntrl}", " ");
    }
}
