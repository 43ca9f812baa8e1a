package dev.atalaya.config;

import java.nio.file.Path;
import java.util.List;

/// Redis and PostgreSQL as children of the service.
///
/// @param folder where they keep their data
/// @param redisPort 0 takes a free one, as for `postgresPort`
/// @param durable whether Redis keeps an append-only file
public record EmbeddedSettings(boolean enabled, Path folder, int redisPort, int postgresPort, boolean durable) {
    static EmbeddedSettings from(Section section, List<MarketSettings> markets) {
        EmbeddedSettings embedded = new EmbeddedSettings(
                section.flag("enabled", false),
                Path.of(section.text("folder", ".+", "a folder")),
                (int) section.whole("redis_port", 0, 65_535),
                (int) section.whole("postgres_port", 0, 65_535),
                markets.stream().allMatch(market -> market.feed().speed().marketSecondsPerSecond() <= 10));
        section.rejectUnknown();
        return embedded;
    }
}
