package dev.atalaya.feed;

import static dev.atalaya.feed.SimulatedDay.MINUTE_MILLIS;
import static dev.atalaya.feed.SimulatedDay.lerp;
import static dev.atalaya.feed.VolumeCurve.CLOSE;
import static dev.atalaya.feed.VolumeCurve.END;
import static dev.atalaya.feed.VolumeCurve.OPEN;

/// Follows one listing through its days, minute by minute: between two minutes the price runs straight, so that
/// the highs and lows so far are those of the minutes passed and of now. What it remembers only saves work: the
/// same time always gives the same ticker. Not thread safe.
final class SimulatedTicker {
    private static final int BEFORE_FIRST = -1;

    private final SimulatedListing listing;
    private final SimulatedDay today = new SimulatedDay();
    private final double atr;
    private final double atrPercent;
    private long day = Long.MIN_VALUE;
    private double prevClose;
    private double prevVolume;

    private int minute;
    private double price;
    private double nextPrice;
    private double volume;
    private double nextVolume;
    private double high;
    private double low;
    private double open;
    private double sessionHigh;
    private double sessionLow;
    private double weightedPrices;
    private double weight;

    SimulatedTicker(SimulatedListing listing) {
        this.listing = listing;
        atr = round(1.4 * listing.volatility() * listing.price(), 10_000);
        atrPercent = round(140 * listing.volatility(), 100);
    }

    SimulatedListing listing() {
        return listing;
    }

    /// Sets the draft to this ticker at that time.
    ///
    /// @param number of the day
    /// @param millis since 04:00
    /// @param epochMillis the same moment since 1970 UTC
    /// @param usualShare the share of a usual day's volume traded by then
    void quote(long number, int millis, long epochMillis, double usualShare, TickerDraft draft) {
        if (number != day) {
            startDay(number);
        }
        draft.set(TickerField.PREV_DAY_CLOSE, prevClose);
        draft.set(TickerField.PREV_DAY_VOLUME, prevVolume);
        draft.set(TickerField.ATR, atr);
        draft.set(TickerField.ATR_PERCENT, atrPercent);
        int trade = today.lastTradeMillis(millis);
        if (trade >= 0) {
            walkTo(trade / MINUTE_MILLIS);
            lastTrade(trade, draft);
            draft.lastTradeMillis = epochMillis - (millis - trade);
            draft.set(
                    TickerField.RVOL,
                    round(
                            draft.get(TickerField.MINUTE_ACCUMULATED_VOLUME)
                                    / (listing.reference().avgVolume30d() * usualShare),
                            10_000));
        }
    }

    private void startDay(long number) {
        today.plan(listing, number - 1);
        prevVolume = today.firstMinute() > END ? Double.NaN : today.volume(END);
        prevClose = roundPrice(SimulatedDay.close(listing, number - 1));
        today.plan(listing, number);
        day = number;
        minute = BEFORE_FIRST;
    }

    private void walkTo(int target) {
        if (target == minute) {
            return;
        }
        if (minute == BEFORE_FIRST || target < minute) {
            minute = today.firstMinute();
            price = today.price(minute);
            nextPrice = today.price(minute + 1);
            high = low = price;
            open = Double.NaN;
            weightedPrices = weight = 0;
            visit();
        }
        while (minute < target) {
            double before = price;
            price = nextPrice;
            minute++;
            nextPrice = today.price(minute + 1);
            if (minute > OPEN && minute <= CLOSE) {
                double share = VolumeCurve.until(minute) - VolumeCurve.until(minute - 1);
                weightedPrices += share * (before + price) / 2;
                weight += share;
            }
            visit();
        }
        volume = today.volume(minute);
        nextVolume = today.volume(minute + 1);
    }

    private void visit() {
        high = Math.max(high, price);
        low = Math.min(low, price);
        if (minute < OPEN || minute > CLOSE) {
            return;
        }
        if (Double.isNaN(open)) {
            open = sessionHigh = sessionLow = price;
        }
        sessionHigh = Math.max(sessionHigh, price);
        sessionLow = Math.min(sessionLow, price);
    }

    private void lastTrade(int trade, TickerDraft draft) {
        double passed = (trade - minute * MINUTE_MILLIS) / (double) MINUTE_MILLIS;
        double line = lerp(price, nextPrice, passed);
        double highSoFar = Math.max(high, line);
        double lowSoFar = Math.min(low, line);
        draft.set(TickerField.INTRADAY_HIGH, roundPrice(highSoFar));
        draft.set(TickerField.INTRADAY_LOW, roundPrice(lowSoFar));
        if (minute >= OPEN && !Double.isNaN(open)) {
            boolean inSession = minute < CLOSE;
            draft.set(TickerField.DAY_OPEN, roundPrice(open));
            draft.set(TickerField.DAY_HIGH, roundPrice(inSession ? Math.max(sessionHigh, line) : sessionHigh));
            draft.set(TickerField.DAY_LOW, roundPrice(inSession ? Math.min(sessionLow, line) : sessionLow));
            draft.set(TickerField.DAY_VWAP, vwap(inSession ? passed : 0, line));
            if (inSession) {
                highSoFar = Math.max(sessionHigh, line);
                lowSoFar = Math.min(sessionLow, line);
            }
        }
        double last = roundPrice(Math.clamp(line * (1 + today.jitter(trade)), lowSoFar, highSoFar));
        double halfSpread = Math.max(last < 1 ? 0.00006 : 0.006, last * 0.6 / Math.sqrt(1e6 + listing.usualVolume()));
        draft.set(TickerField.LAST_TRADE_PRICE, last);
        draft.set(TickerField.BID, roundPrice(last - halfSpread));
        draft.set(TickerField.ASK, roundPrice(last + halfSpread));
        draft.set(TickerField.MINUTE_ACCUMULATED_VOLUME, Math.floor(lerp(volume, nextVolume, passed)));
    }

    private double vwap(double passed, double line) {
        double share = passed == 0 ? 0 : passed * (VolumeCurve.until(minute + 1) - VolumeCurve.until(minute));
        double all = weight + share;
        return all > 0 ? round((weightedPrices + share * (price + line) / 2) / all, 10_000) : roundPrice(open);
    }

    /// To cents, below 1 to a hundredth of them.
    private static double roundPrice(double price) {
        return price < 1 ? round(price, 10_000) : round(price, 100);
    }

    private static double round(double value, double parts) {
        return Math.rint(value * parts) / parts;
    }
}
