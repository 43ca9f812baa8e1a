package dev.atalaya.feed;

import dev.atalaya.market.PartSet;
import dev.atalaya.market.Reference;
import dev.atalaya.market.Snapshot;
import dev.atalaya.market.SymbolTable;
import java.util.ArrayList;
import java.util.List;

/// The decoder of vendor snapshots for the benchmarks, which live in another package. Not thread safe.
public final class SnapshotDecoding {
    private final SymbolTable symbols;
    private final VendorSnapshotDecoder decoder;
    private final List<Reference> references = new ArrayList<>();

    /// @param tickers how many are expected
    public SnapshotDecoding(int tickers) {
        symbols = new SymbolTable(tickers);
        decoder = new VendorSnapshotDecoder(symbols, tickers);
    }

    public SymbolTable symbols() {
        return symbols;
    }

    /// Takes the upstream's reference data of the next symbol that the snapshots have.
    public void addReference(String symbol, byte[] json) {
        if (symbols.intern(symbol) != references.size()) {
            throw new IllegalArgumentException(symbol + " is not the next symbol");
        }
        references.add(new ReferenceDecoder().decode(json).orElseThrow());
    }

    private Reference reference(int symbolId) {
        return symbolId < references.size() ? references.get(symbolId) : Reference.UNKNOWN;
    }

    /// As the service decodes.
    public Snapshot decode(byte[] json, int length) throws SnapshotFormatException, InterruptedException {
        return decoder.decode(SnapshotBytes.of(json, length), this::reference);
    }

    /// From now on reads some parts of the market only.
    public void only(PartSet parts) {
        decoder.only(parts);
    }

    /// By Jackson's streaming parser alone.
    public Snapshot parse(byte[] json, int length) throws SnapshotFormatException {
        return decoder.parse(json, length, this::reference, null);
    }

    /// What a snapshot says, as a text, to compare two of them.
    public static String told(Snapshot snapshot) {
        return TreeModelSnapshots.told(snapshot);
    }
}
