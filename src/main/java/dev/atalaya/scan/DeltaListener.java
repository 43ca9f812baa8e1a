package dev.atalaya.scan;

/// Hears how a list changed from one cycle to the next. Ranks are positions in the list, from 0.
public interface DeltaListener {
    /// @param symbolId of the symbol that is not in the list any more; it may have no row in this snapshot
    void removed(int symbolId);

    void added(int rank, int row);

    void reranked(int row, int oldRank, int newRank);

    void updated(int rank, int row);
}
