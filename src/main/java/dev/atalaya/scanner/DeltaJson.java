package dev.atalaya.scanner;

import dev.atalaya.market.SymbolTable;
import dev.atalaya.scan.DeltaListener;

/// Writes the changes of one list as the JSON array that consumers apply. Not thread safe.
final class DeltaJson implements DeltaListener {
    private static final byte[] REMOVE = JsonBytes.ascii("{\"action\":\"remove\",\"symbol\":\"");
    private static final byte[] ADD = JsonBytes.ascii("{\"action\":\"add\",\"rank\":");
    private static final byte[] UPDATE = JsonBytes.ascii("{\"action\":\"update\",\"rank\":");
    private static final byte[] RERANK = JsonBytes.ascii("{\"action\":\"rerank\",\"symbol\":\"");
    private static final byte[] SYMBOL = JsonBytes.ascii(",\"symbol\":\"");
    private static final byte[] DATA = JsonBytes.ascii("\",\"data\":");
    private static final byte[] OLD_RANK = JsonBytes.ascii("\",\"old_rank\":");
    private static final byte[] NEW_RANK = JsonBytes.ascii(",\"new_rank\":");

    /// Where a kept row's JSON comes from.
    interface RowJson {
        void append(int row, JsonBytes out);

        void appendSymbol(int row, JsonBytes out);
    }

    private final SymbolTable symbols;
    private final RowJson rowJson;
    private final JsonBytes out;
    private int changes;

    DeltaJson(SymbolTable symbols, RowJson rowJson, JsonBytes out) {
        this.symbols = symbols;
        this.rowJson = rowJson;
        this.out = out;
    }

    void begin() {
        out.raw('[');
        changes = 0;
    }

    /// Ends the array with all changes since [#begin].
    void end() {
        out.raw(']');
    }

    int changes() {
        return changes;
    }

    private JsonBytes next(byte[] head) {
        if (changes++ > 0) {
            out.raw(',');
        }
        return out.raw(head);
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

    private void withData(byte[] head, int rank, int row) {
        next(head).number(rank).raw(SYMBOL);
        rowJson.appendSymbol(row, out);
        out.raw(DATA);
        rowJson.append(row, out);
        out.raw('}');
    }

    @Override
    public void reranked(int row, int oldRank, int newRank) {
        next(RERANK);
        rowJson.appendSymbol(row, out);
        out.raw(OLD_RANK).number(oldRank).raw(NEW_RANK).number(newRank).raw('}');
    }
}
