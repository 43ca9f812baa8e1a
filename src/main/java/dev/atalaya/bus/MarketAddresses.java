package dev.atalaya.bus;

/// The event-bus addresses of one market. Requests take and give JSON; a failed one carries one of the codes of
/// [BusFailure] and a sentence.
///
/// @param market the market's name
public record MarketAddresses(String market) {
    /// Request, takes nothing, gives the stats of `GET /api/stats`.
    public String scannerStats() {
        return address("scanner.stats");
    }

    /// Request, takes a [ListRequest], gives `{"list", "sequence", "time", "rows"}`.
    public String scannerList() {
        return address("scanner.list");
    }

    /// Request, takes nothing: scans now and gives the [CycleSummary].
    public String scannerScan() {
        return address("scanner.scan");
    }

    /// Request of a scanner whose market is in parts, takes which parts a node shall scan and gives the rows that it
    /// kept, in a form of their own: see the package `parts`.
    public String scannerParts(String node) {
        return address("scanner.parts." + node);
    }

    /// Published: the [CycleSummary] of each cycle.
    public String scannerCycles() {
        return address("scanner.cycles");
    }

    /// Request, takes nothing, gives `{"status": "started", "run_id"}`; a run under way is joined.
    public String persist() {
        return address("persistence.persist");
    }

    /// Request, takes nothing, gives the runs so far: `{"runs": [RunSummary, newest first], "rows_total",
    /// "next_run", …}`.
    public String persistenceStats() {
        return address("persistence.stats");
    }

    /// Request, takes a [LedgerRequest], gives what the ledger holds of that day: `{"day", "truncated",
    /// "ranges": [a row of persistence_ledger, oldest first], "hours": [a row of persistence_hours]}`.
    public String persistenceLedger() {
        return address("persistence.ledger");
    }

    /// Published: the [RunSummary] of each run that ended.
    public String persistenceRuns() {
        return address("persistence.runs");
    }

    /// Request of the scanner in lockstep and in direct mode, takes a [CycleSummary] and answers when all that
    /// is due after that cycle is stored.
    public String persistenceSettle() {
        return address("persistence.settle");
    }

    private String address(String rest) {
        return "atalaya." + market + "." + rest;
    }
}
