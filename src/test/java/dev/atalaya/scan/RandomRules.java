package dev.atalaya.scan;

import static dev.atalaya.scan.DefaultRules.MARKET_OPEN;
import static dev.atalaya.scan.DefaultRules.PRE_MARKET;

import dev.atalaya.market.Column;
import dev.atalaya.market.MarketSession;
import dev.atalaya.market.TickerColumns;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Makes up rules for a market: any number of filters and categories, with bounds that lie on values of the
/// market's tickers.
public final class RandomRules {
    private static final List<MarketSession> SESSIONS =
            List.of(PRE_MARKET, MARKET_OPEN, new MarketSession("POST_MARKET"));
    private static final Column[] COLUMNS = Column.values();

    private final Random random;
    private final List<NaiveScan.Ticker> tickers;

    public RandomRules(Random random, TickerColumns market) {
        this.random = random;
        NaiveScan all = new NaiveScan(new ScanRules(0, Integer.MAX_VALUE, 10, 5, List.of(), List.of()));
        all.scan(market, MARKET_OPEN);
        tickers = all.kept;
    }

    public static MarketSession session(Random random) {
        return SESSIONS.get(random.nextInt(SESSIONS.size()));
    }

    public ScanRules next() {
        return new ScanRules(
                random.nextInt(4),
                random.nextBoolean() ? 1 + random.nextInt(1000) : 1 + random.nextInt(20),
                random.nextInt(3) * 5,
                random.nextInt(3) * 5,
                some(3, this::filter),
                some(6, this::category));
    }

    private <T> List<T> some(int most, Supplier<T> each) {
        return Stream.generate(each).limit(random.nextInt(most + 1)).toList();
    }

    private FilterRule filter() {
        return new FilterRule(
                "f" + random.nextInt(1_000_000),
                sessions(),
                random.nextBoolean(),
                some(3, this::bound),
                texts("Sector"),
                texts("Industry"),
                texts("Exchange"));
    }

    private CategoryRule category() {
        List<List<Bound>> more = some(2, () -> some(3, this::bound));
        return new CategoryRule(
                "c" + random.nextInt(1_000_000_000),
                Stream.concat(Stream.of(some(2, this::bound)), more.stream()).toList(),
                sessions(),
                column(),
                random.nextBoolean(),
                1 + random.nextInt(100));
    }

    private Column column() {
        return COLUMNS[random.nextInt(COLUMNS.length)];
    }

    /// Mostly wide, or nothing would ever pass several.
    private Bound bound() {
        Column column = column();
        double one = valueOf(column);
        double other = valueOf(column);
        return switch (random.nextInt(3)) {
            case 0 -> new Bound(column, Math.min(one, other), Double.NaN);
            case 1 -> new Bound(column, Double.NaN, Math.max(one, other));
            default -> new Bound(column, Math.min(one, other), Math.max(one, other));
        };
    }

    /// Of any ticker; may be unknown, which is no bound.
    private double valueOf(Column column) {
        return tickers.isEmpty()
                ? Double.NaN
                : tickers.get(random.nextInt(tickers.size())).known(column);
    }

    /// Often empty, which allows all.
    private Set<MarketSession> sessions() {
        return random.nextBoolean() ? Set.of() : new HashSet<>(some(2, () -> session(random)));
    }

    private Set<String> texts(String kind) {
        return random.nextInt(4) > 0 ? Set.of() : new HashSet<>(some(3, () -> kind + random.nextInt(4)));
    }
}
