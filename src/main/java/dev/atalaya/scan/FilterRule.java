package dev.atalaya.scan;

import dev.atalaya.market.MarketSession;
import dev.atalaya.market.Reference;
import dev.atalaya.market.TickerColumns;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One filter, as data: a ticker passes when all bounds hold and each list that is not empty holds its value.
///
/// @param sessions the sessions it applies in; empty: all
/// @param unknownPasses whether an unknown value passes
/// @param sectors allowed sectors; empty: any, as for industries and exchanges
public record FilterRule(
        String name,
        Set<MarketSession> sessions,
        boolean unknownPasses,
        List<Bound> bounds,
        Set<String> sectors,
        Set<String> industries,
        Set<String> exchanges) {
    public FilterRule {
        sessions = Set.copyOf(sessions);
        bounds = List.copyOf(bounds);
        sectors = Set.copyOf(sectors);
        industries = Set.copyOf(industries);
        exchanges = Set.copyOf(exchanges);
    }

    boolean appliesIn(MarketSession session) {
        return sessions.isEmpty() || sessions.contains(session);
    }

    /// Keeps those of the first `count` rows that pass, in their order, and answers how many they are.
    int select(TickerColumns tickers, Metrics metrics, int[] rows, int count) {
        int kept = count;
        for (int i = 0; i < bounds.size(); i++) {
            Bound bound = bounds.get(i);
            double[] values = metrics.column(bound.column(), tickers, rows, kept);
            kept = bound.select(values, rows, kept, unknownPasses);
        }
        if (!sectors.isEmpty() || !industries.isEmpty() || !exchanges.isEmpty()) {
            kept = selectByText(tickers, rows, kept);
        }
        return kept;
    }

    private int selectByText(TickerColumns tickers, int[] rows, int count) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            Reference reference = tickers.reference(rows[i]);
            if (allowed(sectors, reference.sector())
                    && allowed(industries, reference.industry())
                    && allowed(exchanges, reference.exchange())) {
                rows[kept++] = rows[i];
            }
        }
        return kept;
    }

    private boolean allowed(Set<String> values, @Nullable String value) {
        return values.isEmpty() || (value == null ? unknownPasses : values.contains(value));
    }
}
