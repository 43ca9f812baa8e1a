package dev.atalaya.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/// Where a market's snapshots come from. Only the part of the chosen type counts.
///
/// @param maxBytes of a snapshot that is read
public record FeedSettings(Type type, int maxBytes, Simulated simulated, RedisFeed redis, Http http, Replay replay) {
    /// The kinds of feed.
    public enum Type {
        SIMULATED,
        REDIS,
        HTTP,
        REPLAY
    }

    /// A synthetic market.
    ///
    /// @param start the exchange's local time at `origin`
    /// @param origin when that was; empty: when the service starts
    public record Simulated(int tickers, long seed, LocalTime start, Optional<Instant> origin, Speed speed) {}

    /// What an upstream writes to Redis.
    ///
    /// @param referenceRefresh how often the reference data is read again
    /// @param unprefixed whether its keys stand without the market's prefix
    public record RedisFeed(Duration referenceRefresh, boolean unprefixed) {}

    /// The vendor's snapshot endpoint.
    ///
    /// @param timeout of a whole answer
    /// @param reference a CSV file with what is known of the symbols; empty: nothing is
    /// @param referenceRefresh how often it is looked at for a change
    public record Http(String uri, Secret key, Duration timeout, Path reference, Duration referenceRefresh) {}

    /// A recorded day.
    ///
    /// @param folder with the folders `universe` and `bars`
    /// @param from New York time; earlier minutes are not shown, but count
    /// @param until New York time, inclusive
    public record Replay(Path folder, LocalDate day, LocalTime from, LocalTime until, Speed speed) {}

    static FeedSettings from(Section section) {
        Type type = section.choice("type", Type.class);
        FeedSettings feed = new FeedSettings(
                type,
                (int) section.whole("max_bytes", 1024, 1 << 30),
                simulated(section.section("simulated")),
                redis(section.section("redis")),
                http(section.section("http"), type == Type.HTTP),
                replay(section.section("replay"), type == Type.REPLAY));
        section.rejectUnknown();
        return feed;
    }

    private static Simulated simulated(Section section) {
        Simulated simulated = new Simulated(
                (int) section.whole("tickers", 1, 2_000_000),
                section.whole("seed", Long.MIN_VALUE, Long.MAX_VALUE),
                time(section, "start"),
                origin(section),
                Speed.from(section));
        section.rejectUnknown();
        return simulated;
    }

    private static Optional<Instant> origin(Section section) {
        String text = section.text("origin");
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
        } catch (DateTimeParseException e) {
            section.problem("origin", text, "a time such as 2026-01-05T14:29:00Z");
            return Optional.empty();
        }
    }

    private static RedisFeed redis(Section section) {
        RedisFeed redis = new RedisFeed(
                section.duration("reference_refresh", Duration.ofSeconds(10), Duration.ofDays(1)),
                section.flag("unprefixed", false));
        section.rejectUnknown();
        return redis;
    }

    private static Http http(Section section, boolean chosen) {
        Http http = new Http(
                section.text("uri", "https?://(?!.*[?&](?i:apikey)=)[^@\\s]+", "https://HOST/PATH, without a key"),
                Secret.from(section, "key"),
                section.duration("timeout", Duration.ofMillis(100), Duration.ofMinutes(1)),
                Path.of(section.text("reference")),
                section.duration("reference_refresh", Duration.ofSeconds(10), Duration.ofDays(1)));
        if (chosen && !http.reference.toString().isEmpty() && !Files.isReadable(http.reference)) {
            section.problem("reference", http.reference, "a CSV file that can be read");
        }
        section.rejectUnknown();
        return http;
    }

    private static Replay replay(Section section, boolean chosen) {
        Path folder = Path.of(section.text("folder"));
        if (chosen && folder.toString().isEmpty()) {
            section.problem("folder", null, "the folder with the replay's universe and bars");
        }
        LocalTime from = time(section, "from");
        LocalTime until = time(section, "until");
        if (from.isAfter(until)) {
            section.problem("from", from, "at most until, " + until);
        }
        LocalDate day = LocalDate.EPOCH;
        String dayText = section.text("day");
        try {
            if (chosen || !dayText.isEmpty()) {
                day = LocalDate.parse(dayText);
            }
        } catch (DateTimeParseException e) {
            section.problem("day", dayText, "a date such as 2025-01-24");
        }
        Replay replay = new Replay(folder, day, from, until, Speed.from(section));
        section.rejectUnknown();
        return replay;
    }

    private static LocalTime time(Section section, String key) {
        String text = section.text(key);
        try {
            LocalTime time = LocalTime.parse(text);
            if (!time.isBefore(LocalTime.of(4, 0)) && time.isBefore(LocalTime.of(20, 0))) {
                return time;
            }
        } catch (DateTimeParseException e) {
            // said below
        }
        section.problem(key, text, "a time in quotes from \"04:00\" to \"19:59\"");
        return LocalTime.of(9, 29);
    }

    /// How fast this feed's market time passes.
    public Speed speed() {
        return switch (type) {
            case SIMULATED -> simulated.speed();
            case REDIS, HTTP -> new Speed(1);
            case REPLAY -> replay.speed();
        };
    }

    /// Whether its snapshots tell of now, so that they may stand among live rows.
    public boolean isLive() {
        return type != Type.REPLAY && speed().isRealTime();
    }
}
