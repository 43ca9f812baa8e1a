package dev.atalaya.scan;

import dev.atalaya.market.Column;
import dev.atalaya.market.TickerColumns;
import java.util.Arrays;

/// Remembers of each list which symbols it held, in which order, and what was last sent for each, and tells
/// what changed. Not thread safe. Allocates only when a list or the symbols grow beyond what they were.
public final class ListDeltas {
    private static final Column[] WATCHED = {Column.PRICE, Column.VOLUME_TODAY, Column.CHANGE_PERCENT, Column.RVOL};

    /// How many values of a row are compared.
    public static final int WATCHED_COUNT = WATCHED.length;

    private final double[] thresholds;
    private final Rows[] lists;
    private Rows next = new Rows();
    /// By symbol, while a list is compared: its position + 1, 0 for none.
    private int[] oldPositions = new int[0];

    private int[] newPositions = new int[0];

    private static final class Rows {
        boolean known;
        int size;
        int[] symbolIds = new int[0];
        /// What was last sent, by watched column and position.
        final double[][] sent = new double[WATCHED.length][0];

        void ensure(int capacity) {
            if (symbolIds.length < capacity) {
                symbolIds = Arrays.copyOf(symbolIds, capacity);
                for (int i = 0; i < sent.length; i++) {
                    sent[i] = Arrays.copyOf(sent[i], capacity);
                }
            }
        }
    }

    public ListDeltas(int lists, DeltaThresholds thresholds) {
        this.lists = new Rows[lists];
        for (int i = 0; i < lists; i++) {
            this.lists[i] = new Rows();
        }
        this.thresholds =
                new double[] {thresholds.price(), thresholds.volume(), thresholds.changePercent(), thresholds.rvol()};
    }

    /// Forgets every list: what consumers hold is not known any more, and the next message of each is a
    /// snapshot.
    public void forget() {
        for (Rows list : lists) {
            list.known = false;
        }
    }

    /// How many rows a list had when it was sent last; 0 if it is not known.
    public int size(int list) {
        return lists[list].known ? lists[list].size : 0;
    }

    /// Which symbol stood at a position of a list.
    public int symbolId(int list, int position) {
        return lists[list].symbolIds[position];
    }

    /// What was last sent for the row at a position: the price, the volume, the change in percent or the relative
    /// volume.
    public double sent(int list, int position, int watched) {
        return lists[list].sent[watched][position];
    }

    /// Takes over what another one sent, by position.
    ///
    /// @param sent by watched value and position
    public void restore(int list, int[] symbolIds, double[][] sent) {
        Rows rows = lists[list];
        rows.ensure(symbolIds.length);
        rows.size = symbolIds.length;
        rows.known = true;
        System.arraycopy(symbolIds, 0, rows.symbolIds, 0, symbolIds.length);
        for (int c = 0; c < WATCHED.length; c++) {
            System.arraycopy(sent[c], 0, rows.sent[c], 0, symbolIds.length);
        }
        int highest = -1;
        for (int id : symbolIds) {
            highest = Math.max(highest, id);
        }
        ensureSymbol(highest);
    }

    /// Takes the list to its new state and reports what changed: removals, then additions, moves and updates in
    /// the new order.
    ///
    /// @return whether the list was known; if not, nothing was reported and a snapshot is due
    public boolean advance(int list, TickerColumns tickers, int[] rows, int count, DeltaListener out) {
        Rows old = lists[list];
        Rows now = next;
        now.ensure(count);
        now.size = count;
        now.known = true;
        index(tickers, rows, count);
        if (old.known) {
            compare(old, now, tickers, rows, out);
        } else {
            for (int i = 0; i < count; i++) {
                send(now, i, tickers, rows[i]);
            }
        }
        for (int i = 0; i < count; i++) {
            now.symbolIds[i] = tickers.symbolId(rows[i]);
            newPositions[now.symbolIds[i]] = 0;
        }
        lists[list] = now;
        next = old;
        return old.known;
    }

    private void index(TickerColumns tickers, int[] rows, int count) {
        for (int i = 0; i < count; i++) {
            int id = tickers.symbolId(rows[i]);
            ensureSymbol(id);
            newPositions[id] = i + 1;
        }
    }

    private void ensureSymbol(int id) {
        if (id >= newPositions.length) {
            newPositions = Arrays.copyOf(newPositions, (id + 1) * 2);
            oldPositions = Arrays.copyOf(oldPositions, (id + 1) * 2);
        }
    }

    private void compare(Rows old, Rows now, TickerColumns tickers, int[] rows, DeltaListener out) {
        for (int i = 0; i < old.size; i++) {
            int id = old.symbolIds[i];
            oldPositions[id] = i + 1;
            if (newPositions[id] == 0) {
                out.removed(id);
            }
        }
        for (int i = 0; i < now.size; i++) {
            int before = oldPositions[tickers.symbolId(rows[i])] - 1;
            if (before < 0) {
                out.added(i, rows[i]);
                send(now, i, tickers, rows[i]);
                continue;
            }
            if (before != i) {
                out.reranked(rows[i], before, i);
            }
            if (differs(old, before, tickers, rows[i])) {
                out.updated(i, rows[i]);
                send(now, i, tickers, rows[i]);
            } else {
                for (int c = 0; c < WATCHED.length; c++) {
                    now.sent[c][i] = old.sent[c][before];
                }
            }
        }
        for (int i = 0; i < old.size; i++) {
            oldPositions[old.symbolIds[i]] = 0;
        }
    }

    private static void send(Rows list, int position, TickerColumns tickers, int row) {
        for (int c = 0; c < WATCHED.length; c++) {
            list.sent[c][position] = tickers.get(WATCHED[c], row);
        }
    }

    private boolean differs(Rows old, int position, TickerColumns tickers, int row) {
        for (int c = 0; c < WATCHED.length; c++) {
            double sent = old.sent[c][position];
            double now = tickers.get(WATCHED[c], row);
            if (Math.abs(now - sent) > thresholds[c] || Double.isNaN(now) != Double.isNaN(sent)) {
                return true;
            }
        }
        return false;
    }
}
