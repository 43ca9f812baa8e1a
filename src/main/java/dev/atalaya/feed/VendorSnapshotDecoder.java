package dev.atalaya.feed;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.atalaya.feed.TickerField.Group;
import dev.atalaya.market.PartSet;
import dev.atalaya.market.Reference;
import dev.atalaya.market.SkipReason;
import dev.atalaya.market.Snapshot;
import dev.atalaya.market.SymbolTable;
import dev.atalaya.market.TickerColumns;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Decodes `{"timestamp", "count", "tickers": […]}` with tickers in the vendor's shape straight into columns,
/// of each ticker only what a column needs. What is usual is read by [UsualSnapshotDecoder]; a snapshot with
/// anything else in it is read again from its beginning by Jackson's streaming parser, which also says what
/// is wrong with it. Where a key stands twice in an object the last counts, as in Jackson's tree model. Not
/// thread safe; used on one worker at a time.
final class VendorSnapshotDecoder {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final int NONE = -1;
    private static final int LEAST_FOR_TWO = 256 * 1024;
    private static final byte[] META = "__meta__".getBytes(StandardCharsets.US_ASCII);

    private final JsonFactory json = JsonFactory.builder()
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .build();
    private final SymbolTable symbols;
    private final OwnSymbols own;
    private final TickerColumns columns;
    private final TickerDraft draft = new TickerDraft();
    private final TailDecoder tail;
    private final UsualSnapshotDecoder usual;
    private @Nullable Instant hashTime;

    /// Decodes on the caller's thread alone.
    VendorSnapshotDecoder(SymbolTable symbols, int expectedTickers) {
        this(symbols, expectedTickers, Runnable::run, Integer.MAX_VALUE);
    }

    /// Decodes a part of a large snapshot on a second worker.
    VendorSnapshotDecoder(SymbolTable symbols, int expectedTickers, Vertx vertx) {
        this(symbols, expectedTickers, task -> vertx.executeBlocking(Executors.callable(task), false), LEAST_FOR_TWO);
    }

    /// @param helper decodes a part beside the caller's thread
    /// @param least bytes of which it does
    VendorSnapshotDecoder(SymbolTable symbols, int expectedTickers, Executor helper, int least) {
        this.symbols = symbols;
        this.own = new OwnSymbols(symbols);
        this.columns = new TickerColumns(symbols, expectedTickers);
        this.tail = new TailDecoder(symbols, own, expectedTickers / 2, helper, least);
        this.usual = new UsualSnapshotDecoder(symbols, own, columns, draft, tail);
    }

    /// From the next snapshot on reads the tickers of these parts only; of the others it sees that they are valid JSON.
    void only(PartSet parts) {
        own.only(parts);
    }

    /// Decodes a snapshot into the columns that this decoder fills again and again, while its bytes come.
    ///
    /// @param references what is known of a symbol, by its number
    /// @throws SnapshotFormatException if it is no JSON, or no snapshot
    Snapshot decode(SnapshotBytes bytes, IntFunction<Reference> references)
            throws SnapshotFormatException, InterruptedException {
        return decode(bytes, references, null);
    }

    /// The same of a snapshot that need not have a timestamp: then its time is that of the newest update of a
    /// ticker.
    ///
    /// @param updatesUntil a later update is an error of the vendor's and does not count
    Snapshot decode(SnapshotBytes bytes, IntFunction<Reference> references, @Nullable Instant updatesUntil)
            throws SnapshotFormatException, InterruptedException {
        try {
            return usual.decode(bytes, references, updatesUntil);
        } catch (JsonBytesReader.Unusual e) {
            return parse(bytes.array(), bytes.await(Integer.MAX_VALUE), references, updatesUntil);
        }
    }

    /// The same by a real parser alone.
    Snapshot parse(byte[] bytes, int length, IntFunction<Reference> references, @Nullable Instant updatesUntil)
            throws SnapshotFormatException {
        begin(updatesUntil);
        String timestamp = null;
        boolean tickers = false;
        try (JsonParser parser = json.createParser(bytes, 0, length)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new SnapshotFormatException("The snapshot is no JSON object");
            }
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                JsonToken value = parser.nextToken();
                switch (name) {
                    case "timestamp" -> timestamp = text(parser, value);
                    case "tickers" -> {
                        begin(updatesUntil);
                        tickers = value == JsonToken.START_ARRAY;
                        if (tickers) {
                            parseTickers(parser, references);
                        } else {
                            parser.skipChildren();
                        }
                    }
                    default -> parser.skipChildren();
                }
            }
            if (parser.currentToken() != JsonToken.END_OBJECT) {
                throw new SnapshotFormatException("The snapshot ends too early");
            }
            if (parser.nextToken() != null) {
                throw new SnapshotFormatException("The snapshot goes on after its end");
            }
        } catch (IOException e) {
            throw new SnapshotFormatException("The snapshot is no JSON: " + firstLine(e), e);
        }
        Instant time = timestamp == null ? draft.newestUpdate() : Timestamps.parse(timestamp);
        if (time == null || !tickers) {
            throw new SnapshotFormatException("The snapshot has no " + (time == null ? "timestamp" : "tickers"));
        }
        return new Snapshot(time, columns);
    }

    /// Decodes the hash form, while its bytes come: a field a ticker, its name the symbol, and `__meta__` with the
    /// timestamp. A ticker that is no JSON is skipped and counted, and costs the others nothing.
    ///
    /// @param hash names and values in turn
    /// @throws SnapshotFormatException if there is no timestamp
    Snapshot decodeHash(SnapshotBytes hash, IntFunction<Reference> references)
            throws SnapshotFormatException, InterruptedException {
        begin(null);
        try {
            return decodePairs(hash, references);
        } finally {
            tail.finish();
        }
    }

    private Snapshot decodePairs(SnapshotBytes hash, IntFunction<Reference> references)
            throws SnapshotFormatException, InterruptedException {
        hashTime = null;
        int next = 0;
        int split = NONE;
        for (int complete = hash.awaitTexts(2); next + 1 < complete; complete = hash.awaitTexts(next + 2)) {
            byte[] bytes = hash.array();
            int[] starts = hash.starts();
            int[] ends = hash.ends();
            while (next + 1 < complete) {
                if (split == NONE && hash.isEnded()) {
                    split = offerTail(hash, next, references);
                }
                if (next == split && tail.isTaken(columns, draft)) {
                    next = tail.end();
                    continue;
                }
                int value = next + 1;
                if (isMeta(bytes, starts[next], ends[next])) {
                    hashTime = timestamp(bytes, starts[value], ends[value]);
                } else {
                    decodePair(bytes, starts, ends, next, references);
                }
                next += 2;
            }
        }
        if (hashTime == null) {
            throw new SnapshotFormatException("The snapshot has no timestamp in its field __meta__");
        }
        return new Snapshot(hashTime, columns);
    }

    /// Answers where the tail begins, if it does.
    private int offerTail(SnapshotBytes hash, int next, IntFunction<Reference> references)
            throws SnapshotFormatException, InterruptedException {
        byte[] bytes = hash.array();
        int complete = hash.awaitTexts(Integer.MAX_VALUE);
        int[] starts = hash.starts();
        int[] ends = hash.ends();
        if (ends[complete - 1] - starts[next] < tail.leastBytes()) {
            return complete;
        }
        int split = next + (complete - next) / 4 * 2;
        for (int name = split; name + 1 < complete; name += 2) {
            if (isMeta(bytes, starts[name], ends[name])) {
                hashTime = timestamp(bytes, starts[name + 1], ends[name + 1]);
            }
        }
        tail.offer(bytes, starts, ends, split, complete, references);
        return split;
    }

    /// Whether a hash's field has the timestamp.
    static boolean isMeta(byte[] bytes, int from, int to) {
        return Arrays.equals(bytes, from, to, META, 0, META.length);
    }

    private void decodePair(byte[] bytes, int[] starts, int[] ends, int name, IntFunction<Reference> references) {
        try {
            int symbolId = decodeTicker(bytes, starts[name + 1], ends[name + 1]);
            if (symbolId == SymbolTable.INVALID) {
                tail.finish();
                symbolId = symbols.intern(bytes, starts[name], ends[name] - starts[name]);
            }
            own.add(draft, columns, symbolId, references);
        } catch (IOException e) {
            columns.skip(SkipReason.NOT_JSON, own.hasNameless() ? 1 : 0);
        }
    }

    private int decodeTicker(byte[] bytes, int from, int to) throws IOException {
        try {
            return usual.decodeTicker(bytes, from, to);
        } catch (JsonBytesReader.Unusual e) {
            tail.finish(); // it reads the table of symbols
            draft.clear();
            try (JsonParser parser = json.createParser(bytes, from, to - from)) {
                if (parser.nextToken() != JsonToken.START_OBJECT) {
                    throw new IOException("The ticker is no JSON object", e);
                }
                int symbolId = parseTicker(parser);
                if (parser.currentToken() != JsonToken.END_OBJECT || parser.nextToken() != null) {
                    throw new IOException("The ticker ends too early or goes on after its end", e);
                }
                return symbolId;
            }
        }
    }

    private @Nullable Instant timestamp(byte[] bytes, int from, int to) throws SnapshotFormatException {
        String timestamp = null;
        try (JsonParser parser = json.createParser(bytes, from, to - from)) {
            parser.nextToken();
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                JsonToken value = parser.nextToken();
                if (name.equals("timestamp")) {
                    timestamp = text(parser, value);
                } else {
                    parser.skipChildren();
                }
            }
            if (parser.nextToken() != null) {
                throw new IOException("it goes on after its end");
            }
        } catch (IOException e) {
            throw new SnapshotFormatException("The snapshot's field __meta__ is no JSON: " + firstLine(e), e);
        }
        return timestamp == null ? null : Timestamps.parse(timestamp);
    }

    private static @Nullable String text(JsonParser parser, JsonToken value) throws IOException {
        if (value == JsonToken.VALUE_STRING) {
            return parser.getText();
        }
        parser.skipChildren();
        return null;
    }

    private void begin(@Nullable Instant updatesUntil) {
        columns.clear();
        draft.begin(updatesUntil);
    }

    private static String firstLine(IOException e) {
        return Objects.toString(e.getMessage(), "").lines().findFirst().orElse("");
    }

    private void parseTickers(JsonParser parser, IntFunction<Reference> references) throws IOException {
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (token == null) {
                return; // the end of the bytes, which is told by whoever called
            }
            int symbolId = SymbolTable.INVALID;
            if (token == JsonToken.START_OBJECT) {
                symbolId = parseTicker(parser);
            } else {
                draft.clear();
                parser.skipChildren();
            }
            own.add(draft, columns, symbolId, references);
        }
    }

    private int parseTicker(JsonParser parser) throws IOException {
        draft.clear();
        int symbolId = SymbolTable.INVALID;
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            JsonToken value = parser.nextToken();
            Group group = TickerField.OBJECTS.get(name);
            if (group != null) {
                parseObject(parser, value, group);
            } else if (name.equals("ticker")) {
                symbolId = symbol(parser, value);
            } else {
                parseField(parser, value, TickerField.TICKER.byName, name);
            }
        }
        return symbolId;
    }

    private int symbol(JsonParser parser, JsonToken value) throws IOException {
        if (value == JsonToken.VALUE_STRING) {
            return symbols.intern(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
        }
        parser.skipChildren();
        return SymbolTable.INVALID;
    }

    private void parseObject(JsonParser parser, JsonToken value, Group group) throws IOException {
        for (TickerField field : group.fields) {
            set(field, Double.NaN, TickerColumns.NO_TIME);
        }
        if (value != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            parseField(parser, parser.nextToken(), group.byName, name);
        }
    }

    /// A field that is no number is unknown.
    private void parseField(JsonParser parser, JsonToken value, Map<String, TickerField> fields, String name)
            throws IOException {
        TickerField field = fields.get(name);
        if (field == null || !value.isNumeric()) {
            parser.skipChildren();
            set(field, Double.NaN, TickerColumns.NO_TIME);
            return;
        }
        double number = parser.getDoubleValue();
        boolean fits = field.isTime() && number > 0 && number < Long.MAX_VALUE;
        set(field, number, fits ? parser.getLongValue() / NANOS_PER_MILLI : TickerColumns.NO_TIME);
    }

    private void set(@Nullable TickerField field, double number, long millis) {
        if (field != null && field.isTime()) {
            field.setTime(draft, millis);
        } else if (field != null) {
            draft.set(field, number);
        }
    }
}
