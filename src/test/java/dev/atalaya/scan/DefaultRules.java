package dev.atalaya.scan;

import static dev.atalaya.market.Column.CHANGE_FROM_OPEN;
import static dev.atalaya.market.Column.CHANGE_PERCENT;
import static dev.atalaya.market.Column.PRICE;
import static dev.atalaya.market.Column.PRICE_FROM_HIGH;
import static dev.atalaya.market.Column.PRICE_FROM_LOW;
import static dev.atalaya.market.Column.RVOL;
import static dev.atalaya.market.Column.SCORE;
import static dev.atalaya.market.Column.VOLUME_TODAY;

import dev.atalaya.market.Column;
import dev.atalaya.market.MarketSession;
import java.util.List;
import java.util.Set;

/// The built-in filters and categories as the design says them, written out once more for tests and benchmarks.
public final class DefaultRules {
    public static final MarketSession MARKET_OPEN = new MarketSession("MARKET_OPEN");
    public static final MarketSession PRE_MARKET = new MarketSession("PRE_MARKET");

    private DefaultRules() {}

    public static ScanRules rules() {
        return rules(1000, 100);
    }

    static ScanRules rules(int keep, int limit) {
        return new ScanRules(
                0.5,
                keep,
                10,
                5,
                List.of(
                        filter("rvol_high", atLeast(RVOL, 2), true),
                        filter("price_range", atLeast(PRICE, 1), false),
                        filter("volume_min", atLeast(VOLUME_TODAY, 100_000), false)),
                List.of(
                        category("gappers_up", limit, CHANGE_PERCENT, true, atLeast(CHANGE_PERCENT, 2)),
                        category("gappers_down", limit, CHANGE_PERCENT, false, atMost(CHANGE_PERCENT, -2)),
                        openOnly(category("momentum_up", limit, CHANGE_PERCENT, true, atLeast(CHANGE_PERCENT, 3))),
                        openOnly(category("momentum_down", limit, CHANGE_PERCENT, false, atMost(CHANGE_PERCENT, -3))),
                        category("winners", limit, CHANGE_PERCENT, true, atLeast(CHANGE_PERCENT, 5)),
                        category("losers", limit, CHANGE_PERCENT, false, atMost(CHANGE_PERCENT, -5)),
                        category("anomalies", limit, RVOL, true, atLeast(RVOL, 3)),
                        category("high_volume", limit, VOLUME_TODAY, true, atLeast(RVOL, 2)),
                        category("new_highs", limit, PRICE_FROM_HIGH, true, atLeast(PRICE_FROM_HIGH, -0.5)),
                        category("new_lows", limit, PRICE_FROM_LOW, false, atMost(PRICE_FROM_LOW, 0.5)),
                        new CategoryRule(
                                "reversals",
                                List.of(
                                        List.of(atLeast(CHANGE_PERCENT, 2), atMost(CHANGE_FROM_OPEN, -1)),
                                        List.of(atMost(CHANGE_PERCENT, -2), atLeast(CHANGE_FROM_OPEN, 1))),
                                Set.of(),
                                SCORE,
                                true,
                                limit)));
    }

    static FilterRule filter(String name, Bound bound, boolean unknownPasses) {
        return new FilterRule(name, Set.of(), unknownPasses, List.of(bound), Set.of(), Set.of(), Set.of());
    }

    static CategoryRule category(String name, int limit, Column order, boolean descending, Bound bound) {
        return new CategoryRule(name, List.of(List.of(bound)), Set.of(), order, descending, limit);
    }

    private static CategoryRule openOnly(CategoryRule rule) {
        return new CategoryRule(
                rule.name(), rule.anyOf(), Set.of(MARKET_OPEN), rule.order(), rule.descending(), rule.limit());
    }

    static Bound atLeast(Column column, double min) {
        return new Bound(column, min, Double.NaN);
    }

    static Bound atMost(Column column, double max) {
        return new Bound(column, Double.NaN, max);
    }
}
