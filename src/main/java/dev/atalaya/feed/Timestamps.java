package dev.atalaya.feed;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;

/// Reads a snapshot's timestamp.
final class Timestamps {
    private Timestamps() {}

    /// An ISO-8601 date and time; without an offset it is UTC.
    static Instant parse(String text) throws SnapshotFormatException {
        try {
            TemporalAccessor parsed = DateTimeFormatter.ISO_DATE_TIME.parseBest(
                    text.replace(' ', 'T'), Instant::from, LocalDateTime::from);
            return parsed instanceof Instant instant ? instant : ((LocalDateTime) parsed).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw new SnapshotFormatException("The snapshot's timestamp '" + text + "' is no date and time", e);
        }
    }
}
