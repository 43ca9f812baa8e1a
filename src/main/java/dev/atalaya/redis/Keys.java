package dev.atalaya.redis;

/// The names of a market's keys, each behind the market's prefix.
///
/// @param prefix may be empty
public record Keys(String prefix) {
    /// Written upstream: the newest snapshot.
    public String snapshot() {
        return prefix + "snapshot:enriched:latest";
    }

    /// Written upstream: what is known of a symbol.
    public String reference(String symbol) {
        return prefix + "metadata:ticker:" + symbol;
    }

    /// JSON array of tickers in rank order.
    public String session(String session) {
        return prefix + "scanner:filtered_complete:" + session;
    }

    /// `{"scan_no", "time"}` of the scan whose list stands in [#session], with the same life.
    public String sessionScan(String session) {
        return prefix + "scanner:scan:" + session;
    }

    /// JSON array of tickers in the category's order.
    public String category(String category) {
        return prefix + "scanner:category:" + category;
    }

    /// The number of the category's last message in [#deltas].
    public String sequence(String category) {
        return prefix + "scanner:sequence:" + category;
    }

    /// The stream of deltas.
    public String deltas() {
        return prefix + "stream:ranking:deltas";
    }

    /// The number of the last published scan.
    public String scanNo() {
        return prefix + "scanner:scan_no";
    }

    /// The stream of scans for the persistence, which removes what is stored.
    public String journal() {
        return prefix + "stream:scan:journal";
    }

    /// Hash: what is known of [#journal] as a whole.
    public String journalState() {
        return prefix + "scanner:journal";
    }

    /// The fencing number of the scanner that may publish.
    public String fence() {
        return prefix + "scanner:fence";
    }

    /// Who is the active one of several scanners, while it prolongs it.
    public String lease() {
        return prefix + "scanner:lease";
    }

    /// What was last sent for each row of each category, where several scanners stand by for one another.
    public String sent() {
        return prefix + "scanner:sent";
    }

    /// When the last persistence run completed.
    public String lastPersistence() {
        return prefix + "data_maintenance:last_scan_persistence";
    }
}
