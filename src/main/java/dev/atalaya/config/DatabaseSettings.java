package dev.atalaya.config;

import java.time.Duration;

/// The PostgreSQL or TimescaleDB server.
///
/// @param uri `postgresql://HOST:PORT/DATABASE`, without user and password
/// @param timeout of every statement
/// @param migrate whether migrations are applied at start
/// @param compressAfterDays with TimescaleDB
/// @param retentionDays with TimescaleDB; 0 keeps everything
/// @param retry how long until a failed migration or persistence is tried again
public record DatabaseSettings(
        String uri,
        String user,
        Secret password,
        Duration timeout,
        Duration connectTimeout,
        boolean migrate,
        int compressAfterDays,
        int retentionDays,
        Duration retry) {
    static DatabaseSettings from(Section section) {
        DatabaseSettings database = new DatabaseSettings(
                section.address(
                        "uri",
                        "postgresql://[^@\\s/]+/[^@\\s/?]+(\\?\\S*)?",
                        "postgresql://HOST:PORT/DATABASE, without user and password; HOST is made of a-z, 0-9, - and"
                                + " ."),
                section.text("user", "\\S+", "a user's name"),
                Secret.from(section, "password"),
                section.duration("timeout", Duration.ofMillis(100), Duration.ofHours(1)),
                section.duration("connect_timeout", Duration.ofMillis(100), Duration.ofMinutes(5)),
                section.flag("migrate", true),
                (int) section.whole("compress_after_days", 1, 36_500),
                (int) section.whole("retention_days", 0, 36_500),
                section.duration("retry", Duration.ofMillis(100), Duration.ofHours(1)));
        section.rejectUnknown();
        return database;
    }

    /// The same settings for a server at another place.
    public DatabaseSettings at(String otherUri) {
        return at(otherUri, user, password);
    }

    /// The same settings for another server and user.
    public DatabaseSettings at(String otherUri, String otherUser, Secret otherPassword) {
        return new DatabaseSettings(
                otherUri,
                otherUser,
                otherPassword,
                timeout,
                connectTimeout,
                migrate,
                compressAfterDays,
                retentionDays,
                retry);
    }

    /// The same settings with nothing dropped for its age.
    public DatabaseSettings withoutRetention() {
        return new DatabaseSettings(uri, user, password, timeout, connectTimeout, migrate, compressAfterDays, 0, retry);
    }
}
