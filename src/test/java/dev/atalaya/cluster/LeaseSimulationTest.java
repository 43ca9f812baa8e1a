package dev.atalaya.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.cluster.Lease.Sight;
import dev.atalaya.cluster.SeatRules.Standby;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;

/// Candidates that sleep, die, come back and lose sight of one another at random, against one lease: whatever happens,
/// only the last number may write, and soon after the last fault exactly one of those that can does.
class LeaseSimulationTest {
    private static final int NODES = 4;
    private static final long STEP_MILLIS = 250;
    private static final long RENEW_MILLIS = 500;
    private static final long GRACE_MILLIS = 1_250;
    private static final long YIELD_MILLIS = 1_500;
    private static final long ROOM_MILLIS = 2_000;
    private static final long LIFE_MILLIS = 4_000;
    private static final long FAULTS_END_MILLIS = 120_000;
    private static final long SETTLED_MILLIS = 10_000;

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private long now;
    private Optional<Sight> lease = Optional.empty();
    private long leaseEnds;
    private long fence;
    private long written;

    private final class Simulated {
        final int number;
        SeatRules rules = new SeatRules(GRACE_MILLIS, YIELD_MILLIS, ROOM_MILLIS);
        long ownFence = -1;
        long renewals;
        long renewed;
        boolean isActive;
        long sleepsUntil;
        boolean seesOthers = true;
        boolean reachesLease = true;

        Simulated(int number) {
            this.number = number;
        }

        void step(List<Simulated> all) {
            if (now < sleepsUntil) {
                return;
            }
            if (isActive) {
                write();
            }
            if (!reachesLease) {
                return;
            }
            if (!isActive) {
                standBy(all);
            } else if (now - renewed >= RENEW_MILLIS) {
                boolean isOwn = current()
                        .map(sight -> sight.node().equals(id()) && sight.fence() == ownFence)
                        .orElse(true);
                isActive = isOwn;
                if (isOwn) {
                    renewed = now;
                    hold(++renewals);
                }
            }
        }

        /// As a publish does: it reaches Redis, or not, and is refused for an old number.
        private void write() {
            if (!reachesLease) {
                return;
            }
            if (ownFence == fence) {
                assertThat(ownFence).as("seed %d", seed).isGreaterThanOrEqualTo(written);
                written = ownFence;
            }
            isActive = !SeatRules.mustLeave(ownFence, -1, ownFence < fence);
        }

        private void standBy(List<Simulated> all) {
            Optional<Sight> sight = current();
            boolean isHere = sight.map(seen -> sees(all.get(Integer.parseInt(seen.node()))))
                    .orElse(false);
            Standby act = rules.standby(now, sight, isHere, true, random.nextBoolean());
            if (act == Standby.WAIT || (act == Standby.TAKE && sight.isPresent())) {
                return;
            }
            ownFence = ++fence;
            renewals = 0;
            renewed = now;
            isActive = true;
            hold(0);
        }

        private boolean sees(Simulated other) {
            return other == this || (seesOthers && other.seesOthers && now >= other.sleepsUntil);
        }

        private void hold(long count) {
            lease = Optional.of(new Sight(id(), "n" + number, ownFence, count));
            leaseEnds = now + LIFE_MILLIS;
        }

        private String id() {
            return Integer.toString(number);
        }

        void fault() {
            switch (random.nextInt(5)) {
                case 0 -> sleepsUntil = now + random.nextInt(12_000);
                case 1 -> seesOthers = !seesOthers;
                case 2 -> reachesLease = !reachesLease;
                case 3 -> { // killed and started again
                    rules = new SeatRules(GRACE_MILLIS, YIELD_MILLIS, ROOM_MILLIS);
                    isActive = false;
                    ownFence = -1;
                }
                default -> {}
            }
        }
    }

    private Optional<Sight> current() {
        return now < leaseEnds ? lease : Optional.empty();
    }

    @RepeatedTest(200)
    void onlyTheLastNumberWritesAndOneIsLeftWhenTheFaultsAreOver() {
        List<Simulated> nodes = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            nodes.add(new Simulated(i));
        }
        for (now = 0; now < FAULTS_END_MILLIS; now += STEP_MILLIS) {
            if (random.nextInt(8) == 0) {
                nodes.get(random.nextInt(NODES)).fault();
            }
            nodes.forEach(node -> node.step(nodes));
        }
        nodes.forEach(node -> {
            node.seesOthers = true;
            node.reachesLease = true;
            node.sleepsUntil = Math.min(node.sleepsUntil, now);
        });
        for (long end = now + SETTLED_MILLIS; now < end; now += STEP_MILLIS) {
            nodes.forEach(node -> node.step(nodes));
        }
        assertThat(nodes.stream().filter(node -> node.isActive))
                .as("seed %d", seed)
                .hasSize(1);
        long last = fence;
        for (long end = now + 60_000; now < end; now += STEP_MILLIS) {
            nodes.forEach(node -> node.step(nodes));
        }
        assertThat(fence)
                .as("nobody takes it from anybody without a fault, seed %d", seed)
                .isEqualTo(last);
        assertThat(written).as("seed %d", seed).isEqualTo(fence);
    }
}
