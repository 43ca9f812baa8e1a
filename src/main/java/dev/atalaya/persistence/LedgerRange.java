package dev.atalaya.persistence;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Scans that follow one another, and what is stored of them: a row of `persistence_ledger`. Every published scan
/// lies in exactly one.
///
/// @param first number of a scan; below 0 for one that had none, and tells the scan's time then
/// @param last number of a scan, inclusive
/// @param session of the scans; null where nobody knows
/// @param day the market's, for missing scans that of the next one that is known
/// @param hour the start of the period that is stored together; null where nobody knows
/// @param scansSeen how many of the scans were there when the range was stored
/// @param reason why it is not complete, or has no rows
/// @param incarnation of the journal
/// @param firstTime of the first scan that was there, null if there was none; as the last's
/// @param rows what the policy selects
record LedgerRange(
        long first,
        long last,
        @Nullable String session,
        LocalDate day,
        @Nullable Instant hour,
        Status status,
        long scansSeen,
        Source source,
        Optional<String> reason,
        String incarnation,
        @Nullable Instant firstTime,
        @Nullable Instant lastTime,
        List<SelectedRow> rows) {
    /// How much of a range the rows were selected from.
    enum Status {
        /// All of its scans.
        COMPLETE,
        /// Some of them.
        PARTIAL,
        /// None.
        MISSING;

        String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Where the rows came from.
    enum Source {
        /// The stream in which each scan stands.
        JOURNAL,
        /// The list that the newest scan left, where there is no journal.
        CACHE,
        /// A scan that waited until it was stored.
        DIRECT,
        /// Nowhere.
        NONE;

        String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Scans of which nothing is left.
    static LedgerRange missing(long first, long last, LocalDate day, String reason, String incarnation) {
        return new LedgerRange(
                first,
                last,
                null,
                day,
                null,
                Status.MISSING,
                0,
                Source.NONE,
                Optional.of(reason),
                incarnation,
                null,
                null,
                List.of());
    }
}
