package dev.atalaya.market;

import java.util.Locale;

/// Why a ticker of a snapshot is not scanned.
public enum SkipReason {
    /// A field of the hash form that is no JSON object.
    NOT_JSON,
    /// The symbol is not `[A-Za-z0-9.^/-]{1,32}`.
    INVALID_SYMBOL,
    /// The symbol stands earlier in the snapshot: the first wins.
    DUPLICATE,
    /// No price is known.
    NO_PRICE,
    /// The price is below the least that is scanned.
    PRICE_TOO_LOW,
    /// No volume today is known.
    NO_VOLUME;

    /// The value of the metric's tag.
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
