package dev.atalaya.scanner;

import dev.atalaya.market.Column;
import dev.atalaya.market.MarketSession;
import dev.atalaya.market.Reference;
import dev.atalaya.market.TickerColumns;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.IdentityHashMap;
import java.util.List;

/// Writes a ticker as the JSON object that consumers read. Not thread safe.
final class TickerJson {
    private static final class Field {
        final byte[] name;
        final Column column;

        private Field(byte[] name, Column column) {
            this.name = name;
            this.column = column;
        }

        static Field of(String name, Column column) {
            return new Field(JsonBytes.ascii(",\"" + name + "\":"), column);
        }
    }

    private static final List<Field> TRADING = List.of(
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
            Field.of("gap_percent", Column.GAP_PERCENT),
            Field.of("avg_volume_30d", Column.AVG_VOLUME_30D),
            Field.of("avg_volume_10d", Column.AVG_VOLUME_10D),
            Field.of("float_shares", Column.FLOAT_SHARES),
            Field.of("shares_outstanding", Column.SHARES_OUTSTANDING),
            Field.of("market_cap", Column.MARKET_CAP));

    private static final List<Field> METRICS = List.of(
            Field.of("rvol", Column.RVOL),
            Field.of("rvol_slot", Column.RVOL),
            Field.of("atr", Column.ATR),
            Field.of("atr_percent", Column.ATR_PERCENT),
            Field.of("price_from_high", Column.PRICE_FROM_HIGH),
            Field.of("price_from_low", Column.PRICE_FROM_LOW),
            Field.of("price_vs_vwap", Column.PRICE_VS_VWAP));

    private static final byte[] SYMBOL = JsonBytes.ascii("{\"symbol\":\"");
    private static final byte[] TIMESTAMP = JsonBytes.ascii("\",\"timestamp\":\"");
    private static final byte[] QUOTE = JsonBytes.ascii("\"");
    private static final byte[] SECTOR = JsonBytes.ascii(",\"sector\":");
    private static final byte[] INDUSTRY = JsonBytes.ascii(",\"industry\":");
    private static final byte[] EXCHANGE = JsonBytes.ascii(",\"exchange\":");
    private static final byte[] SESSION = JsonBytes.ascii(",\"session\":\"");
    private static final byte[] SCORE = JsonBytes.ascii("\",\"score\":");
    private static final byte[] RANK = JsonBytes.ascii(",\"rank\":");
    private static final byte[] FILTERS = JsonBytes.ascii(",\"filters_matched\":");
    private static final byte[] METADATA = JsonBytes.ascii(",\"metadata\":");
    private static final byte[] NULL = JsonBytes.ascii("null");

    /// More than are kept, less than would matter in memory.
    private static final int MOST_TEXTS = 12_288;

    /// The classifying texts and the metadata of a symbol do not change from cycle to cycle.
    private final IdentityHashMap<Reference, Texts> texts = new IdentityHashMap<>();

    private record Texts(JsonBytes classification, JsonBytes metadata) {}

    /// @param rank from 1
    /// @param filtersMatched a JSON array
    void write(
            TickerColumns tickers,
            int row,
            int rank,
            MarketSession session,
            Instant snapshotTime,
            byte[] filtersMatched,
            JsonBytes out) {
        Texts known = texts(tickers.reference(row));
        out.raw(SYMBOL).plain(tickers.symbol(row)).raw(TIMESTAMP);
        long tradedAt = tickers.lastTradeMillis(row);
        out.plain((tradedAt == TickerColumns.NO_TIME ? snapshotTime : Instant.ofEpochMilli(tradedAt)).toString());
        out.raw(QUOTE);
        write(TRADING, tickers, row, out);
        out.from(known.classification, 0, known.classification.size());
        write(METRICS, tickers, row, out);
        out.raw(SESSION).plain(session.name());
        out.raw(SCORE).number(tickers.get(Column.SCORE, row));
        out.raw(RANK).number(rank);
        out.raw(FILTERS).raw(filtersMatched);
        out.raw(METADATA).from(known.metadata, 0, known.metadata.size()).raw('}');
    }

    private static void write(List<Field> fields, TickerColumns tickers, int row, JsonBytes out) {
        for (int i = 0; i < fields.size(); i++) {
            Field field = fields.get(i);
            out.raw(field.name).number(tickers.get(field.column, row));
        }
    }

    /// A symbol's metadata in UTF-8, `null` where nothing is known.
    JsonBytes metadata(Reference reference) {
        return texts(reference).metadata;
    }

    private Texts texts(Reference reference) {
        Texts known = texts.get(reference);
        if (known == null) {
            if (texts.size() >= MOST_TEXTS) {
                texts.clear(); // reference data was read again often: these are not in use any more
            }
            JsonBytes classification = new JsonBytes(128);
            classification.raw(SECTOR).text(reference.sector());
            classification.raw(INDUSTRY).text(reference.industry());
            classification.raw(EXCHANGE).text(reference.exchange());
            JsonBytes metadata = new JsonBytes(64);
            String json = reference.metadata();
            if (json == null) {
                metadata.raw(NULL);
            } else {
                metadata.raw(json.getBytes(StandardCharsets.UTF_8));
            }
            known = new Texts(classification, metadata);
            texts.put(reference, known);
        }
        return known;
    }
}
