package dev.atalaya.scanner;

import dev.atalaya.journal.ResultColumn;
import dev.atalaya.journal.ResultRow;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What is stored of the tickers of a published list, read the plain way.
final class PublishedRows {
    private PublishedRows() {}

    static List<ResultRow> of(JsonArray tickers) {
        return tickers.stream().map(ticker -> row((JsonObject) ticker)).toList();
    }

    private static ResultRow row(JsonObject ticker) {
        Map<ResultColumn, Object> values = new EnumMap<>(ResultColumn.class);
        for (ResultColumn column : ResultColumn.values()) {
            switch (ticker.getValue(column.field())) {
                case null -> {}
                case JsonArray names ->
                    values.put(
                            column,
                            names.stream()
                                    .map(String::valueOf)
                                    .collect(Collectors.joining(String.valueOf(ResultColumn.SEPARATOR))));
                case JsonObject metadata -> values.put(column, metadata.encode());
                case Number rank when column == ResultColumn.RANK -> values.put(column, rank.intValue());
                case Number whole
                when column.isWhole() -> {
                    if (Math.abs(whole.doubleValue()) < 0x1p63) {
                        values.put(
                                column, whole instanceof Double ? Math.round(whole.doubleValue()) : whole.longValue());
                    }
                }
                case Number number -> values.put(column, number.doubleValue());
                default -> throw new IllegalArgumentException(column + " of " + ticker);
            }
        }
        return new ResultRow(ticker.getString("symbol"), values);
    }
}
