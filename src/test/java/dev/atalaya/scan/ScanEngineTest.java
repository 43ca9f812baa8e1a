package dev.atalaya.scan;

import static dev.atalaya.scan.DefaultRules.MARKET_OPEN;
import static dev.atalaya.scan.DefaultRules.PRE_MARKET;
import static dev.atalaya.scan.DefaultRules.atLeast;
import static dev.atalaya.scan.Tickers.average;
import static dev.atalaya.scan.Tickers.prevClose;
import static dev.atalaya.scan.Tickers.price;
import static dev.atalaya.scan.Tickers.rvol;
import static dev.atalaya.scan.Tickers.tickers;
import static dev.atalaya.scan.Tickers.volume;
import static dev.atalaya.scan.Tickers.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.market.Column;
import dev.atalaya.market.MarketSession;
import dev.atalaya.market.SkipReason;
import dev.atalaya.market.TickerColumns;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScanEngineTest {
    private static final List<String> CATEGORIES =
            DefaultRules.rules().categories().stream().map(CategoryRule::name).toList();

    private static Recorder scan(ScanRules rules, MarketSession session, TickerColumns tickers) {
        Recorder recorder = new Recorder(tickers);
        new ScanEngine(rules).scan(tickers, session, recorder);
        return recorder;
    }

    private static List<String> category(Recorder recorder, String name) {
        return recorder.categories.get(CATEGORIES.indexOf(name));
    }

    @Test
    void tickersRankByScoreAndTiesBySymbol() {
        TickerColumns tickers = tickers()
                .row("CCC", price(10), volume(200_000), rvol(4))
                .row("BBB", price(10), volume(900_000), rvol(9))
                .row("AAA", price(10), volume(200_000), rvol(4))
                .build();
        assertThat(scan(DefaultRules.rules(), MARKET_OPEN, tickers).ranked).containsExactly("BBB", "AAA", "CCC");
    }

    @Test
    void theScoreIsRelativeVolumeTimesTenPlusVolumeOverItsAverageTimesFive() {
        TickerColumns tickers = tickers()
                .row("AAA", price(10), volume(600_000), rvol(3), average(200_000))
                .row("BBB", price(10), volume(600_000), average(200_000))
                .row("CCC", price(10), volume(600_000))
                .build();
        scan(DefaultRules.rules(), MARKET_OPEN, tickers);
        assertThat(tickers.get(Column.SCORE, 0)).isEqualTo(3 * 10 + 3 * 5);
        assertThat(tickers.get(Column.SCORE, 1)).isEqualTo(3 * 10 + 3 * 5);
        assertThat(tickers.get(Column.SCORE, 2)).isZero();
    }

    @Test
    void aTickerWithoutPriceOrVolumeIsSkippedWithItsReason() {
        TickerColumns tickers = tickers()
                .row("AAA", volume(500_000))
                .row("BBB", price(0.49), volume(500_000))
                .row("CCC", price(5))
                .row("DDD", price(0.5), volume(1))
                .row("DDD", price(7), volume(500_000))
                .row("no symbol", price(7), volume(500_000))
                .build();
        Recorder recorder = scan(DefaultRules.rules(), MARKET_OPEN, tickers);
        assertThat(recorder.scanned).isEqualTo(1);
        assertThat(List.of(SkipReason.values()))
                .allMatch(reason -> tickers.skipped(reason) == (reason == SkipReason.NOT_JSON ? 0 : 1));
    }

    @Test
    void boundsAreInclusiveAndUnknownFailsUnlessTheFilterSaysPass() {
        TickerColumns tickers = tickers()
                .row("EDGE", price(1), volume(100_000), rvol(2))
                .row("LOW", price(0.99), volume(100_000), rvol(2))
                .row("QUIET", price(1), volume(99_999), rvol(2))
                .row("USUAL", price(1), volume(100_000), rvol(1.99))
                .row("WHO", price(1), volume(100_000))
                .build();
        assertThat(scan(DefaultRules.rules(), MARKET_OPEN, tickers).ranked).containsExactly("EDGE", "WHO");
    }

    @Test
    void aFilterAppliesInItsSessionsOnly() {
        FilterRule early = new FilterRule(
                "early", Set.of(PRE_MARKET), false, List.of(atLeast(Column.PRICE, 100)), Set.of(), Set.of(), Set.of());
        ScanRules rules = new ScanRules(0.5, 10, 10, 5, List.of(early), List.of());
        TickerColumns tickers = tickers().row("AAA", price(10), volume(5)).build();
        assertThat(scan(rules, MARKET_OPEN, tickers).ranked).containsExactly("AAA");
        assertThat(scan(rules, PRE_MARKET, tickers).ranked).isEmpty();
        assertThat(rules.filtersIn(MARKET_OPEN)).isEmpty();
        assertThat(rules.filtersIn(PRE_MARKET)).containsExactly("early");
    }

    @Test
    void listsOfSectorIndustryAndExchangeMustHoldTheValue() {
        FilterRule tech = new FilterRule(
                "tech", Set.of(), false, List.of(), Set.of("Technology"), Set.of("Chips", "Software"), Set.of("NYSE"));
        ScanRules rules = new ScanRules(0.5, 10, 10, 5, List.of(tech), List.of());
        TickerColumns tickers = tickers()
                .classified("NYSE", "Technology", "Chips")
                .row("IN", price(10), volume(5))
                .classified("NASDAQ", "Technology", "Chips")
                .row("OUT", price(10), volume(5))
                .classified("NYSE", null, "Chips")
                .row("WHO", price(10), volume(5))
                .build();
        assertThat(scan(rules, MARKET_OPEN, tickers).ranked).containsExactly("IN");
    }

    @Test
    void beforeTheOpenTheGapIsThePricesAndLaterItIsUnknownWithoutAnOpen() {
        TickerColumns tickers = tickers()
                .row("AAA", price(11), prevClose(10), volume(500_000), rvol(5))
                .row("BBB", price(11), prevClose(10), volume(500_000), rvol(5), with(Column.OPEN, 12))
                .build();
        scan(DefaultRules.rules(), PRE_MARKET, tickers);
        assertThat(tickers.get(Column.GAP_PERCENT, 0)).isEqualTo(10);
        assertThat(tickers.get(Column.GAP_PERCENT, 1)).isEqualTo(20);
        scan(DefaultRules.rules(), MARKET_OPEN, tickers);
        assertThat(tickers.get(Column.GAP_PERCENT, 0)).isNaN();
        assertThat(tickers.get(Column.GAP_PERCENT, 1)).isEqualTo(20);
    }

    @Test
    void momentumHasMembersInTheRegularSessionOnly() {
        TickerColumns tickers = tickers()
                .row("UP", price(10.3), prevClose(10), volume(500_000), rvol(5))
                .build();
        assertThat(category(scan(DefaultRules.rules(), MARKET_OPEN, tickers), "momentum_up"))
                .containsExactly("UP");
        assertThat(category(scan(DefaultRules.rules(), PRE_MARKET, tickers), "momentum_up"))
                .isEmpty();
    }

    @Test
    void aReversalGapsOneWayAndTradesTheOther() {
        TickerColumns tickers = tickers()
                .row("FADE", price(10.4), prevClose(10), with(Column.OPEN, 10.8), volume(500_000), rvol(5))
                .row("HOLD", price(10.4), prevClose(10), with(Column.OPEN, 10.4), volume(500_000), rvol(5))
                .row("RISE", price(9.6), prevClose(10), with(Column.OPEN, 9.4), volume(500_000), rvol(6))
                .build();
        assertThat(category(scan(DefaultRules.rules(), MARKET_OPEN, tickers), "reversals"))
                .containsExactly("RISE", "FADE");
    }

    @Test
    void newHighsAreThoseNearestToTheDaysHighWithExtendedHours() {
        TickerColumns tickers = tickers()
                .row("AT", price(10), with(Column.INTRADAY_HIGH, 10), volume(500_000), rvol(5))
                .row("NEAR", price(9.96), with(Column.HIGH, 10), volume(500_000), rvol(5))
                .row(
                        "FAR",
                        price(9.9),
                        with(Column.INTRADAY_HIGH, 10),
                        with(Column.HIGH, 9.9),
                        volume(500_000),
                        rvol(5))
                .row("WHO", price(10), volume(500_000), rvol(5))
                .build();
        assertThat(category(scan(DefaultRules.rules(), MARKET_OPEN, tickers), "new_highs"))
                .containsExactly("AT", "NEAR");
    }

    @Test
    void itFindsWhatTheNaiveScanFindsOnThousandsOfRandomMarkets() {
        long seed = new Random().nextLong();
        RandomMarket market = new RandomMarket(seed);
        Random random = new Random(seed);
        ScanEngine small = new ScanEngine(DefaultRules.rules(20, 7));
        ScanEngine usual = new ScanEngine(DefaultRules.rules());
        for (int i = 0; i < 3000; i++) {
            boolean few = random.nextBoolean();
            TickerColumns tickers = market.next(i < 5 ? i : random.nextInt(300));
            compare(
                    few ? small : usual,
                    few ? DefaultRules.rules(20, 7) : DefaultRules.rules(),
                    tickers,
                    MARKET_OPEN,
                    seed);
        }
    }

    @Test
    void itFindsWhatTheNaiveScanFindsByRandomRulesInRandomSessions() {
        long seed = new Random().nextLong();
        RandomMarket market = new RandomMarket(seed);
        Random random = new Random(seed);
        for (int i = 0; i < 3000; i++) {
            TickerColumns tickers = market.next(random.nextInt(i % 100 == 0 ? 2500 : 200));
            ScanRules rules = new RandomRules(random, tickers).next();
            MarketSession session = RandomRules.session(random);
            compare(new ScanEngine(rules), rules, tickers, session, seed);
        }
    }

    @Test
    void itFindsWhatTheNaiveScanFindsAmongAHundredThousandTickers() {
        long seed = new Random().nextLong();
        compare(
                new ScanEngine(DefaultRules.rules()),
                DefaultRules.rules(),
                new RandomMarket(seed).next(100_000),
                MARKET_OPEN,
                seed);
    }

    private static void compare(
            ScanEngine engine, ScanRules rules, TickerColumns tickers, MarketSession session, long seed) {
        NaiveScan naive = new NaiveScan(rules);
        naive.scan(tickers, session);
        Recorder recorder = new Recorder(tickers);
        engine.scan(tickers, session, recorder);
        String round = "seed " + seed + ", " + tickers.size() + " tickers in " + session + " by " + rules;
        assertThat(recorder.scanned).as(round).isEqualTo(naive.scanned);
        assertThat(recorder.ranked)
                .as(round)
                .isEqualTo(naive.kept.stream().map(NaiveScan.Ticker::symbol).toList());
        assertThat(recorder.categories).as(round).isEqualTo(List.copyOf(naive.categories.values()));
        for (NaiveScan.Ticker ticker : naive.kept) {
            for (Column column : Column.values()) {
                if (Double.compare(tickers.get(column, ticker.row()), ticker.known(column)) != 0) {
                    assertThat(tickers.get(column, ticker.row()))
                            .as("%s of %s, %s", column, ticker.symbol(), round)
                            .isEqualTo(ticker.known(column));
                }
            }
        }
    }

    @Test
    void aScanAllocatesNothing() {
        TickerColumns tickers = new RandomMarket(1).next(11_000);
        ScanEngine engine = new ScanEngine(DefaultRules.rules());
        ScanListener nobody = new ScanListener() {
            @Override
            public void ranked(int scanned, int[] rows, int count) {}

            @Override
            public void category(int category, int[] rows, int count) {}
        };
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < 1000; i++) {
            engine.scan(tickers, MARKET_OPEN, nobody);
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 1000; i++) {
            engine.scan(tickers, MARKET_OPEN, nobody);
        }
        long perScan = (threads.getCurrentThreadAllocatedBytes() - before) / 1000;
        assertThat(perScan).as("bytes a scan").isLessThan(64);
    }
}
