package dev.atalaya.config;

import java.time.Duration;

/// How long what is published lives.
///
/// @param sessionTtl life of a session's list
/// @param categoryTtl life of a category's list
/// @param streamAge how long the stream of deltas keeps a message
/// @param streamBytes how many bytes of messages the stream of deltas keeps
public record PublishSettings(Duration sessionTtl, Duration categoryTtl, Duration streamAge, long streamBytes) {
    static PublishSettings from(Section section) {
        PublishSettings publish = new PublishSettings(
                section.duration("session_ttl", Duration.ofSeconds(1), Duration.ofDays(7)),
                section.duration("category_ttl", Duration.ofSeconds(1), Duration.ofDays(7)),
                section.duration("stream_age", Duration.ofMinutes(1), Duration.ofDays(7)),
                section.whole("stream_bytes", 1 << 20, 1L << 40));
        section.rejectUnknown();
        return publish;
    }
}
