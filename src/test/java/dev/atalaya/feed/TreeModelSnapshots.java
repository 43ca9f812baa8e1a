package dev.atalaya.feed;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.atalaya.market.Column;
import dev.atalaya.market.SkipReason;
import dev.atalaya.market.Snapshot;
import dev.atalaya.market.TickerColumns;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// What a snapshot says, found in the plainest way: the library's tree of it, and the design's sentences on
/// price, volume and symbols. An outcome is told as a text, so that two of them can be compared.
final class TreeModelSnapshots {
    static final String REFUSED = "refused";

    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /// The rows by symbol and what was skipped, of a snapshot that is being read.
    private final Map<String, String> rows = new LinkedHashMap<>();

    private final Map<SkipReason, Integer> skipped = new EnumMap<>(SkipReason.class);

    private TreeModelSnapshots() {
        for (SkipReason reason : SkipReason.values()) {
            skipped.put(reason, 0);
        }
    }

    /// The outcome that a decoder had.
    static String told(Snapshot snapshot) {
        TickerColumns tickers = snapshot.tickers();
        TreeModelSnapshots outcome = new TreeModelSnapshots();
        for (SkipReason reason : SkipReason.values()) {
            outcome.skip(reason, tickers.skipped(reason));
        }
        for (int row = 0; row < tickers.size(); row++) {
            Map<Column, Double> values = new EnumMap<>(Column.class);
            for (Column column : Column.values()) {
                if (!column.isDerived()) {
                    values.put(column, tickers.get(column, row));
                }
            }
            outcome.rows.put(tickers.symbol(row), values + " " + tickers.lastTradeMillis(row));
        }
        return outcome.toString(snapshot.time());
    }

    /// The outcome that the string form should have.
    ///
    /// @param updatesUntil null: the snapshot has to have a timestamp
    static String expected(byte[] json, @Nullable Instant updatesUntil) {
        JsonNode snapshot = tree(json).orElse(MissingNode.getInstance());
        JsonNode tickers = snapshot.path("tickers");
        if (!snapshot.isObject() || !tickers.isArray()) {
            return REFUSED;
        }
        TreeModelSnapshots outcome = new TreeModelSnapshots();
        OptionalLong newest = OptionalLong.empty();
        for (JsonNode ticker : tickers) {
            outcome.add(ticker.path("ticker").textValue(), ticker);
            long updated = millis(ticker.path("updated"));
            if (updatesUntil != null && updated != TickerColumns.NO_TIME && updated <= updatesUntil.toEpochMilli()) {
                newest = OptionalLong.of(Math.max(updated, newest.orElse(Long.MIN_VALUE)));
            }
        }
        JsonNode timestamp = snapshot.path("timestamp");
        if (!timestamp.isTextual()) {
            return newest.isPresent() ? outcome.toString(Instant.ofEpochMilli(newest.getAsLong())) : REFUSED;
        }
        return time(timestamp).map(outcome::toString).orElse(REFUSED);
    }

    /// The outcome that the hash form should have.
    ///
    /// @param hash names and values in turn
    static String expected(List<byte[]> hash) {
        TreeModelSnapshots outcome = new TreeModelSnapshots();
        Optional<Instant> time = Optional.empty();
        for (int i = 0; i < hash.size(); i += 2) {
            String name = new String(hash.get(i), StandardCharsets.ISO_8859_1);
            Optional<JsonNode> value = tree(hash.get(i + 1)).filter(JsonNode::isObject);
            if (name.equals("__meta__")) {
                time = value.flatMap(meta -> time(meta.path("timestamp")));
                if (time.isEmpty()) {
                    return REFUSED;
                }
            } else if (value.isEmpty()) {
                outcome.skip(SkipReason.NOT_JSON, 1);
            } else {
                String symbol = value.get().path("ticker").textValue();
                outcome.add(isSymbol(symbol) ? symbol : name, value.get());
            }
        }
        return time.map(outcome::toString).orElse(REFUSED);
    }

    private static Optional<JsonNode> tree(byte[] json) {
        try {
            return Optional.of(JSON.readTree(json));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> time(JsonNode timestamp) {
        try {
            return timestamp.isTextual() ? Optional.of(Timestamps.parse(timestamp.textValue())) : Optional.empty();
        } catch (SnapshotFormatException e) {
            return Optional.empty();
        }
    }

    private static boolean isSymbol(@Nullable String symbol) {
        return symbol != null && symbol.matches("[A-Za-z0-9.^/-]{1,32}");
    }

    private void skip(SkipReason reason, int tickers) {
        skipped.merge(reason, tickers, Integer::sum);
    }

    private void add(@Nullable String symbol, JsonNode ticker) {
        if (symbol == null || !isSymbol(symbol)) {
            skip(SkipReason.INVALID_SYMBOL, 1);
        } else if (rows.containsKey(symbol)) {
            skip(SkipReason.DUPLICATE, 1);
        } else {
            rows.put(symbol, row(ticker) + " " + millis(ticker.path("lastTrade").path("t")));
        }
    }

    private static Map<Column, Double> row(JsonNode ticker) {
        JsonNode trade = ticker.path("lastTrade");
        JsonNode quote = ticker.path("lastQuote");
        JsonNode day = ticker.path("day");
        JsonNode prevDay = ticker.path("prevDay");
        Map<Column, Double> row = new EnumMap<>(Column.class);
        for (Column column : Column.values()) {
            if (!column.isDerived()) {
                row.put(column, Double.NaN);
            }
        }
        row.put(Column.PRICE, firstPositive(trade.path("p"), day.path("c"), prevDay.path("c")));
        row.put(Column.VOLUME_TODAY, firstPositive(ticker.path("min").path("av"), day.path("v")));
        row.put(Column.BID, firstPositive(quote.path("p")));
        row.put(Column.ASK, firstPositive(quote.path("P")));
        row.put(Column.OPEN, firstPositive(day.path("o")));
        row.put(Column.HIGH, firstPositive(day.path("h")));
        row.put(Column.LOW, firstPositive(day.path("l")));
        row.put(Column.VWAP, firstPositive(day.path("vw")));
        row.put(Column.INTRADAY_HIGH, firstPositive(ticker.path("intraday_high")));
        row.put(Column.INTRADAY_LOW, firstPositive(ticker.path("intraday_low")));
        row.put(Column.PREV_CLOSE, firstPositive(prevDay.path("c")));
        row.put(Column.PREV_VOLUME, firstPositive(prevDay.path("v")));
        row.put(Column.FEED_RVOL, finite(ticker.path("rvol")));
        row.put(Column.ATR, finite(ticker.path("atr")));
        row.put(Column.ATR_PERCENT, finite(ticker.path("atr_percent")));
        return row;
    }

    private static double firstPositive(JsonNode... values) {
        for (JsonNode value : values) {
            if (finite(value) > 0) {
                return finite(value);
            }
        }
        return Double.NaN;
    }

    private static double finite(JsonNode value) {
        return value.isNumber() && Double.isFinite(value.doubleValue()) ? value.doubleValue() : Double.NaN;
    }

    /// Of nanoseconds that a long holds.
    private static long millis(JsonNode nanos) {
        return finite(nanos) > 0 && finite(nanos) < 0x1p63 ? nanos.longValue() / 1_000_000 : TickerColumns.NO_TIME;
    }

    private String toString(Instant time) {
        StringBuilder text = new StringBuilder(time + " " + skipped);
        rows.forEach(
                (symbol, row) -> text.append('\n').append(symbol).append(' ').append(row));
        return text.toString();
    }
}
