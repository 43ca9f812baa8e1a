package dev.atalaya.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class PlacementTest {
    private static Map<String, List<String>> everyNodeCan(int markets, String... nodes) {
        Map<String, List<String>> candidates = new HashMap<>();
        IntStream.range(0, markets).forEach(i -> candidates.put("m" + i, List.of(nodes)));
        return candidates;
    }

    private static Map<String, String> spread(Map<String, List<String>> candidates, Map<String, String> holders) {
        Placement placement = new Placement(candidates, holders);
        Map<String, String> spread = new TreeMap<>();
        candidates.keySet().forEach(market -> placement.node(market).ifPresent(node -> spread.put(market, node)));
        return spread;
    }

    private static int load(Map<String, String> spread, String node) {
        return Collections.frequency(spread.values(), node);
    }

    @Test
    void aSingleNodeHasAll() {
        assertThat(spread(everyNodeCan(6, "a"), Map.of()).values()).hasSize(6).containsOnly("a");
    }

    @Test
    void sixMarketsOnThreeNodesAreTwoEach() {
        Map<String, String> spread = spread(everyNodeCan(6, "a", "b", "c"), Map.of());
        assertThat(List.of(load(spread, "a"), load(spread, "b"), load(spread, "c")))
                .containsExactly(2, 2, 2);
    }

    @Test
    void whatADeadNodeHadGoesToTheOthersAndNothingElseMoves() {
        Map<String, String> before = Map.of("m0", "a", "m1", "b", "m2", "a", "m3", "b");
        assertThat(spread(everyNodeCan(6, "a", "b"), before))
                .containsAllEntriesOf(before)
                .containsValues("a", "b")
                .satisfies(spread -> assertThat(load(spread, "a")).isEqualTo(3));
    }

    @Test
    void aNodeThatJoinsGetsNoMoreThanItsShare() {
        Map<String, String> before = Map.of("m0", "a", "m1", "a", "m2", "a", "m3", "b", "m4", "b", "m5", "b");
        Map<String, String> spread = spread(everyNodeCan(6, "a", "b", "c"), before);
        assertThat(spread).containsEntry("m2", "c").containsEntry("m5", "c");
        assertThat(List.of(load(spread, "a"), load(spread, "b"), load(spread, "c")))
                .containsExactly(2, 2, 2);
    }

    @Test
    void oneMoreThanAnotherIsEvenEnough() {
        Map<String, String> before = Map.of("m0", "c", "m1", "c", "m2", "a", "m3", "b");
        assertThat(spread(everyNodeCan(4, "a", "b", "c"), before)).isEqualTo(before);
    }

    @Test
    void aMarketThatNobodyCanHaveIsNobodys() {
        assertThat(new Placement(Map.of("m0", List.of()), Map.of()).node("m0")).isEqualTo(Optional.empty());
        assertThat(new Placement(Map.of(), Map.of()).node("m1")).isEqualTo(Optional.empty());
    }

    @Test
    void aMarketGoesToThoseAloneThatCanHaveIt() {
        Map<String, List<String>> candidates =
                Map.of("m0", List.of("a"), "m1", List.of("a"), "m2", List.of("a", "b"), "m3", List.of("a", "b"));
        assertThat(spread(candidates, Map.of("m2", "a", "m3", "a")))
                .isEqualTo(Map.of("m0", "a", "m1", "a", "m2", "b", "m3", "b"));
    }

    @RepeatedTest(200)
    void anyStateBecomesEvenWithTheFewestMovesAndThenStays() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<String> nodes = IntStream.rangeClosed(0, random.nextInt(5))
                .mapToObj(i -> "n" + i)
                .toList();
        int count = 1 + random.nextInt(12);
        Map<String, List<String>> candidates = everyNodeCan(count, nodes.toArray(String[]::new));
        Map<String, String> before = new HashMap<>();
        candidates.keySet().stream()
                .filter(market -> random.nextInt(3) > 0)
                .forEach(market -> before.put(market, nodes.get(random.nextInt(nodes.size()))));
        Map<String, String> after = spread(candidates, before);
        assertThat(after).as("seed %d", seed).hasSize(count);
        nodes.forEach(node -> assertThat(load(after, node))
                .as("of %s, seed %d", node, seed)
                .isBetween(count / nodes.size(), (count + nodes.size() - 1) / nodes.size()));
        assertThat(before.entrySet().stream().filter(entry -> !after.entrySet().contains(entry)))
                .as("moves, seed %d", seed)
                .hasSize(fewestMoves(nodes, count, before));
        assertThat(spread(candidates, after)).as("seed %d", seed).isEqualTo(after);
    }

    /// What is over a node's share must go; the nodes that have most keep one more, where it does not come out even.
    private static int fewestMoves(List<String> nodes, int count, Map<String, String> before) {
        List<Integer> loads = new ArrayList<>();
        nodes.forEach(node -> loads.add(load(before, node)));
        loads.sort(Collections.reverseOrder());
        int moves = 0;
        for (int i = 0; i < loads.size(); i++) {
            int share = count / nodes.size() + (i < count % nodes.size() ? 1 : 0);
            moves += Math.max(0, loads.get(i) - share);
        }
        return moves;
    }
}
