package dev.atalaya.scan;

import dev.atalaya.market.Column;
import dev.atalaya.market.MarketSession;
import dev.atalaya.market.Reference;
import dev.atalaya.market.TickerColumns;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The same scan written the obvious way: an object a ticker, streams, and sorting everything.
final class NaiveScan {
    record Ticker(String symbol, int row, Map<Column, OptionalDouble> values) {
        OptionalDouble value(Column column) {
            return values.getOrDefault(column, OptionalDouble.empty());
        }

        double known(Column column) {
            return value(column).orElse(Double.NaN);
        }
    }

    private final ScanRules rules;
    List<Ticker> kept = List.of();
    final Map<String, List<String>> categories = new LinkedHashMap<>();
    int scanned;

    NaiveScan(ScanRules rules) {
        this.rules = rules;
    }

    void scan(TickerColumns tickers, MarketSession session) {
        List<Ticker> all = new ArrayList<>();
        for (int row = 0; row < tickers.size(); row++) {
            all.add(ticker(tickers, row, session));
        }
        List<Ticker> tradable = all.stream()
                .filter(t -> t.value(Column.PRICE).orElse(0) >= Math.max(rules.minPrice(), Double.MIN_VALUE))
                .filter(t -> t.value(Column.VOLUME_TODAY).orElse(0) > 0)
                .toList();
        scanned = tradable.size();
        kept = tradable.stream()
                .filter(t -> rules.filters().stream()
                        .filter(f -> f.sessions().isEmpty() || f.sessions().contains(session))
                        .allMatch(f -> passes(t, f, tickers)))
                .sorted(order(Column.SCORE, true))
                .limit(rules.keep())
                .toList();
        for (CategoryRule category : rules.categories()) {
            boolean open = category.sessions().isEmpty() || category.sessions().contains(session);
            categories.put(
                    category.name(),
                    kept.stream()
                            .filter(t -> open)
                            .filter(t -> category.anyOf().stream()
                                    .anyMatch(all_ -> all_.stream()
                                            .allMatch(b -> t.value(b.column()).isPresent()
                                                    && t.known(b.column()) >= b.min()
                                                    && t.known(b.column()) <= b.max())))
                            .filter(t -> t.value(category.order()).isPresent())
                            .sorted(order(category.order(), category.descending()))
                            .limit(category.limit())
                            .map(Ticker::symbol)
                            .toList());
        }
    }

    private static Comparator<Ticker> order(Column column, boolean descending) {
        Comparator<Ticker> byValue = Comparator.comparingDouble(t -> t.known(column) + 0.0);
        return (descending ? byValue.reversed() : byValue).thenComparing(Ticker::symbol);
    }

    private static boolean passes(Ticker ticker, FilterRule filter, TickerColumns tickers) {
        boolean bounds = filter.bounds().stream()
                .allMatch(b -> ticker.value(b.column()).isEmpty()
                        ? filter.unknownPasses()
                        : ticker.known(b.column()) >= b.min() && ticker.known(b.column()) <= b.max());
        Reference reference = tickers.reference(ticker.row());
        return bounds
                && allows(filter, filter.sectors(), reference.sector())
                && allows(filter, filter.industries(), reference.industry())
                && allows(filter, filter.exchanges(), reference.exchange());
    }

    private static boolean allows(FilterRule filter, Set<String> values, @Nullable String value) {
        return values.isEmpty() || (value == null ? filter.unknownPasses() : values.contains(value));
    }

    private Ticker ticker(TickerColumns tickers, int row, MarketSession session) {
        Map<Column, OptionalDouble> values = new LinkedHashMap<>();
        for (Column column : Column.values()) {
            if (!column.isDerived()) {
                values.put(column, optional(tickers.get(column, row)));
            }
        }
        Ticker fed = new Ticker(tickers.symbol(row), row, values);
        OptionalDouble price = fed.value(Column.PRICE);
        OptionalDouble prevClose = fed.value(Column.PREV_CLOSE);
        OptionalDouble perDay = ratio(fed.value(Column.VOLUME_TODAY), fed.value(Column.AVG_VOLUME_30D));
        OptionalDouble rvol = or(fed.value(Column.FEED_RVOL), perDay);
        values.put(Column.RVOL, rvol);
        values.put(
                Column.CHANGE,
                price.isPresent() && prevClose.isPresent()
                        ? optional(price.getAsDouble() - prevClose.getAsDouble())
                        : OptionalDouble.empty());
        values.put(Column.CHANGE_PERCENT, percent(price, prevClose));
        values.put(
                Column.GAP_PERCENT,
                percent(
                        session.name().equals("PRE_MARKET")
                                ? or(fed.value(Column.OPEN), price)
                                : fed.value(Column.OPEN),
                        prevClose));
        values.put(Column.PRICE_FROM_HIGH, percent(price, or(fed.value(Column.INTRADAY_HIGH), fed.value(Column.HIGH))));
        values.put(Column.PRICE_FROM_LOW, percent(price, or(fed.value(Column.INTRADAY_LOW), fed.value(Column.LOW))));
        values.put(Column.PRICE_VS_VWAP, percent(price, fed.value(Column.VWAP)));
        values.put(Column.CHANGE_FROM_OPEN, percent(price, fed.value(Column.OPEN)));
        values.put(
                Column.SCORE,
                OptionalDouble.of(rvol.orElse(0) * rules.rvolWeight() + perDay.orElse(0) * rules.volumeWeight()));
        return fed;
    }

    private static OptionalDouble optional(double value) {
        return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
    }

    private static OptionalDouble or(OptionalDouble first, OptionalDouble second) {
        return first.isPresent() ? first : second;
    }

    private static OptionalDouble ratio(OptionalDouble value, OptionalDouble base) {
        return value.isPresent() && base.orElse(0) > 0
                ? optional(value.getAsDouble() / base.getAsDouble())
                : OptionalDouble.empty();
    }

    private static OptionalDouble percent(OptionalDouble value, OptionalDouble base) {
        return value.isPresent() && base.orElse(0) > 0
                ? optional((value.getAsDouble() - base.getAsDouble()) / base.getAsDouble() * 100)
                : OptionalDouble.empty();
    }
}
