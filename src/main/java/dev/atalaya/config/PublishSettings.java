package dev.atalaya.config;

import java.time.Duration;

/// How long what is published lives.
///
/// @param sessionTtl life of a session's list
/// @param categoryTtl life of a category's list
/// @param streamAge how long the stream of deltas keeps a message
/// @param streamBytes how many bytes of messages the stream of deltas keeps
/// @param journalBytes how many bytes of scans the journal keeps that are not stored
public record PublishSettings(
        Duration sessionTtl, Duration categoryTtl, Duration streamAge, long streamBytes, long journalBytes) {
    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final Duration LONGEST = Duration.ofDays(7);

    /// @param interval from one scan to the next
    static PublishSettings from(Section section, Duration interval, Speed speed) {
        PublishSettings publish = new PublishSettings(
                section.duration(
                        "session_ttl",
                        leastSessionTtl(interval, speed),
                        LONGEST,
                        "market.scan.interval and 30 s at least"),
                section.duration("category_ttl", Duration.ofSeconds(1), LONGEST),
                section.duration("stream_age", Duration.ofMinutes(1), LONGEST),
                section.whole("stream_bytes", 1 << 20, 1L << 40),
                section.whole("journal_bytes", 1 << 20, 1L << 40));
        section.rejectUnknown();
        return publish;
    }

    /// A list must outlive the time until the next one is there, and the grace after a session's end within
    /// which it is stored. Both pass in market time, a life in real time.
    private static Duration leastSessionTtl(Duration interval, Speed speed) {
        double seconds = interval.plus(GRACE).toMillis() / 1000.0 / speed.marketSecondsPerSecond();
        return Duration.ofSeconds(Math.clamp((long) Math.ceil(seconds), 1, LONGEST.toSeconds()));
    }
}
