package dev.atalaya.scan;

/// Hears what a scan found. The arrays are the engine's own: read them during the call only.
public interface ScanListener {
    /// Called once, first.
    ///
    /// @param scanned how many tickers were looked at: those of the snapshot without the skipped
    /// @param rows the kept tickers; the one at 0 has rank 1
    /// @param count how many of the array's elements count
    void ranked(int scanned, int[] rows, int count);

    /// Called once for each category, in the order of the rules, with the empty ones among them.
    ///
    /// @param category its place in the rules
    /// @param rows its tickers in its order
    void category(int category, int[] rows, int count);
}
