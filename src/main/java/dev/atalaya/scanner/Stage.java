package dev.atalaya.scanner;

import java.util.Locale;

/// The parts of a cycle whose durations are told apart.
enum Stage {
    /// Reading and decoding the snapshot.
    FEED,
    /// Filter, score, rank, categorise.
    SCAN,
    /// Lists and deltas to bytes.
    ENCODE,
    /// Writing to Redis, confirmed.
    PUBLISH,
    /// Direct mode only: waiting for the database.
    STORE;

    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
