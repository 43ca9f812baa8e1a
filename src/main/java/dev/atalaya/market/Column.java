package dev.atalaya.market;

import java.util.Locale;

/// A number that each ticker of a snapshot has: what the feed gave, and behind it what a scan derives from
/// that. Prices are in the market's currency, volumes in shares, percents in percent. Unknown is NaN.
public enum Column {
    /// The last trade's price, else the regular session's close, else the previous close.
    PRICE,
    BID,
    ASK,
    /// Shares traded today, extended hours included.
    VOLUME_TODAY,
    /// Of the regular session; unknown before it opens.
    OPEN,
    HIGH,
    LOW,
    /// Extended hours included.
    INTRADAY_HIGH,
    INTRADAY_LOW,
    PREV_CLOSE,
    PREV_VOLUME,
    /// Volume-weighted average price of the regular session.
    VWAP,
    /// Relative volume as the feed gives it.
    FEED_RVOL,
    ATR,
    ATR_PERCENT,
    AVG_VOLUME_30D,
    AVG_VOLUME_10D,
    FLOAT_SHARES,
    SHARES_OUTSTANDING,
    MARKET_CAP,

    /// Relative volume: the feed's, else volume today against the 30-day average.
    RVOL,
    CHANGE,
    CHANGE_PERCENT,
    GAP_PERCENT,
    PRICE_FROM_HIGH,
    PRICE_FROM_LOW,
    PRICE_VS_VWAP,
    /// Price against the regular session's open, in percent.
    CHANGE_FROM_OPEN,
    SCORE;

    /// Whether a scan derives it.
    public boolean isDerived() {
        return ordinal() >= RVOL.ordinal();
    }

    /// The name in settings and in JSON.
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
