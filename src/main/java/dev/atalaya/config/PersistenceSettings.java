package dev.atalaya.config;

import java.time.Duration;
import java.util.List;

/// What is stored, and when.
///
/// @param select what is kept of a period in hourly mode
/// @param interval of market time; a divisor of a day
/// @param top rows of each session
/// @param sessions only these; empty: every session of the market's calendar
public record PersistenceSettings(Mode mode, Select select, Duration interval, int top, List<String> sessions) {
    /// Who stores what.
    public enum Mode {
        /// The top of each session, at every interval, behind the scanner's back.
        HOURLY,
        /// Every kept ticker in every cycle, which waits: the rollback.
        DIRECT
    }

    /// What is kept of a period.
    public enum Select {
        /// The last scan's ranking.
        LATEST,
        /// Each symbol as it was at its best rank.
        BEST
    }

    static PersistenceSettings from(Section section) {
        PersistenceSettings persistence = new PersistenceSettings(
                section.choice("mode", Mode.class),
                section.choice("select", Select.class),
                section.duration("interval", Duration.ofMinutes(1), Duration.ofDays(1)),
                (int) section.whole("top", 1, 100_000),
                section.texts("sessions", ScanSettings.SESSION, "sessions such as MARKET_OPEN"));
        if (Duration.ofDays(1).toMillis() % persistence.interval.toMillis() != 0) {
            section.problem("interval", persistence.interval, "a divisor of a day, such as 1h or 30m");
        }
        section.rejectUnknown();
        return persistence;
    }
}
