package dev.atalaya.feed;

import dev.atalaya.feed.JsonBytesReader.Unusual;
import dev.atalaya.market.SymbolTable;

/// Finds the numbers of symbols, which mostly come in the order in which they came before: the one that followed the
/// last is looked at first. Not thread safe.
final class SymbolNumbers {
    private final SymbolTable symbols;
    private final Newcomers newcomers;
    private int last = SymbolTable.INVALID;

    /// What becomes of a symbol that has no number.
    interface Newcomers {
        /// Answers its number.
        ///
        /// @throws Unusual if it may not have one now
        int number(byte[] text, int offset, int length) throws Unusual;
    }

    SymbolNumbers(SymbolTable symbols, Newcomers newcomers) {
        this.symbols = symbols;
        this.newcomers = newcomers;
    }

    /// The number that the next symbol probably has, or [SymbolTable#INVALID].
    int expected() {
        return last + 1 < symbols.size() ? last + 1 : symbols.size() > 0 ? 0 : SymbolTable.INVALID;
    }

    /// A symbol's number, or [SymbolTable#INVALID].
    int of(byte[] text, int offset, int length) throws Unusual {
        int number = symbols.find(text, offset, length, expected());
        last = number == SymbolTable.UNKNOWN ? newcomers.number(text, offset, length) : number;
        return last;
    }
}
