package dev.atalaya.feed;

import dev.atalaya.feed.JsonBytesReader.Unusual;
import dev.atalaya.market.TickerColumns;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// The numbers of the vendor's ticker that are read, and where they stand: in an object of the ticker, or, as
/// the upstream adds them, in the ticker itself.
@SuppressWarnings("ImmutableEnumChecker") // nobody changes the bytes of a key
enum TickerField {
    RVOL("", "rvol"),
    ATR("", "atr"),
    ATR_PERCENT("", "atr_percent"),
    INTRADAY_HIGH("", "intraday_high"),
    INTRADAY_LOW("", "intraday_low"),
    /// Nanoseconds: see [TickerDraft#updatedMillis].
    UPDATED("", "updated"),
    LAST_TRADE_PRICE("lastTrade", "p"),
    /// Nanoseconds, which a double cannot hold: see [TickerDraft#lastTradeMillis].
    LAST_TRADE_TIME("lastTrade", "t"),
    BID("lastQuote", "p"),
    ASK("lastQuote", "P"),
    MINUTE_ACCUMULATED_VOLUME("min", "av"),
    DAY_OPEN("day", "o"),
    DAY_HIGH("day", "h"),
    DAY_LOW("day", "l"),
    DAY_CLOSE("day", "c"),
    DAY_VOLUME("day", "v"),
    DAY_VWAP("day", "vw"),
    PREV_DAY_CLOSE("prevDay", "c"),
    PREV_DAY_VOLUME("prevDay", "v");

    static final int COUNT = values().length;

    /// The fields of the ticker itself.
    static final Group TICKER = new Group("");

    /// The objects of the ticker that have fields which are read.
    static final Map<String, Group> OBJECTS = objects();

    private static final long NANOS_PER_MILLI = 1_000_000;

    final String object;
    final byte[] key;
    final long packed;
    private final String name;

    TickerField(String object, String name) {
        this.object = object;
        this.name = name;
        this.key = name.getBytes(StandardCharsets.US_ASCII);
        this.packed = JsonBytesReader.pack(key, 0, key.length);
    }

    /// Whether it is a time in nanoseconds, set by [#setTime], or a number, set by [TickerDraft#set].
    boolean isTime() {
        return this == LAST_TRADE_TIME || this == UPDATED;
    }

    /// Sets it, unless the number is none of its kind.
    boolean set(TickerDraft draft, JsonNumber number) {
        if (!isTime()) {
            draft.set(this, number.value());
        } else if (number.isPositiveWhole() && isTime(number.whole())) {
            setTime(draft, number.whole() / NANOS_PER_MILLI);
        } else {
            return false;
        }
        return true;
    }

    /// Reads it into a draft.
    ///
    /// @throws Unusual if it is no number that the reader knows
    void read(JsonBytesReader json, TickerDraft draft) throws Unusual {
        if (!json.isNumber()) {
            throw JsonBytesReader.unusual();
        }
        json.readNumber();
        if (isTime()) {
            long nanos = json.whole();
            setTime(draft, isTime(nanos) ? nanos / NANOS_PER_MILLI : TickerColumns.NO_TIME);
        } else {
            draft.set(this, json.number());
        }
    }

    /// Compared as a double, as the parser's reading of it is.
    private static boolean isTime(long nanos) {
        return nanos > 0 && (double) nanos < Long.MAX_VALUE;
    }

    /// @param millis since 1970 UTC, or [TickerColumns#NO_TIME]
    void setTime(TickerDraft draft, long millis) {
        if (this == LAST_TRADE_TIME) {
            draft.lastTradeMillis = millis;
        } else {
            draft.updatedMillis = millis;
        }
    }

    private static Map<String, Group> objects() {
        Map<String, Group> objects = new HashMap<>();
        for (TickerField field : values()) {
            if (!field.object.isEmpty()) {
                objects.computeIfAbsent(field.object, Group::new);
            }
        }
        return Map.copyOf(objects);
    }

    /// The fields of one object.
    static final class Group {
        final byte[] key;
        final long packed;
        /// Tells it from the others.
        final int bit;

        final TickerField[] fields;
        final Map<String, TickerField> byName = new HashMap<>();

        Group(String object) {
            key = object.getBytes(StandardCharsets.US_ASCII);
            packed = JsonBytesReader.pack(key, 0, key.length);
            fields = Arrays.stream(values())
                    .filter(field -> field.object.equals(object))
                    .toArray(TickerField[]::new);
            bit = 1 << fields[0].ordinal();
            for (TickerField field : fields) {
                byName.put(field.name, field);
            }
        }
    }
}
