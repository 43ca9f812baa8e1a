package dev.atalaya.persistence;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What is stored of a ticker beside its symbol: columns of `scan_results`, named after the ticker's JSON
/// fields. Their order is that of the statement in [ResultTable].
enum ResultColumn {
    PRICE(Double.class),
    VOLUME(Long.class),
    VOLUME_TODAY(Long.class),
    CHANGE_PERCENT(Double.class),
    RVOL(Double.class),
    RVOL_SLOT(Double.class),
    PRICE_FROM_HIGH(Double.class),
    PRICE_FROM_LOW(Double.class),
    MARKET_CAP(Long.class),
    FLOAT_SHARES(Long.class),
    SCORE(Double.class),
    RANK(Integer.class),
    /// The names with [#SEPARATOR] between them.
    FILTERS_MATCHED(String.class),
    /// A JSON object as text.
    METADATA(String.class);

    /// Stands between names and never in one.
    static final char SEPARATOR = '\u001f';

    private static final Map<String, ResultColumn> BY_FIELD =
            Arrays.stream(values()).collect(Collectors.toMap(ResultColumn::field, Function.identity()));

    private final Class<?> type;

    ResultColumn(Class<?> type) {
        this.type = type;
    }

    /// The column with that JSON field, if it is stored.
    static Optional<ResultColumn> of(String field) {
        return Optional.ofNullable(BY_FIELD.get(field));
    }

    String field() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /// What its values are in Java.
    Class<?> type() {
        return type;
    }
}
