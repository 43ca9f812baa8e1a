package dev.atalaya.feed;

import static dev.atalaya.feed.VolumeCurve.CLOSE;
import static dev.atalaya.feed.VolumeCurve.END;
import static dev.atalaya.feed.VolumeCurve.OPEN;

/// What happens to one listing on one day: after [#plan] a function of the time alone. Minutes and milliseconds
/// count from 04:00. Reused from day to day; not thread safe.
final class SimulatedDay {
    static final int MINUTE_MILLIS = 60_000;

    /// How likely great and fair news are, for which 15 to 80 and 3 to 9 times the usual volume trades.
    private static final double GREAT_NEWS = 0.003;
    private static final double ANY_NEWS = 0.02;
    private static final int NEWS_DAYS = 4;
    private static final double FIRST_LOT = 100;
    private static final double[] WAVES = {0.5, 0.25, 0.12, 0.05};
    private static final int LONGEST_WAVE_BITS = 7;

    private long key;
    private double logPrevClose;
    private double dayReturn;
    private double turbulence;
    private double waveAtClose;
    private int jumpFrom;
    private int jumpTo;
    private double beforeJump;
    private double afterJump;
    private double volume;
    private double newsVolume;
    private double shareAtFirst;
    private int firstMinute;
    private int haltFromMillis;
    private int haltUntilMillis;
    private int tradeEveryMillis;
    private int tradePhaseMillis;

    /// The regular close of that day.
    static double close(SimulatedListing listing, long day) {
        return Math.exp(logClose(listing, day));
    }

    /// News move the price and are forgotten within days; besides it walks about where it always is.
    private static double logClose(SimulatedListing listing, long day) {
        long key = Chance.key(listing.key(), 1_000);
        double news = 0;
        for (int ago = 0; ago < NEWS_DAYS; ago++) {
            news += newsReturn(dayKey(listing, day - ago)) * (NEWS_DAYS - ago) / NEWS_DAYS;
        }
        double tide = lerp(Chance.signed(key, day >> 4), Chance.signed(key, (day >> 4) + 1), (day & 15) / 16.0);
        return Math.log(listing.price())
                + news
                + listing.volatility() * (6 * tide + 0.7 * Chance.normal(dayKey(listing, day), 1));
    }

    private static double newsReturn(long dayKey) {
        double news = Chance.unit(dayKey, 2);
        if (news >= ANY_NEWS) {
            return 0;
        }
        double size = Chance.unit(dayKey, 3);
        double sign = Chance.unit(dayKey, 4) < 0.6 ? 1 : -1;
        return sign * (news < GREAT_NEWS ? 0.08 + 0.5 * size * size : 0.03 + 0.09 * size);
    }

    private static long dayKey(SimulatedListing listing, long day) {
        return Chance.key(listing.key(), 2_000 + day);
    }

    void plan(SimulatedListing listing, long day) {
        key = dayKey(listing, day);
        logPrevClose = logClose(listing, day - 1);
        dayReturn = logClose(listing, day) - logPrevClose;
        double news = Chance.unit(key, 2);
        boolean hasNews = news < ANY_NEWS;
        boolean newsInSession = hasNews && Chance.unit(key, 5) < 0.4;
        double usualTimes = Math.exp(0.45 * Chance.normal(key, 6) - 0.1);
        double newsTimes = news < GREAT_NEWS ? Chance.between(15, 80, key, 7) : Chance.between(3, 9, key, 7);
        volume = listing.usualVolume() * (hasNews && !newsInSession ? newsTimes : usualTimes);
        newsVolume = newsInSession ? listing.usualVolume() * newsTimes : 0;
        turbulence = listing.volatility() * (1 + Math.min(4, 10 * Math.abs(newsReturn(key))));
        waveAtClose = wave(CLOSE);
        planJump(listing.volatility(), newsInSession);
        planTrading(hasNews, news < GREAT_NEWS);
    }

    /// Overnight news open with a gap, news in the session come at their minute.
    private void planJump(double volatility, boolean newsInSession) {
        double shift = volatility * 0.7 * Chance.normal(key, 8);
        if (newsInSession) {
            jumpFrom = OPEN + 10 + (int) (300 * Chance.unit(key, 9));
            jumpTo = jumpFrom + 4;
            beforeJump = shift;
            afterJump = shift + dayReturn * (0.7 + 0.8 * Chance.unit(key, 10));
        } else {
            jumpFrom = OPEN - 1;
            jumpTo = OPEN;
            afterJump = shift + dayReturn * (0.2 + 1.4 * Chance.unit(key, 10));
            beforeJump = afterJump * (0.3 + 0.5 * Chance.unit(key, 9));
        }
    }

    private void planTrading(boolean hasNews, boolean greatNews) {
        boolean late = !hasNews && Chance.unit(key, 11) < 0.05;
        int earliest = late ? OPEN + 5 + (int) (180 * Chance.unit(key, 12)) : 0;
        firstMinute = Math.max(earliest, VolumeCurve.firstMinuteWith(FIRST_LOT / volume));
        shareAtFirst = firstMinute > END ? 1 : VolumeCurve.until(firstMinute);
        boolean halted = Chance.unit(key, 13) < (greatNews ? 0.6 : hasNews ? 0.1 : 0.02);
        haltFromMillis = (int) ((OPEN + 5 + 360 * Chance.unit(key, 14)) * MINUTE_MILLIS);
        haltUntilMillis = halted ? haltFromMillis + (int) ((5 + 5 * Chance.unit(key, 15)) * MINUTE_MILLIS) : 0;
        // trades of a hundred shares
        tradeEveryMillis = (int) Math.clamp(2.34e9 / (volume + newsVolume), 250, 600_000);
        tradePhaseMillis = (int) (tradeEveryMillis * Chance.unit(key, 16));
    }

    /// When the last trade until then was; -1 if there was none.
    int lastTradeMillis(int millis) {
        int firstTrade = firstMinute * MINUTE_MILLIS;
        if (millis < firstTrade) {
            return -1;
        }
        int time = millis >= haltFromMillis && millis < haltUntilMillis ? haltFromMillis : millis;
        int trades = Math.max(0, time - tradePhaseMillis) / tradeEveryMillis;
        return Math.max(firstTrade, trades * tradeEveryMillis + tradePhaseMillis);
    }

    int firstMinute() {
        return firstMinute;
    }

    /// The price as that minute begins, not rounded.
    double price(int minute) {
        double ramp = Math.clamp((minute - OPEN) / (double) (CLOSE - OPEN), 0, 1);
        return Math.exp(logPrevClose + drift(minute) + turbulence * (wave(minute) - waveAtClose * ramp));
    }

    private double drift(int minute) {
        if (minute < jumpFrom) {
            return beforeJump * minute / jumpFrom;
        }
        if (minute < jumpTo) {
            return lerp(beforeJump, afterJump, (minute - jumpFrom) / (double) (jumpTo - jumpFrom));
        }
        return minute < CLOSE ? lerp(afterJump, dayReturn, (minute - jumpTo) / (double) (CLOSE - jumpTo)) : dayReturn;
    }

    /// Value noise in four octaves.
    private double wave(int minute) {
        double sum = 0;
        int bits = LONGEST_WAVE_BITS;
        for (int i = 0; i < WAVES.length; i++) {
            long knot = (10_000L * (i + 1)) + (minute >> bits);
            double between = (minute & ((1 << bits) - 1)) / (double) (1 << bits);
            sum += WAVES[i] * lerp(Chance.signed(key, knot), Chance.signed(key, knot + 1), between);
            bits -= 2;
        }
        return sum;
    }

    /// Shares traded until that minute began, from the first minute on: along the usual curve, which runs late
    /// by up to five minutes and catches up again, but never goes back.
    double volume(int minute) {
        long knot = 60_000L + minute / 10;
        double late = 5 * lerp(Chance.unit(key, knot), Chance.unit(key, knot + 1), minute % 10 / 10.0);
        double share = VolumeCurve.until(minute - late - 0.4 * Chance.unit(key, 70_000 + minute));
        double news = Math.clamp((minute - jumpFrom) / 60.0, 0, 1);
        return Math.floor(FIRST_LOT + volume * Math.max(0, share - shareAtFirst) + newsVolume * news * (2 - news));
    }

    /// By how much a trade is off the minutes' line, as a share of the price.
    double jitter(int tradeMillis) {
        return 0.03 * turbulence * Chance.signed(key, 1_000_000L + tradeMillis);
    }

    static double lerp(double from, double to, double share) {
        return from + (to - from) * share;
    }
}
