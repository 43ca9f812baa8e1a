package dev.atalaya.scanner;

import dev.atalaya.market.Column;
import dev.atalaya.market.MarketSession;
import dev.atalaya.market.TickerColumns;
import dev.atalaya.scanner.JsonBytes.Name;
import java.time.Instant;
import java.util.List;

/// Writes a ticker as the JSON object that consumers read. Not thread safe.
final class TickerJson {
    private record Field(Name name, int value) {
        static Field of(String name, Column column) {
            return new Field(new Name(",\"" + name + "\":"), VALUES.indexOf(column));
        }
    }

    /// The numbers of a ticker that are not its reference data's, each once, those first that change most often.
    private static final List<Column> VALUES = List.of(
            Column.PRICE,
            Column.VOLUME_TODAY,
            Column.BID,
            Column.ASK,
            Column.OPEN,
            Column.HIGH,
            Column.LOW,
            Column.INTRADAY_HIGH,
            Column.INTRADAY_LOW,
            Column.PREV_CLOSE,
            Column.PREV_VOLUME,
            Column.CHANGE,
            Column.CHANGE_PERCENT,
            Column.GAP_PERCENT,
            Column.RVOL,
            Column.ATR,
            Column.ATR_PERCENT,
            Column.PRICE_FROM_HIGH,
            Column.PRICE_FROM_LOW,
            Column.PRICE_VS_VWAP,
            Column.SCORE);

    /// How many [#values] a ticker has.
    static final int WIDTH = VALUES.size();

    private static final Field[] TRADING = {
        Field.of("price", Column.PRICE),
        Field.of("bid", Column.BID),
        Field.of("ask", Column.ASK),
        Field.of("volume", Column.VOLUME_TODAY),
        Field.of("volume_today", Column.VOLUME_TODAY),
        Field.of("open", Column.OPEN),
        Field.of("high", Column.HIGH),
        Field.of("low", Column.LOW),
        Field.of("intraday_high", Column.INTRADAY_HIGH),
        Field.of("intraday_low", Column.INTRADAY_LOW),
        Field.of("prev_close", Column.PREV_CLOSE),
        Field.of("prev_volume", Column.PREV_VOLUME),
        Field.of("change", Column.CHANGE),
        Field.of("change_percent", Column.CHANGE_PERCENT),
        Field.of("gap_percent", Column.GAP_PERCENT)
    };

    private static final Field[] METRICS = {
        Field.of("rvol", Column.RVOL),
        Field.of("rvol_slot", Column.RVOL),
        Field.of("atr", Column.ATR),
        Field.of("atr_percent", Column.ATR_PERCENT),
        Field.of("price_from_high", Column.PRICE_FROM_HIGH),
        Field.of("price_from_low", Column.PRICE_FROM_LOW),
        Field.of("price_vs_vwap", Column.PRICE_VS_VWAP)
    };

    private static final Field[] SCORE = {Field.of("score", Column.SCORE)};

    private static final Name TIMESTAMP = new Name("\",\"timestamp\":\"");
    private static final Name SESSION = new Name(",\"session\":\"");
    private static final Name RANK = new Name(",\"rank\":");
    private static final Name FILTERS = new Name(",\"filters_matched\":");
    private static final Name METADATA = new Name(",\"metadata\":");
    private final TimestampText timestamps = new TimestampText();

    /// Copies the numbers that tickers have in JSON, [#WIDTH] for each, one ticker behind the other.
    ///
    /// @param rows the tickers; only the first `count` count
    static void values(TickerColumns tickers, int[] rows, int count, double[] values) {
        for (int i = 0; i < WIDTH; i++) {
            double[] column = tickers.column(VALUES.get(i));
            for (int ticker = 0, at = i; ticker < count; ticker++, at += WIDTH) {
                values[at] = column[rows[ticker]];
            }
        }
    }

    /// Writes a ticker as far as its rank, which follows.
    ///
    /// @param text its symbol's
    /// @param tradedAt milliseconds since 1970 UTC, or [TickerColumns#NO_TIME]: then it has the snapshot's time
    /// @param values its [#values], from `at` on
    void writeBeforeRank(
            SymbolTexts.Text text,
            long tradedAt,
            double[] values,
            int at,
            MarketSession session,
            Instant snapshotTime,
            JsonBytes out) {
        text.writeSymbol(out);
        out.raw(TIMESTAMP);
        if (tradedAt == TickerColumns.NO_TIME) {
            out.plain(snapshotTime.toString());
        } else {
            timestamps.write(tradedAt, out);
        }
        out.raw('"');
        write(TRADING, values, at, out);
        text.writeFields(out);
        write(METRICS, values, at, out);
        out.raw(SESSION).plain(session.name()).raw('"');
        write(SCORE, values, at, out);
        out.raw(RANK);
    }

    /// Writes the rest.
    ///
    /// @param filtersMatched a JSON array
    void writeAfterRank(SymbolTexts.Text text, byte[] filtersMatched, JsonBytes out) {
        out.raw(FILTERS).raw(filtersMatched).raw(METADATA);
        text.writeMetadata(out);
        out.raw('}');
    }

    private static void write(Field[] fields, double[] values, int at, JsonBytes out) {
        byte[] bytes = out.room(fields.length * (Name.MOST_BYTES + NumberText.MOST_BYTES));
        int end = out.size();
        int last = -1;
        int from = 0;
        int to = 0;
        for (Field field : fields) {
            int begin = field.name.write(bytes, end);
            if (field.value == last) { // two fields have one number
                System.arraycopy(bytes, from, bytes, begin, to - from);
                end = begin + to - from;
            } else {
                end = NumberText.write(values[at + field.value], bytes, begin);
            }
            last = field.value;
            from = begin;
            to = end;
        }
        out.wrote(end);
    }
}
