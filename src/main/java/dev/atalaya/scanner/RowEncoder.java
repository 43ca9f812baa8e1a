package dev.atalaya.scanner;

import dev.atalaya.bus.EncodedRows;
import dev.atalaya.market.MarketSession;
import dev.atalaya.market.Reference;
import dev.atalaya.market.Snapshot;
import dev.atalaya.market.TickerColumns;
import java.util.Arrays;

/// Encodes the rows that a scan kept, into arrays that are theirs alone. A ticker that is as it was in the scan
/// before, its rank aside, is not written again but copied from there: most tickers of a market do not trade
/// from one snapshot to the next. Not thread safe.
final class RowEncoder {
    private static final int ARRAY_BYTES = 128 * 1024;

    /// When there is no more room than this, the next array begins; a row that needs more makes its array grow.
    private static final int SPARE_BYTES = 12 * 1024;

    private final TickerJson json = new TickerJson();
    private final SymbolTexts texts;
    private Scan last = new Scan();
    private Scan next = new Scan();

    /// By symbol: its place in the last scan, if it stands there.
    private int[] places = new int[0];

    /// What was encoded, and from what.
    private static final class Scan {
        EncodedRows rows = EncodedRows.NONE;
        MarketSession session = MarketSession.CLOSED;
        byte[] filtersMatched = {};
        int count;
        int[] symbolIds = new int[0];
        long[] tradedAt = new long[0];
        Reference[] references = new Reference[0];
        double[] values = new double[0];
        int[] rankStarts = new int[0];
        int[] rankEnds = new int[0];

        void begin(MarketSession inSession, byte[] filters, int rowCount) {
            session = inSession;
            filtersMatched = filters;
            count = rowCount;
            if (symbolIds.length < rowCount) {
                symbolIds = new int[rowCount];
                tradedAt = new long[rowCount];
                references = new Reference[rowCount];
                values = new double[rowCount * TickerJson.WIDTH];
                rankStarts = new int[rowCount];
                rankEnds = new int[rowCount];
            }
        }

        void take(int place, TickerColumns tickers, int row) {
            symbolIds[place] = tickers.symbolId(row);
            tradedAt[place] = tickers.lastTradeMillis(row);
            references[place] = tickers.reference(row);
        }

        /// Whether a row is the same as another scan's, its rank aside. One without a time of its own has the
        /// snapshot's, which is another each time.
        @SuppressWarnings("ReferenceEquality") // the same data read again is not worth a comparison
        boolean isSame(int place, Scan other, int otherPlace) {
            int from = place * TickerJson.WIDTH;
            int otherFrom = otherPlace * TickerJson.WIDTH;
            return symbolIds[place] == other.symbolIds[otherPlace]
                    && tradedAt[place] == other.tradedAt[otherPlace]
                    && tradedAt[place] != TickerColumns.NO_TIME
                    && references[place] == other.references[otherPlace]
                    && Arrays.equals(
                            values,
                            from,
                            from + TickerJson.WIDTH,
                            other.values,
                            otherFrom,
                            otherFrom + TickerJson.WIDTH);
        }
    }

    RowEncoder(SymbolTexts texts) {
        this.texts = texts;
    }

    /// @param filtersMatched a JSON array
    EncodedRows encode(Snapshot snapshot, MarketSession session, RankedLists found, byte[] filtersMatched) {
        TickerColumns tickers = snapshot.tickers();
        int count = found.keptCount();
        Scan scan = next;
        scan.begin(session, filtersMatched, count);
        TickerJson.values(tickers, found.kept(), count, scan.values);
        int comparable =
                session.equals(last.session) && Arrays.equals(filtersMatched, last.filtersMatched) ? last.count : 0;
        byte[][] arrays = new byte[count][];
        int[] starts = new int[count];
        int[] ends = new int[count];
        JsonBytes out = new JsonBytes(ARRAY_BYTES);
        int first = 0;
        for (int i = 0; i < count; i++) {
            if (out.size() > ARRAY_BYTES - SPARE_BYTES) {
                Arrays.fill(arrays, first, i, out.array());
                out = new JsonBytes(ARRAY_BYTES);
                first = i;
            }
            int row = found.kept()[i];
            scan.take(i, tickers, row);
            starts[i] = out.raw(',').size();
            int before = place(tickers.symbolId(row), i);
            if (before < comparable && scan.isSame(i, last, before)) {
                copy(scan, i, before, out);
            } else {
                write(scan, i, snapshot, row, out);
            }
            ends[i] = out.size();
        }
        Arrays.fill(arrays, first, count, out.array());
        scan.rows = new EncodedRows(arrays, starts, ends);
        next = last;
        last = scan;
        return scan.rows;
    }

    /// Notes a symbol's place and answers that before, which may be another symbol's by now.
    private int place(int symbolId, int place) {
        if (symbolId >= places.length) {
            places = Arrays.copyOf(places, (symbolId + 1) * 2);
        }
        int before = places[symbolId];
        places[symbolId] = place;
        return before;
    }

    private void write(Scan scan, int place, Snapshot snapshot, int row, JsonBytes out) {
        SymbolTexts.Text text = texts.of(snapshot.tickers(), row);
        json.writeBeforeRank(
                text, scan.tradedAt[place], scan.values, place * TickerJson.WIDTH, scan.session, snapshot.time(), out);
        scan.rankStarts[place] = out.size();
        scan.rankEnds[place] = out.number(place + 1).size();
        json.writeAfterRank(text, scan.filtersMatched, out);
    }

    private void copy(Scan scan, int place, int before, JsonBytes out) {
        byte[] array = last.rows.arrays()[before];
        out.raw(array, last.rows.starts()[before], last.rankStarts[before]);
        scan.rankStarts[place] = out.size();
        scan.rankEnds[place] = out.number(place + 1).size();
        out.raw(array, last.rankEnds[before], last.rows.ends()[before]);
    }
}
