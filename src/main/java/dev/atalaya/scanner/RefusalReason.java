package dev.atalaya.scanner;

import java.util.Locale;

/// Why a snapshot is not scanned.
enum RefusalReason {
    /// The last accepted one has the same time.
    SEEN,
    /// It is older than the last accepted.
    OLDER,
    /// It is more than 60 s ahead of the market's clock.
    FUTURE,
    /// It tells of another day than the market's clock.
    OTHER_DAY,
    /// Its time lies in no session.
    CLOSED;

    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
