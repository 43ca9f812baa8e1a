package dev.atalaya.feed;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.atalaya.market.Reference;
import dev.atalaya.market.Snapshot;
import dev.atalaya.market.SymbolTable;
import dev.atalaya.market.TickerColumns;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Objects;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Decodes `{"timestamp", "count", "tickers": […]}` with tickers in the vendor's shape straight into columns: a
/// streaming
/// parser, and of each ticker only what a column needs. Not thread safe; used on one worker at a time.
final class VendorSnapshotDecoder {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final JsonFactory json = JsonFactory.builder()
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .build();
    private final SymbolTable symbols;
    private final TickerColumns columns;
    private final TickerDraft draft = new TickerDraft();

    VendorSnapshotDecoder(SymbolTable symbols, int expectedTickers) {
        this.symbols = symbols;
        this.columns = new TickerColumns(symbols, expectedTickers);
    }

    /// Decodes a snapshot into the columns that this decoder fills again and again.
    ///
    /// @param references what is known of a symbol, by its number
    /// @throws SnapshotFormatException if it is no JSON, or no snapshot
    Snapshot decode(InputStream bytes, IntFunction<Reference> references) throws SnapshotFormatException {
        columns.clear();
        Instant time = null;
        boolean tickers = false;
        try (JsonParser parser = json.createParser(bytes)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new SnapshotFormatException("The snapshot is no JSON object");
            }
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                JsonToken value = parser.nextToken();
                if (name.equals("timestamp") && value == JsonToken.VALUE_STRING) {
                    time = Timestamps.parse(parser.getText());
                } else if (name.equals("tickers") && value == JsonToken.START_ARRAY) {
                    tickers = true;
                    decodeTickers(parser, references);
                } else {
                    parser.skipChildren();
                }
            }
            if (parser.currentToken() != JsonToken.END_OBJECT) {
                throw new SnapshotFormatException("The snapshot ends too early");
            }
        } catch (IOException e) {
            throw new SnapshotFormatException("The snapshot is no JSON: " + oneLine(e), e);
        }
        if (time == null || !tickers) {
            throw new SnapshotFormatException("The snapshot has no " + (time == null ? "timestamp" : "tickers"));
        }
        return new Snapshot(time, columns);
    }

    private static String oneLine(IOException e) {
        return Objects.toString(e.getMessage(), "").lines().findFirst().orElse("");
    }

    private void decodeTickers(JsonParser parser, IntFunction<Reference> references) throws IOException {
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (token == null) {
                return;
            }
            int symbolId = token == JsonToken.START_OBJECT ? decodeTicker(parser) : invalid(parser);
            Reference reference = symbolId == SymbolTable.INVALID ? Reference.UNKNOWN : references.apply(symbolId);
            draft.addTo(columns, symbolId, reference);
        }
    }

    private static int invalid(JsonParser parser) throws IOException {
        parser.skipChildren();
        return SymbolTable.INVALID;
    }

    private int decodeTicker(JsonParser parser) throws IOException {
        draft.clear();
        int symbolId = SymbolTable.INVALID;
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            JsonToken value = parser.nextToken();
            switch (name) {
                case "ticker" -> {
                    if (value == JsonToken.VALUE_STRING) {
                        symbolId = symbols.intern(
                                parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
                    } else {
                        parser.skipChildren();
                    }
                }
                case "day" -> decodeDay(parser, value);
                case "lastTrade" -> decodeLastTrade(parser, value);
                case "lastQuote" -> decodeLastQuote(parser, value);
                case "min" -> decodeMinute(parser, value);
                case "prevDay" -> decodePrevDay(parser, value);
                case "rvol" -> draft.rvol = number(parser, value);
                case "atr" -> draft.atr = number(parser, value);
                case "atr_percent" -> draft.atrPercent = number(parser, value);
                case "intraday_high" -> draft.intradayHigh = number(parser, value);
                case "intraday_low" -> draft.intradayLow = number(parser, value);
                default -> parser.skipChildren();
            }
        }
        return symbolId;
    }

    private void decodeDay(JsonParser parser, JsonToken start) throws IOException {
        for (String name = field(parser, start); name != null; name = parser.nextFieldName()) {
            JsonToken value = parser.nextToken();
            switch (name) {
                case "o" -> draft.dayOpen = number(parser, value);
                case "h" -> draft.dayHigh = number(parser, value);
                case "l" -> draft.dayLow = number(parser, value);
                case "c" -> draft.dayClose = number(parser, value);
                case "v" -> draft.dayVolume = number(parser, value);
                case "vw" -> draft.dayVwap = number(parser, value);
                default -> parser.skipChildren();
            }
        }
    }

    private void decodeLastTrade(JsonParser parser, JsonToken start) throws IOException {
        for (String name = field(parser, start); name != null; name = parser.nextFieldName()) {
            JsonToken value = parser.nextToken();
            switch (name) {
                case "p" -> draft.lastTradePrice = number(parser, value);
                case "t" -> {
                    double nanos = number(parser, value);
                    draft.lastTradeMillis = nanos > 0 && nanos < Long.MAX_VALUE
                            ? parser.getLongValue() / NANOS_PER_MILLI
                            : TickerColumns.NO_TIME;
                }
                default -> parser.skipChildren();
            }
        }
    }

    private void decodeLastQuote(JsonParser parser, JsonToken start) throws IOException {
        for (String name = field(parser, start); name != null; name = parser.nextFieldName()) {
            JsonToken value = parser.nextToken();
            switch (name) {
                case "p" -> draft.bid = number(parser, value);
                case "P" -> draft.ask = number(parser, value);
                default -> parser.skipChildren();
            }
        }
    }

    private void decodeMinute(JsonParser parser, JsonToken start) throws IOException {
        for (String name = field(parser, start); name != null; name = parser.nextFieldName()) {
            JsonToken value = parser.nextToken();
            if (name.equals("av")) {
                draft.minAccumulatedVolume = number(parser, value);
            } else {
                parser.skipChildren();
            }
        }
    }

    private void decodePrevDay(JsonParser parser, JsonToken start) throws IOException {
        for (String name = field(parser, start); name != null; name = parser.nextFieldName()) {
            JsonToken value = parser.nextToken();
            switch (name) {
                case "c" -> draft.prevDayClose = number(parser, value);
                case "v" -> draft.prevDayVolume = number(parser, value);
                default -> parser.skipChildren();
            }
        }
    }

    /// The first field of what should be an object; of anything else nothing is read.
    private static @Nullable String field(JsonParser parser, JsonToken start) throws IOException {
        if (start == JsonToken.START_OBJECT) {
            return parser.nextFieldName();
        }
        parser.skipChildren();
        return null;
    }

    /// The number, or NaN for whatever else stands there.
    private static double number(JsonParser parser, JsonToken value) throws IOException {
        if (value.isNumeric()) {
            double plain = Decimals.parse(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
            return Double.isNaN(plain) ? parser.getDoubleValue() : plain;
        }
        parser.skipChildren();
        return Double.NaN;
    }
}
