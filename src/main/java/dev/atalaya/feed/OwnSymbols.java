package dev.atalaya.feed;

import dev.atalaya.market.PartSet;
import dev.atalaya.market.Reference;
import dev.atalaya.market.SymbolTable;
import dev.atalaya.market.TickerColumns;
import java.util.function.IntFunction;

/// Which symbols of a snapshot are read: those of some parts of the market. All that decode one share it; it changes
/// between two snapshots only.
final class OwnSymbols {
    private final SymbolTable symbols;
    private PartSet parts = PartSet.UNDIVIDED;

    OwnSymbols(SymbolTable symbols) {
        this.symbols = symbols;
    }

    /// From now on only the symbols of these parts are read.
    void only(PartSet read) {
        parts = read;
    }

    /// @param symbolId of a symbol, or [SymbolTable#INVALID]
    boolean has(int symbolId) {
        return parts.isAll() || (symbolId < 0 ? parts.hasNameless() : parts.has(symbols.name(symbolId)));
    }

    /// Whether what is no ticker at all counts here.
    boolean hasNameless() {
        return parts.hasNameless();
    }

    /// Adds a ticker as a row, or counts it as skipped, if it is one of those that are read.
    void add(TickerDraft draft, TickerColumns columns, int symbolId, IntFunction<Reference> references) {
        if (has(symbolId)) {
            draft.addTo(
                    columns,
                    symbolId,
                    symbolId == SymbolTable.INVALID ? Reference.UNKNOWN : references.apply(symbolId));
        }
    }
}
