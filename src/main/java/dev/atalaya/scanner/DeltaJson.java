package dev.atalaya.scanner;

import dev.atalaya.bus.EncodedRows;
import dev.atalaya.market.SymbolTable;
import dev.atalaya.market.TickerColumns;
import dev.atalaya.scan.DeltaListener;
import dev.atalaya.scanner.JsonBytes.Name;
import java.util.Arrays;
import java.util.Optional;

/// Writes the changes of each list as the JSON array that consumers apply. The rows in it are not copied: a message
/// remembers where they come between its own text. Not thread safe.
final class DeltaJson implements DeltaListener {
    private static final Name REMOVE = new Name("{\"action\":\"remove\",\"symbol\":\"");
    private static final Name ADD = new Name("{\"action\":\"add\",\"rank\":");
    private static final Name UPDATE = new Name("{\"action\":\"update\",\"rank\":");
    private static final Name RERANK = new Name("{\"action\":\"rerank\",\"symbol\":\"");
    private static final Name SYMBOL = new Name(",\"symbol\":\"");
    private static final Name DATA = new Name("\",\"data\":");
    private static final Name OLD_RANK = new Name("\",\"old_rank\":");
    private static final Name NEW_RANK = new Name(",\"new_rank\":");

    private final SymbolTable symbols;

    /// All that is not a row, of all lists of a scan.
    private final JsonBytes text = new JsonBytes(64 * 1024);

    /// By row that was taken in: how long the text was then, and which row it is.
    private int[] cuts = new int[0];

    private int[] rows = new int[0];
    private int taken;

    private EncodedRows encoded = EncodedRows.NONE;
    private TickerColumns tickers;
    private int[] ranks = new int[0];

    private int firstText;
    private int firstTaken;
    private int rowBytes;
    private int changes;

    DeltaJson(SymbolTable symbols) {
        this.symbols = symbols;
        this.tickers = new TickerColumns(symbols, 0);
    }

    /// Begins a scan: the messages of the last are not valid any more.
    ///
    /// @param encoded the kept rows
    /// @param ranks by row of the snapshot: which of them it is
    void begin(EncodedRows encoded, TickerColumns tickers, int[] ranks) {
        this.encoded = encoded;
        this.tickers = tickers;
        this.ranks = ranks;
        text.clear();
        taken = 0;
    }

    /// Begins a list.
    void beginList() {
        firstText = text.size();
        firstTaken = taken;
        rowBytes = 0;
        changes = 0;
        text.raw('[');
    }

    /// The message with all changes since [#beginList]; none if there were none.
    Optional<Publication.Message> endList(String list) {
        text.raw(']');
        int from = firstText;
        int to = text.size();
        int first = firstTaken;
        int last = taken;
        return changes == 0
                ? Optional.empty()
                : Optional.of(new Publication.Message(
                        list, false, changes, to - from + rowBytes, out -> write(from, to, first, last, out)));
    }

    private void write(int from, int to, int first, int last, EncodedRows.Sink out) {
        int at = from;
        for (int i = first; i < last; i++) {
            out.part(text.array(), at, cuts[i]);
            encoded.write(rows[i], out);
            at = cuts[i];
        }
        out.part(text.array(), at, to);
    }

    private JsonBytes next(Name head) {
        if (changes++ > 0) {
            text.raw(',');
        }
        return text.raw(head);
    }

    @Override
    public void removed(int symbolId) {
        next(REMOVE).plain(symbols.name(symbolId)).raw('"').raw('}');
    }

    @Override
    public void added(int rank, int row) {
        withData(ADD, rank, row);
    }

    @Override
    public void updated(int rank, int row) {
        withData(UPDATE, rank, row);
    }

    private void withData(Name head, int rank, int row) {
        next(head).number(rank).raw(SYMBOL).plain(tickers.symbol(row)).raw(DATA);
        if (taken == cuts.length) {
            cuts = Arrays.copyOf(cuts, Math.max(64, taken * 2));
            rows = Arrays.copyOf(rows, cuts.length);
        }
        cuts[taken] = text.size();
        rows[taken++] = ranks[row];
        rowBytes += encoded.length(ranks[row]);
        text.raw('}');
    }

    @Override
    public void reranked(int row, int oldRank, int newRank) {
        next(RERANK)
                .plain(tickers.symbol(row))
                .raw(OLD_RANK)
                .number(oldRank)
                .raw(NEW_RANK)
                .number(newRank)
                .raw('}');
    }
}
