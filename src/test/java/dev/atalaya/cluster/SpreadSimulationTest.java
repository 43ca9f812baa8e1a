package dev.atalaya.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.bus.NodeReport;
import dev.atalaya.bus.NodeReport.Seat;
import dev.atalaya.cluster.Lease.Sight;
import dev.atalaya.cluster.SeatRules.Standby;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/// Nodes that come and go, with several markets, reports that are late, and a clock of their own: soon the markets are
/// spread evenly, and none has moved more than once without need.
class SpreadSimulationTest {
    private static final long STEP_MILLIS = 50;
    private static final long REPORT_MILLIS = 500;
    private static final long LOOK_MILLIS = 250;
    private static final long LIFE_MILLIS = 4_000;
    private static final long CALM_MILLIS = 15_000;

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final List<String> markets = new ArrayList<>();
    private final Map<String, SimulatedLease> leases = new HashMap<>();
    private final List<SimulatedNode> nodes = new ArrayList<>();
    private long now;
    private long fence;
    private int names;
    private int moves;

    private record SimulatedLease(Sight sight, long ends) {}

    private final class SimulatedNode {
        final String id = "n" + names++;
        final Instant started = Instant.ofEpochMilli(now);
        final long phase = random.nextLong(LOOK_MILLIS / STEP_MILLIS) * STEP_MILLIS;
        final Map<String, SeatRules> rules = new HashMap<>();
        final Map<String, Long> active = new TreeMap<>();
        final Members members = new Members(this::report);

        NodeReport report() {
            List<Seat> seats = markets.stream()
                    .map(market -> new Seat(
                            market,
                            "scanner",
                            "",
                            active.containsKey(market) ? Seat.ACTIVE : Seat.STANDBY,
                            active.getOrDefault(market, -1L),
                            Optional.empty()))
                    .toList();
            return new NodeReport(id, id, "1", started, List.of("scanner"), seats);
        }

        void step() {
            members.present(nodes.stream().map(node -> node.id).collect(Collectors.toSet()));
            if ((now + phase) % REPORT_MILLIS == 0) {
                nodes.forEach(other -> other.members.heard(report()));
            }
            if ((now + phase) % LOOK_MILLIS == 0) {
                markets.stream().filter(market -> random.nextInt(4) > 0).forEach(this::look); // some are late
            }
        }

        private void look(String market) {
            SeatRules rule = rules.computeIfAbsent(market, first -> new SeatRules(1_250, 1_500, 2_000));
            Optional<Sight> sight = Optional.ofNullable(leases.get(market))
                    .filter(lease -> now < lease.ends)
                    .map(SimulatedLease::sight);
            Optional<String> wanted =
                    members.wanted(market, "scanner", sight.isPresent() || active.containsKey(market));
            if (active.containsKey(market)) {
                if (rule.makesRoom(now, id, wanted)) {
                    active.remove(market);
                    leases.remove(market);
                    rule.standBy();
                } else {
                    hold(market, active.get(market), sight.map(Sight::renewals).orElse(0L) + 1);
                }
                return;
            }
            boolean isHere = sight.isPresent() && members.has(sight.get().node());
            if (rule.standby(now, sight, isHere, true, wanted.equals(Optional.of(id))) != Standby.WAIT) {
                active.put(market, ++fence);
                hold(market, fence, 0);
                moves++;
            }
        }

        private void hold(String market, long number, long renewals) {
            leases.put(market, new SimulatedLease(new Sight(id, id, number, renewals), now + LIFE_MILLIS));
        }
    }

    private SimulatedNode join() {
        SimulatedNode node = new SimulatedNode();
        nodes.add(node);
        // as a node does before it is a candidate: it says that it is there, and hears the others
        nodes.forEach(other -> {
            other.members.present(nodes.stream().map(each -> each.id).collect(Collectors.toSet()));
            other.members.heard(node.report());
            node.members.heard(other.report());
        });
        return node;
    }

    private void run(long millis) {
        for (long end = now + millis; now < end; now += STEP_MILLIS) {
            List.copyOf(nodes).forEach(SimulatedNode::step);
        }
    }

    private List<Integer> loads() {
        return nodes.stream().map(node -> node.active.size()).toList();
    }

    private void markets(int count) {
        IntStream.range(0, count).forEach(i -> markets.add("m" + i));
    }

    @Test
    void sixMarketsOnThreeNodesAreTwoEachAndAfterAKillThreeEach() {
        markets(6);
        join();
        run(CALM_MILLIS);
        assertThat(loads()).containsExactly(6);
        join();
        run(CALM_MILLIS);
        assertThat(loads()).as("seed %d", seed).containsExactly(3, 3);
        join();
        run(CALM_MILLIS);
        assertThat(loads()).as("seed %d", seed).containsExactly(2, 2, 2);
        assertThat(moves).as("seed %d", seed).isEqualTo(6 + 3 + 2);
        nodes.remove(random.nextInt(3));
        run(CALM_MILLIS);
        assertThat(loads()).as("seed %d", seed).containsExactly(3, 3);
        assertThat(moves).as("seed %d", seed).isEqualTo(6 + 3 + 2 + 2);
    }

    @RepeatedTest(25)
    void whateverComesAndGoesTheMarketsAreSpreadEvenlySoonAfterwards() {
        markets(1 + random.nextInt(8));
        join();
        for (int change = 0; change < 10; change++) {
            Map<String, String> before = holders();
            int movesBefore = moves;
            SimulatedNode changed = null;
            if (nodes.size() == 1 || (nodes.size() < 5 && random.nextBoolean())) {
                changed = join();
            } else {
                nodes.remove(random.nextInt(nodes.size()));
            }
            run(random.nextInt(4) == 0 ? random.nextInt(4_000) : CALM_MILLIS);
            run(CALM_MILLIS);
            assertThat(loads())
                    .as("change %d, seed %d", change, seed)
                    .allSatisfy(load -> assertThat(load)
                            .isBetween(
                                    markets.size() / nodes.size(), (markets.size() + nodes.size() - 1) / nodes.size()));
            Set<String> others = nodes.stream().map(node -> node.id).collect(Collectors.toSet());
            long needed = before.values().stream()
                            .filter(node -> !others.contains(node))
                            .count()
                    + (before.isEmpty() ? markets.size() : 0)
                    + (changed == null ? 0 : changed.active.size());
            assertThat(moves - movesBefore)
                    .as("change %d, seed %d", change, seed)
                    .isLessThanOrEqualTo((int) needed + markets.size());
        }
    }

    private Map<String, String> holders() {
        Map<String, String> holders = new HashMap<>();
        nodes.forEach(node -> node.active.keySet().forEach(market -> holders.put(market, node.id)));
        return holders;
    }
}
