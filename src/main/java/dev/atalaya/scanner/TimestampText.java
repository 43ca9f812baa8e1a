package dev.atalaya.scanner;

import java.time.Duration;
import java.time.Instant;

/// Writes times as `Instant.toString` does, whose date is mostly that of the time before. Not thread safe.
final class TimestampText {
    private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();

    private long day = Long.MIN_VALUE;

    /// The day as far as its `T`.
    private byte[] date = {};

    /// @param epochMillis since 1970 UTC
    void write(long epochMillis, JsonBytes out) {
        long today = Math.floorDiv(epochMillis, DAY_MILLIS);
        if (today != day) {
            String midnight = Instant.ofEpochSecond(today * 86_400).toString();
            date = JsonBytes.ascii(midnight.substring(0, midnight.indexOf('T') + 1));
            day = today;
        }
        int millis = (int) (epochMillis - today * DAY_MILLIS);
        int seconds = millis / 1000;
        int fraction = millis % 1000;
        out.raw(date)
                .digits(seconds / 3600, 2)
                .raw(':')
                .digits(seconds / 60 % 60, 2)
                .raw(':')
                .digits(seconds % 60, 2);
        if (fraction > 0) {
            out.raw('.').digits(fraction, 3);
        }
        out.raw('Z');
    }
}
