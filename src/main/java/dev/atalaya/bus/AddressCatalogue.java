package dev.atalaya.bus;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// The event-bus addresses that are for outsiders, in one list: what the bridge lets through is what the probe and the
/// documents name.
///
/// @param entries requests, which outsiders send, and what is published, which they hear
public record AddressCatalogue(List<Entry> entries) {
    private static final String NOTHING = "nothing";

    /// What one does with an address.
    public enum Kind {
        REQUEST,
        PUBLISHED;

        /// As it stands in what is printed.
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// One address.
    ///
    /// @param isLocal whether each node answers for itself
    /// @param takes one line: what stands in a request
    /// @param gives one line: what is answered or published
    public record Entry(String address, Kind kind, boolean isLocal, String takes, String gives) {
        public JsonObject toJson() {
            return new JsonObject()
                    .put("address", address)
                    .put("kind", kind.key())
                    .put("takes", takes)
                    .put("gives", gives);
        }
    }

    public AddressCatalogue {
        entries = List.copyOf(entries);
    }

    /// Those of the markets, and those of the node.
    public static AddressCatalogue of(List<MarketAddresses> markets) {
        Entry node = new Entry(
                ClusterAddresses.STATE,
                Kind.REQUEST,
                true,
                NOTHING,
                "the nodes that the asked one knows, and what each is active in");
        return new AddressCatalogue(Stream.concat(markets.stream().flatMap(AddressCatalogue::entries), Stream.of(node))
                .toList());
    }

    private static Stream<Entry> entries(MarketAddresses market) {
        return Stream.of(
                request(market.scannerStats(), NOTHING, "counts, the last cycle by stage, why it is not ready"),
                request(
                        market.scannerList(),
                        "{\"list\", \"limit\"}: a category or a session, and how many rows",
                        "{\"list\", \"sequence\", \"time\", \"rows\"}"),
                request(market.scannerScan(), NOTHING, "scans now; the summary of that cycle"),
                published(
                        market.scannerCycles(),
                        "the summary of each cycle: scan_no, time, session, scanned, filtered, duration by stage"),
                request(market.persist(), NOTHING, "{\"status\", \"run_id\"}; a run under way is joined"),
                request(
                        market.persistenceStats(),
                        NOTHING,
                        "the runs, newest first, rows stored, when the next is due"),
                request(
                        market.persistenceLedger(),
                        "{\"day\", \"limit\"}: such as 2025-01-24, and how many ranges; both may be left out",
                        "{\"day\", \"truncated\", \"ranges\", \"hours\"}"),
                published(
                        market.persistenceRuns(),
                        "the summary of each run that ended: started, finished, rows by session, failure"));
    }

    private static Entry request(String address, String takes, String gives) {
        return new Entry(address, Kind.REQUEST, false, takes, gives);
    }

    private static Entry published(String address, String gives) {
        return new Entry(address, Kind.PUBLISHED, false, NOTHING, gives);
    }

    /// The entry of an address, if it is there for that.
    public Optional<Entry> find(String address, Kind kind) {
        return entries.stream()
                .filter(entry -> entry.kind() == kind && entry.address().equals(address))
                .findFirst();
    }
}
