package dev.atalaya.cluster;

import dev.atalaya.bus.NodeReport;
import dev.atalaya.bus.NodeReport.Seat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// The nodes that are there, as they said last, and what follows for this one. Safe for any thread.
public final class Members {
    private final Supplier<NodeReport> own;
    private final Map<String, NodeReport> others = new HashMap<>();
    private Set<String> present = Set.of();

    /// @param own what this node says of itself now
    public Members(Supplier<NodeReport> own) {
        this.own = own;
    }

    /// This node as it is now.
    public NodeReport own() {
        return own.get();
    }

    /// A node has said how it stands.
    ///
    /// @return whether nothing was known of it before
    synchronized boolean heard(NodeReport report) {
        return !report.id().equals(own().id()) && others.put(report.id(), report) == null;
    }

    /// Who is in the cluster now: what the others said is forgotten.
    ///
    /// @return those that are not there any more
    synchronized List<NodeReport> present(Set<String> ids) {
        present = Set.copyOf(ids);
        List<NodeReport> gone = others.values().stream()
                .filter(other -> !present.contains(other.id()))
                .toList();
        others.keySet().retainAll(present);
        return gone;
    }

    /// Whether a node is in the cluster.
    synchronized boolean has(String id) {
        return present.contains(id) || own().id().equals(id);
    }

    /// All that is known, this node among them, the oldest first.
    synchronized List<NodeReport> all() {
        List<NodeReport> all = new ArrayList<>(others.values());
        all.add(own());
        all.sort(Comparator.comparing(NodeReport::started).thenComparing(NodeReport::id));
        return all;
    }

    /// An older node of the same name.
    synchronized Optional<NodeReport> olderNamesake() {
        NodeReport self = own();
        return others.values().stream()
                .filter(other -> other.name().equals(self.name()) && other.isOlderThan(self))
                .findFirst();
    }

    /// Why this node must stay out of a role of a market: an older node has its name, or an older candidate another
    /// version or other settings.
    synchronized Optional<String> objection(String market, String role, String settings) {
        NodeReport self = own();
        if (olderNamesake().isPresent()) {
            return Optional.of("Another node, which was there first, has the same name, " + self.name());
        }
        return others.values().stream()
                .filter(other -> other.isOlderThan(self))
                .flatMap(other -> other.seats().stream()
                        .filter(seat -> seat.market().equals(market)
                                && seat.role().equals(role)
                                && !seat.state().equals(Seat.OUT))
                        .flatMap(seat -> objection(self, other, seat, settings).stream()))
                .findFirst();
    }

    private static Optional<String> objection(NodeReport self, NodeReport other, Seat seat, String settings) {
        if (!other.version().equals(self.version())) {
            return Optional.of("The node " + other.name() + ", which was there first, has version " + other.version()
                    + ", this one " + self.version());
        }
        return seat.settings().equals(settings)
                ? Optional.empty()
                : Optional.of("The node " + other.name() + ", which was there first, has other settings for the market "
                        + seat.market());
    }

    /// The other nodes that can be the active one in a role of a market, the oldest first.
    public synchronized List<NodeReport> capable(String market, String role) {
        String self = own().id();
        return all().stream()
                .filter(node -> !node.id().equals(self))
                .filter(node -> node.seats().stream()
                        .anyMatch(seat ->
                                seat.market().equals(market) && seat.role().equals(role) && seat.isCapable()))
                .toList();
    }

    /// The highest fencing number that another node says it is active with, -1 if none is.
    synchronized long highestFenceElsewhere(String market, String role) {
        return others.values().stream()
                .flatMap(other -> other.seats().stream())
                .filter(seat -> seat.market().equals(market)
                        && seat.role().equals(role)
                        && seat.state().equals(Seat.ACTIVE))
                .mapToLong(Seat::fence)
                .max()
                .orElse(-1);
    }

    /// The node that should be the active one in a role of a market, so that the markets are spread evenly over those
    /// that can; empty if none can.
    ///
    /// @param isHeld whether the lease is; if not, whoever says to be the active one is not any more
    synchronized Optional<String> wanted(String market, String role, boolean isHeld) {
        Map<String, List<String>> candidates = new HashMap<>();
        Map<String, Seat> active = new HashMap<>();
        Map<String, String> holders = new HashMap<>();
        for (NodeReport node : all()) {
            for (Seat seat : node.seats()) {
                boolean isActive = seat.state().equals(Seat.ACTIVE);
                boolean isPast = isActive && !isHeld && seat.market().equals(market);
                if (!seat.role().equals(role) || !seat.isCapable() || isPast) {
                    continue;
                }
                candidates
                        .computeIfAbsent(seat.market(), first -> new ArrayList<>())
                        .add(node.id());
                Seat other = active.get(seat.market());
                if (isActive && (other == null || other.fence() < seat.fence())) {
                    active.put(seat.market(), seat);
                    holders.put(seat.market(), node.id());
                }
            }
        }
        return new Placement(candidates, holders).node(market);
    }
}
