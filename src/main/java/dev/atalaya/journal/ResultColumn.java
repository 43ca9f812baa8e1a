package dev.atalaya.journal;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What is stored of a ticker beside its symbol: columns of `scan_results`, named after the ticker's JSON
/// fields. Their order is that of the journal's rows and of the statement that stores them: new ones come last.
public enum ResultColumn {
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
    public static final char SEPARATOR = '\u001f';

    private static final double LONG_END = 0x1p63;

    private static final Map<String, ResultColumn> BY_FIELD =
            Arrays.stream(values()).collect(Collectors.toMap(ResultColumn::field, Function.identity()));

    private final Class<?> type;

    ResultColumn(Class<?> type) {
        this.type = type;
    }

    /// The column with that JSON field, if it is stored.
    public static Optional<ResultColumn> of(String field) {
        return Optional.ofNullable(BY_FIELD.get(field));
    }

    public String field() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// What its values are in Java.
    public Class<?> type() {
        return type;
    }

    /// Whether it is a number without decimals, as which other numbers are rounded.
    public boolean isWhole() {
        return type == Long.class;
    }

    /// Whether it can hold a number: an infinite one is unknown in any column, one beyond a long in a whole one.
    public boolean holds(double number) {
        return Double.isFinite(number) && (!isWhole() || Math.abs(number) < LONG_END);
    }
}
