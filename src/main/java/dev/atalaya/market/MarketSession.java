package dev.atalaya.market;

/// A named part of a market's day, such as `PRE_MARKET`. Which sessions there are is data of the market's
/// [TradingCalendar]; three names mean something to everybody. Immutable; equal by name.
public record MarketSession(String name) {
    /// No session: nothing is scanned.
    public static final MarketSession CLOSED = new MarketSession("CLOSED");

    /// What a market that opens calls the session before that: gaps are measured to the price in it.
    public static final MarketSession PRE_MARKET = new MarketSession("PRE_MARKET");

    /// What a market calls its regular session.
    public static final MarketSession MARKET_OPEN = new MarketSession("MARKET_OPEN");

    /// @throws IllegalArgumentException if the name is not made of `A-Z`, `0-9` and `_`
    public MarketSession {
        if (!name.matches("[A-Z][A-Z0-9_]*")) {
            throw new IllegalArgumentException("A session's name is made of A-Z, 0-9 and _: '" + name + "'");
        }
    }

    public boolean isClosed() {
        return equals(CLOSED);
    }

    @Override
    public String toString() {
        return name;
    }
}
