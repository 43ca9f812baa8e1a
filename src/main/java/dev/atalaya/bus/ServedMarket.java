package dev.atalaya.bus;

import java.util.List;

/// What a node's service knows of a market.
///
/// @param lists what this node publishes; stays empty on a node that does not scan
/// @param sessions every session of the market's calendar
public record ServedMarket(MarketAddresses addresses, PublishedLists lists, List<String> sessions) {
    public ServedMarket {
        sessions = List.copyOf(sessions);
    }

    public String name() {
        return addresses.market();
    }
}
