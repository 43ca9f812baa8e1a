package dev.atalaya.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.config.PersistenceSettings.Select;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The scans that a test has put into the journal and those that it took out again, and a judge of what the
/// database has of them who knows nothing of how the writer works.
final class PublishedScans {
    private static final int TOP = 5;

    private record Scan(long number, String session, Instant time, Instant hour, List<Integer> symbols) {}

    private record Range(
            long first,
            long last,
            @Nullable String session,
            @Nullable Instant hour,
            String status,
            long scansSeen,
            int rows) {}

    /// The sightings are null, but with [Select#BEST].
    private record StoredRow(
            String session,
            Instant time,
            String symbol,
            double price,
            int rank,
            @Nullable Instant firstSeen,
            @Nullable Instant lastSeen,
            @Nullable Integer timesSeen,
            @Nullable Double highestScore) {}

    private final PersistenceBed bed;
    private final long first;
    private final TreeMap<Long, Scan> scans = new TreeMap<>();
    /// At which of the occasions each scan was taken out.
    private final Map<Long, Integer> takenOut = new HashMap<>();

    private int occasions;

    /// @param first the number of the first scan
    PublishedScans(PersistenceBed bed, long first) {
        this.bed = bed;
        this.first = first;
        bed.journalState("incarnation", "a", "first", Long.toString(first));
    }

    /// @return 0 if there is none
    long last() {
        return scans.isEmpty() ? 0 : scans.lastKey();
    }

    int count() {
        return scans.size();
    }

    void append(long number, Instant time, List<Integer> symbols) {
        FixedHours calendar = new FixedHours();
        String session = calendar.sessionAt(time).name();
        scans.put(
                number,
                new Scan(
                        number, session, time, calendar.lastBoundary(time, Duration.ofHours(1)), List.copyOf(symbols)));
        bed.appendScan(number, session, time, symbols.stream().mapToInt(i -> i).toArray());
    }

    /// Drops what stands below a scan, as the scanner does when the journal is full.
    void drop(long below) {
        bed.journalState("dropped_below", Long.toString(below), "dropped_at", "2025-01-24T12:00:00Z");
        takeOut(bed.journalNumbers().stream().filter(number -> number < below).toList());
        bed.trimJournal(below);
    }

    /// Loses the journal.
    void lose() {
        takeOut(bed.journalNumbers());
        bed.deleteJournal();
    }

    private void takeOut(List<Long> numbers) {
        occasions++;
        numbers.forEach(number -> takenOut.put(number, occasions));
    }

    /// Holds the ledger and the rows of the bed's market against what was published: each scan lies in exactly one
    /// range, each range has exactly the rows that are selected of it, and only what was taken out is lost.
    void assertStored(Connection database, Select select) throws SQLException {
        List<StoredRow> expected = new ArrayList<>();
        long next = first;
        for (Range range : ranges(database)) {
            assertThat(range.first)
                    .as("the scan that follows the range before %s", range)
                    .isEqualTo(next);
            next = range.last + 1;
            List<StoredRow> rows = judge(range, select);
            assertThat(range.rows).as("rows of %s", range).isEqualTo(rows.size());
            expected.addAll(rows);
        }
        assertThat(next - 1).as("the last scan in a range").isEqualTo(last());
        assertThat(rows(database)).containsExactlyInAnyOrderElementsOf(expected);
    }

    private List<StoredRow> judge(Range range, Select select) {
        SortedMap<Long, Scan> inIt = scans.subMap(range.first, range.last + 1);
        if (range.status.equals("missing")) {
            assertThat(takenOut.keySet()).as("what is lost of %s", range).containsAll(inIt.keySet());
            assertThat(range.scansSeen).isZero();
            return List.of();
        }
        assertThat(inIt.values())
                .as("the scans of %s", range)
                .allMatch(scan -> scan.hour.equals(range.hour) && scan.session.equals(range.session));
        boolean isWhole = range.scansSeen == range.last - range.first + 1;
        assertThat(range.status).as("the status of %s", range).isEqualTo(isWhole ? "complete" : "partial");
        return select(seen(inIt, range), select);
    }

    /// Those that were there at some moment; so many were seen.
    private Collection<Scan> seen(SortedMap<Long, Scan> inIt, Range range) {
        return IntStream.rangeClosed(0, occasions)
                .mapToObj(occasion -> inIt.values().stream()
                        .filter(scan -> takenOut.getOrDefault(scan.number, Integer.MAX_VALUE) > occasion)
                        .toList())
                .filter(there -> there.size() == range.scansSeen && !there.isEmpty())
                .findFirst()
                .orElseThrow(
                        () -> new AssertionError("There was no moment at which just as many were there: " + range));
    }

    private static List<StoredRow> select(Collection<Scan> seen, Select select) {
        if (select == Select.LATEST) {
            Scan latest = new ArrayList<>(seen).getLast();
            return top(latest)
                    .map(symbol -> row(latest, symbol, null, null, null, null))
                    .toList();
        }
        return seen.stream()
                .flatMap(PublishedScans::top)
                .distinct()
                .map(symbol -> best(
                        symbol,
                        seen.stream()
                                .filter(scan -> top(scan).anyMatch(symbol::equals))
                                .toList()))
                .toList();
    }

    private static Stream<Integer> top(Scan scan) {
        return scan.symbols.stream().limit(TOP);
    }

    /// @param sightings all scans with the symbol in their top
    private static StoredRow best(Integer symbol, List<Scan> sightings) {
        Scan best = Collections.min(sightings, Comparator.comparingInt(scan -> scan.symbols.indexOf(symbol)));
        double highest = sightings.stream()
                .mapToDouble(scan -> scan.symbols.size() - scan.symbols.indexOf(symbol))
                .max()
                .orElseThrow();
        return row(best, symbol, sightings.getFirst().time, sightings.getLast().time, sightings.size(), highest);
    }

    private static StoredRow row(
            Scan scan,
            Integer symbol,
            @Nullable Instant firstSeen,
            @Nullable Instant lastSeen,
            @Nullable Integer timesSeen,
            @Nullable Double highestScore) {
        return new StoredRow(
                scan.session,
                scan.time,
                "T" + symbol,
                scan.number + symbol / 100.0,
                scan.symbols.indexOf(symbol) + 1,
                firstSeen,
                lastSeen,
                timesSeen,
                highestScore);
    }

    private List<Range> ranges(Connection database) throws SQLException {
        List<Range> ranges = new ArrayList<>();
        try (ResultSet found = query(database, "persistence_ledger", "first_scan_no")) {
            while (found.next()) {
                ranges.add(new Range(
                        found.getLong("first_scan_no"),
                        found.getLong("last_scan_no"),
                        found.getString("session"),
                        time(found, "hour"),
                        found.getString("status"),
                        found.getLong("scans_seen"),
                        found.getInt("rows_stored")));
            }
        }
        return ranges;
    }

    private List<StoredRow> rows(Connection database) throws SQLException {
        List<StoredRow> rows = new ArrayList<>();
        try (ResultSet found = query(database, "scan_results", "time, symbol")) {
            while (found.next()) {
                rows.add(new StoredRow(
                        found.getString("session"),
                        found.getTimestamp("time").toInstant(),
                        found.getString("symbol"),
                        found.getDouble("price"),
                        found.getInt("rank"),
                        time(found, "first_seen"),
                        time(found, "last_seen"),
                        found.getObject("times_seen", Integer.class),
                        found.getObject("highest_score", Double.class)));
            }
        }
        return rows;
    }

    private ResultSet query(Connection database, String table, String order) throws SQLException {
        PreparedStatement statement =
                database.prepareStatement("SELECT * FROM " + table + " WHERE market = ? ORDER BY " + order);
        statement.closeOnCompletion();
        statement.setString(1, bed.addresses.market());
        return statement.executeQuery();
    }

    private static @Nullable Instant time(ResultSet found, String column) throws SQLException {
        Timestamp time = found.getTimestamp(column);
        return time == null ? null : time.toInstant();
    }
}
