package dev.atalaya.config;

import java.time.Duration;

/// The Redis server.
///
/// @param uri without user and password
/// @param user empty: the default one
/// @param timeout of every command
public record RedisSettings(String uri, String user, Secret password, Duration timeout) {
    static RedisSettings from(Section section) {
        RedisSettings redis = new RedisSettings(
                section.address(
                        "uri",
                        "rediss?://[^@\\s]+",
                        "redis://HOST:PORT or rediss://HOST:PORT, without user and password; HOST is made of a-z,"
                                + " 0-9, - and ."),
                section.text("user"),
                Secret.from(section, "password"),
                section.duration("timeout", Duration.ofMillis(10), Duration.ofMinutes(1)));
        section.rejectUnknown();
        return redis;
    }

    /// The same settings for a server at another place.
    public RedisSettings at(String otherUri) {
        return new RedisSettings(otherUri, user, password, timeout);
    }
}
