package dev.atalaya.scanner;

import dev.atalaya.market.Column;
import dev.atalaya.market.MarketSession;
import dev.atalaya.market.Reference;
import dev.atalaya.market.Snapshot;
import dev.atalaya.market.SymbolTable;
import dev.atalaya.market.TickerColumns;
import dev.atalaya.scan.DeltaListener;
import dev.atalaya.scan.DeltaThresholds;
import dev.atalaya.scan.ListDeltas;
import dev.atalaya.scan.ScanRules;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Encodes a scan as one would write it down, text by text: the oracle of [ScanEncoder].
final class NaiveEncoder {
    private final ScanRules rules;
    private final SymbolTable symbols;
    private final ListDeltas deltas;

    NaiveEncoder(ScanRules rules, DeltaThresholds thresholds, SymbolTable symbols) {
        this.rules = rules;
        this.symbols = symbols;
        this.deltas = new ListDeltas(rules.categories().size(), thresholds);
    }

    void forget() {
        deltas.forget();
    }

    /// What a list holds, or a message of the stream.
    record Text(String name, long sequence, String json) {}

    /// A scan's lists, the session's first, and its messages.
    record Texts(List<Text> lists, List<Text> messages) {}

    Texts encode(Snapshot snapshot, MarketSession session, RankedLists found, long scanNo, long[] sequences) {
        TickerColumns tickers = snapshot.tickers();
        String[] rows = new String[tickers.size()];
        List<String> kept = new ArrayList<>();
        for (int i = 0; i < found.keptCount(); i++) {
            int row = found.kept()[i];
            rows[row] = ticker(tickers, row, i + 1, session, snapshot.time());
            kept.add(rows[row]);
        }
        List<Text> lists = new ArrayList<>();
        List<Text> messages = new ArrayList<>();
        lists.add(new Text(session.name(), scanNo, array(kept)));
        for (int i = 0; i < rules.categories().size(); i++) {
            String name = rules.categories().get(i).name();
            List<String> members = new ArrayList<>();
            for (int k = 0; k < found.count(i); k++) {
                members.add(rows[found.rows(i)[k]]);
            }
            Changes changes = new Changes(tickers, rows);
            boolean isKnown = deltas.advance(i, tickers, found.rows(i), found.count(i), changes);
            if (!isKnown || !changes.texts.isEmpty()) {
                sequences[i]++;
                messages.add(new Text(name, sequences[i], array(isKnown ? changes.texts : members)));
            }
            lists.add(new Text(name, sequences[i], array(members)));
        }
        return new Texts(lists, messages);
    }

    private static String array(List<String> rows) {
        return "[" + String.join(",", rows) + "]";
    }

    private final class Changes implements DeltaListener {
        final List<String> texts = new ArrayList<>();
        private final TickerColumns tickers;
        private final String[] rows;

        Changes(TickerColumns tickers, String[] rows) {
            this.tickers = tickers;
            this.rows = rows;
        }

        @Override
        public void removed(int symbolId) {
            texts.add("{\"action\":\"remove\",\"symbol\":\"" + symbols.name(symbolId) + "\"}");
        }

        @Override
        public void added(int rank, int row) {
            texts.add("{\"action\":\"add\",\"rank\":" + rank + ",\"symbol\":\"" + tickers.symbol(row) + "\",\"data\":"
                    + rows[row] + "}");
        }

        @Override
        public void updated(int rank, int row) {
            texts.add("{\"action\":\"update\",\"rank\":" + rank + ",\"symbol\":\"" + tickers.symbol(row)
                    + "\",\"data\":" + rows[row] + "}");
        }

        @Override
        public void reranked(int row, int oldRank, int newRank) {
            texts.add("{\"action\":\"rerank\",\"symbol\":\"" + tickers.symbol(row) + "\",\"old_rank\":" + oldRank
                    + ",\"new_rank\":" + newRank + "}");
        }
    }

    private String ticker(TickerColumns tickers, int row, int rank, MarketSession session, Instant snapshotTime) {
        Reference reference = tickers.reference(row);
        long tradedAt = tickers.lastTradeMillis(row);
        Instant time = tradedAt == TickerColumns.NO_TIME ? snapshotTime : Instant.ofEpochMilli(tradedAt);
        StringBuilder json = new StringBuilder("{\"symbol\":\"" + tickers.symbol(row) + "\"");
        json.append(",\"timestamp\":\"").append(time).append('"');
        for (String name : List.of(
                "price",
                "bid",
                "ask",
                "volume",
                "volume_today",
                "open",
                "high",
                "low",
                "intraday_high",
                "intraday_low",
                "prev_close",
                "prev_volume",
                "change",
                "change_percent",
                "gap_percent",
                "avg_volume_30d",
                "avg_volume_10d",
                "float_shares",
                "shares_outstanding",
                "market_cap")) {
            append(name, tickers, row, json);
        }
        json.append(",\"sector\":").append(quoted(reference.sector()));
        json.append(",\"industry\":").append(quoted(reference.industry()));
        json.append(",\"exchange\":").append(quoted(reference.exchange()));
        for (String name : List.of(
                "rvol", "rvol_slot", "atr", "atr_percent", "price_from_high", "price_from_low", "price_vs_vwap")) {
            append(name, tickers, row, json);
        }
        json.append(",\"session\":\"").append(session.name()).append('"');
        append("score", tickers, row, json);
        json.append(",\"rank\":").append(rank);
        json.append(",\"filters_matched\":")
                .append(rules.filtersIn(session).stream()
                        .map(NaiveEncoder::quoted)
                        .collect(Collectors.joining(",", "[", "]")));
        return json.append(",\"metadata\":")
                .append(reference.metadata())
                .append('}')
                .toString();
    }

    private static void append(String name, TickerColumns tickers, int row, StringBuilder json) {
        Column column = switch (name) {
            case "volume" -> Column.VOLUME_TODAY;
            case "rvol_slot" -> Column.RVOL;
            default -> Column.valueOf(name.toUpperCase(Locale.ROOT));
        };
        json.append(",\"").append(name).append("\":").append(number(tickers.get(column, row)));
    }

    /// The shortest decimal, as `Double.toString` finds it, without exponent.
    static String number(double value) {
        return Double.isFinite(value)
                ? new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString()
                : "null";
    }

    private static String quoted(@Nullable String text) {
        if (text == null) {
            return "null";
        }
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < 0x20) {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
