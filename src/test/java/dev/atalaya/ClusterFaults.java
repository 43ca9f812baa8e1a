package dev.atalaya;

import static dev.atalaya.ClusterBed.ACTIVE;
import static dev.atalaya.ClusterBed.PERSISTENCE;
import static dev.atalaya.ClusterBed.SCANNER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.testing.Relay;
import dev.atalaya.testing.TestServers;
import dev.atalaya.testing.Waiting;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// One schedule of faults against three nodes: they are killed, frozen, ended and cut off from Redis at random,
/// while a watcher reads Redis all the time. Whatever happens, numbers have no gap and no repeat, the fencing
/// numbers under which scans are published never go back, and in the end one node scans and one stores, and
/// every scan lies in one range.
final class ClusterFaults {
    private static final int NODES = 3;
    private static final int FAULTS = 6;
    private static final int LONGEST_FREEZE_MILLIS = 8_000;

    private final long seed;
    private final Random random;
    private final ClusterBed bed;
    private final Relay[] relays = new Relay[NODES];
    private final ClusterNode[] nodes = new ClusterNode[NODES];
    private final List<String> done = new ArrayList<>();

    private ClusterFaults(long seed, ClusterBed bed) {
        this.seed = seed;
        this.random = new Random(seed);
        this.bed = bed;
    }

    /// Runs the schedule of a seed.
    static void run(long seed, Path folder) throws Exception {
        try (ClusterBed bed = new ClusterBed(folder, "500ms")) {
            ClusterFaults faults = new ClusterFaults(seed, bed);
            try {
                faults.run();
            } catch (AssertionError | Exception e) {
                throw new AssertionError(faults.toString(), e);
            } finally {
                for (Relay relay : faults.relays) {
                    if (relay != null) {
                        relay.close();
                    }
                }
            }
        }
    }

    private void run() throws Exception {
        for (int i = 0; i < NODES; i++) {
            relays[i] = Relay.listen(0, URI.create(TestServers.redis().uri()));
            nodes[i] = start(i);
        }
        for (ClusterNode node : nodes) {
            bed.until(node::isUp);
        }
        bed.untilScansGoOn(2);
        Watcher watcher = new Watcher();
        Thread watching = Thread.ofPlatform().daemon().start(watcher);
        for (int i = 0; i < FAULTS; i++) {
            fault(random.nextInt(NODES));
            Thread.sleep(random.nextInt(3_000));
        }
        for (ClusterNode node : nodes) {
            bed.until(() -> node.isUp() && node.isAlive());
        }
        bed.untilScansGoOn(3);
        bed.until(() -> active(SCANNER) == 1 && active(PERSISTENCE) == 1);
        watcher.isOver = true;
        watching.join();
        assertThat(watcher.wrong).isEmpty();
        bed.consumer.follow();
        assertThat(bed.consumer.sequences()).hasSize(11);
        for (ClusterNode node : nodes) { // what waits in the journal is stored
            bed.until(() -> active(PERSISTENCE) == 1);
            node.tell();
            bed.until(() -> !node.isAlive());
        }
        assertThat(bed.ledgerFaults()).isEmpty();
        assertThat(bed.query("SELECT max(last_scan_no) FROM persistence_ledger"))
                .containsExactly(Long.toString(bed.scanNo()));
        assertThat(bed.query("SELECT DISTINCT status FROM persistence_ledger")).containsExactly("complete");
    }

    private ClusterNode start(int i) throws IOException {
        return bed.start("node" + i, "ATALAYA_REDIS_URI", relays[i].uri());
    }

    private int active(String role) {
        int active = 0;
        for (ClusterNode node : nodes) {
            active += node.isIn(ACTIVE, role) ? 1 : 0;
        }
        return active;
    }

    private void fault(int i) throws Exception {
        ClusterNode node = nodes[i];
        int millis = random.nextInt(LONGEST_FREEZE_MILLIS);
        switch (random.nextInt(5)) {
            case 0 -> {
                done.add("kill " + i);
                node.kill();
                nodes[i] = start(i);
            }
            case 1 -> {
                done.add("end " + i);
                node.tell();
                bed.until(() -> !node.isAlive());
                nodes[i] = start(i);
            }
            case 2 -> {
                done.add("freeze " + i + " for " + millis);
                node.freeze();
                Thread.sleep(millis);
                node.thaw();
            }
            case 3 -> {
                done.add("Redis is silent to " + i + " for " + millis);
                relays[i].freeze();
                Thread.sleep(millis);
                relays[i].thaw();
            }
            default -> {
                done.add("cut " + i + " from Redis");
                relays[i].cut();
            }
        }
    }

    @Override
    public String toString() {
        return "seed " + seed + ": " + done + " " + bed.nodes;
    }

    /// Reads the number of the last scan, the fencing number and the lease in one moment, again and again.
    private final class Watcher implements Runnable {
        final List<String> wrong = new ArrayList<>();
        volatile boolean isOver;
        private long lastScan;
        private long lastFence;

        @Override
        public void run() {
            while (!isOver) {
                try {
                    Response both = Waiting.await(bed.redis.send(
                            Request.cmd(Command.MGET).arg(bed.keys.scanNo()).arg(bed.keys.fence())));
                    look(both.get(0).toLong(), both.get(1).toLong());
                    Thread.sleep(10);
                } catch (Exception e) {
                    wrong.add(e.toString());
                    return;
                }
            }
        }

        private void look(long scan, long fence) {
            if (scan < lastScan || fence < lastFence) {
                wrong.add(new JsonObject()
                        .put("scan", scan)
                        .put("after", lastScan)
                        .put("fence", fence)
                        .put("fence_before", lastFence)
                        .encode());
            }
            lastScan = scan;
            lastFence = fence;
        }
    }
}
