package dev.atalaya.cluster;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Which node should have which market, so that no node has two more than another one that could take one of them, with
/// as few moves as that needs. The same wherever the same is known; immutable.
final class Placement {
    private final SortedMap<String, List<String>> candidates;
    private final Map<String, String> nodes = new TreeMap<>();

    /// @param candidates by market: the nodes that can have it, the preferred first where they are equal otherwise
    /// @param holders by market: the node that has it now; left out where nobody does
    Placement(Map<String, List<String>> candidates, Map<String, String> holders) {
        this.candidates = new TreeMap<>(candidates);
        this.candidates.keySet().forEach(market -> {
            String holder = holders.get(market);
            if (holder != null) {
                nodes.put(market, holder);
            }
        });
        this.candidates.forEach((market, able) -> {
            if (!nodes.containsKey(market)) {
                leastOf(able).ifPresent(node -> nodes.put(market, node));
            }
        });
        while (move()) {
            // one at a time, until it is even
        }
    }

    private Optional<String> leastOf(List<String> able) {
        return able.stream().min(Comparator.comparingInt(this::load));
    }

    private int load(String node) {
        return Collections.frequency(nodes.values(), node);
    }

    /// Moves a market from one of the nodes that have most to one that has least, if there is one to move.
    private boolean move() {
        List<String> fromTheFullest = candidates.keySet().stream()
                .sorted(Comparator.comparingInt(this::loadOfHolder)
                        .thenComparing(Comparator.naturalOrder())
                        .reversed())
                .toList();
        for (String market : fromTheFullest) {
            Optional<String> least = leastOf(candidates.getOrDefault(market, List.of()))
                    .filter(node -> load(node) <= loadOfHolder(market) - 2);
            if (least.isPresent()) {
                nodes.put(market, least.get());
                return true;
            }
        }
        return false;
    }

    private int loadOfHolder(String market) {
        return Optional.ofNullable(nodes.get(market)).map(this::load).orElse(0);
    }

    /// The node that should have a market; empty if none can.
    Optional<String> node(String market) {
        return Optional.ofNullable(nodes.get(market));
    }
}
