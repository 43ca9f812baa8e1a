package dev.atalaya.feed;

import dev.atalaya.market.SymbolTable;
import dev.atalaya.market.TickerColumns;

/// Every listing of a synthetic market. Allocates nothing once it is made. Not thread safe.
final class SimulatedMarket {
    private final SimulatedTicker[] tickers;
    private final TickerDraft draft = new TickerDraft();

    /// @param symbols takes the listings' symbols
    SimulatedMarket(long seed, int listings, SymbolTable symbols) {
        tickers = new SimulatedTicker[listings];
        for (int i = 0; i < listings; i++) {
            tickers[i] = new SimulatedTicker(SimulatedListing.make(seed, i, symbols));
        }
    }

    /// Fills the columns with the market of that moment.
    ///
    /// @param day its number
    /// @param millis since 04:00 of that day
    /// @param epochMillis the same moment since 1970 UTC
    void fill(TickerColumns columns, long day, int millis, long epochMillis) {
        double usualShare = VolumeCurve.until(millis / (double) SimulatedDay.MINUTE_MILLIS);
        columns.clear();
        for (SimulatedTicker ticker : tickers) {
            draft.clear();
            ticker.quote(day, millis, epochMillis, usualShare, draft);
            draft.addTo(columns, ticker.listing().symbolId(), ticker.listing().reference());
        }
    }
}
