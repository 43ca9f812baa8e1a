package dev.atalaya.parts;

import dev.atalaya.market.PartSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// How far the parts of one snapshot have been gathered: which are there, which are still to be asked for, and of whom.
/// Not thread safe.
final class Gathering {
    /// From then on the own node is asked alone: a cycle cannot wait for each of many nodes.
    private static final int ROUNDS_OF_OTHERS = 2;

    private static final int MOST_ROUNDS = 10;

    private final PartSet all;
    private final List<PartNode> others;
    private final PartNode own;
    private final List<Share> got = new ArrayList<>();
    private final SequencedMap<PartNode, Throwable> failed = new LinkedHashMap<>();
    private int rounds;
    private int roundsWithFailures;

    /// What one node answered.
    private record Share(PartSet parts, PartAnswer answer) {}

    /// @param others are asked besides the own node
    Gathering(int parts, List<PartNode> others, PartNode own) {
        this.all = PartSet.all(parts);
        this.others = List.copyOf(others);
        this.own = own;
    }

    /// Begins a round: of whom what is asked for now, the missing parts in turns; empty if nobody is left.
    Map<PartNode, PartSet> ask() {
        rounds++;
        List<PartNode> nodes = nodes();
        Map<PartNode, Long> bits = new LinkedHashMap<>();
        int turn = 0;
        for (int part : missing().members()) {
            if (!nodes.isEmpty()) {
                bits.merge(nodes.get(turn++ % nodes.size()), 1L << part, (some, one) -> some | one);
            }
        }
        Map<PartNode, PartSet> shares = new LinkedHashMap<>();
        bits.forEach((node, some) -> shares.put(node, new PartSet(all.parts(), some)));
        return shares;
    }

    /// The own node is the last, so that it has fewer parts than others rather than more: it merges them too.
    private List<PartNode> nodes() {
        List<PartNode> nodes = new ArrayList<>(roundsWithFailures < ROUNDS_OF_OTHERS ? others : List.of());
        nodes.add(own);
        nodes.removeAll(failed.keySet());
        return nodes;
    }

    private PartSet missing() {
        long bits = all.bits();
        for (Share share : got) {
            bits &= ~share.parts.bits();
        }
        return new PartSet(all.parts(), bits);
    }

    void answered(PartSet parts, PartAnswer answer) {
        got.add(new Share(parts, answer));
    }

    /// It is not asked again.
    void failed(PartNode node, Throwable cause) {
        failed.put(node, cause);
    }

    /// Ends a round: what is of an older snapshot than the newest has to be asked for again. Answers whether all parts
    /// are there, of one snapshot.
    ///
    /// @param failuresBefore how many nodes had failed when it began
    boolean isDone(int failuresBefore) {
        roundsWithFailures += failed.size() > failuresBefore ? 1 : 0;
        got.stream()
                .map(share -> share.answer.time())
                .max(Comparator.naturalOrder())
                .ifPresent(newest -> got.removeIf(share -> share.answer.time().isBefore(newest)));
        return missing().members().isEmpty();
    }

    /// The nodes that did not scan what they were asked for, and why.
    Map<PartNode, Throwable> failures() {
        return failed;
    }

    /// Whether another round may help.
    boolean mayGoOn() {
        return rounds < MOST_ROUNDS && !nodes().isEmpty();
    }

    /// Why it could not be done.
    Throwable failure() {
        return nodes().isEmpty()
                ? failed.lastEntry().getValue()
                : new IllegalStateException("The parts that were read are of different snapshots, " + MOST_ROUNDS
                        + " times: does the upstream write faster than they can be read?");
    }

    /// Of the one snapshot, when all is done.
    Instant time() {
        return got.getFirst().answer.time();
    }

    /// What was answered, in the order of the parts, whoever was first.
    List<PartAnswer> answers() {
        return got.stream()
                .sorted(Comparator.comparing(share -> share.parts.members().getFirst()))
                .map(Share::answer)
                .toList();
    }
}
