package dev.atalaya.scan;

import dev.atalaya.market.Column;
import dev.atalaya.market.MarketSession;
import java.util.List;
import java.util.Set;

/// One category, as data: a kept ticker is in when all bounds of one of the conditions hold and its order is
/// known.
///
/// @param anyOf the conditions
/// @param sessions the sessions in which it has members; empty: all
/// @param order what it is ordered by, ties by symbol
/// @param limit how many tickers it has at most
public record CategoryRule(
        String name,
        List<List<Bound>> anyOf,
        Set<MarketSession> sessions,
        Column order,
        boolean descending,
        int limit) {
    public CategoryRule {
        anyOf = anyOf.stream().map(List::copyOf).toList();
        sessions = Set.copyOf(sessions);
    }

    boolean appliesIn(MarketSession session) {
        return sessions.isEmpty() || sessions.contains(session);
    }
}
