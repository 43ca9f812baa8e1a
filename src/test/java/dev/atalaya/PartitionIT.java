package dev.atalaya;

import static dev.atalaya.ClusterBed.ACTIVE;
import static dev.atalaya.ClusterBed.PERSISTENCE;
import static dev.atalaya.ClusterBed.SCANNER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.atalaya.testing.Relay;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One of three nodes is cut off from its peers, and sees a cluster of itself alone while they see one of two.
class PartitionIT {
    private static final long LONGEST_GAP_MILLIS = 8_000;

    @TempDir
    Path folder;

    private final List<ClusterNode> nodes = new ArrayList<>();
    private ClusterBed bed;
    private PeerLinks links;
    private Relay redis;

    @BeforeEach
    void make() throws Exception {
        assumeTrue(
                Files.isReadable(Path.of("/proc/net/tcp")), "Which process a connection comes from, only Linux says");
        bed = new ClusterBed(folder, "500ms");
        links = new PeerLinks(3);
        redis = bed.redisRelay();
        nodes.add(up("first", 0, "ATALAYA_REDIS_URI", redis.uri()));
        nodes.add(up("second", 1));
        nodes.add(up("third", 2));
        bed.untilSettled(nodes.get(0), nodes.get(1), nodes.get(2));
        assertThat(links.count()).as("all links go through here").isGreaterThanOrEqualTo(3);
        bed.untilScansGoOn(3);
    }

    private ClusterNode up(String name, int member, String... more) throws Exception {
        List<String> variables = new ArrayList<>(List.of(links.variables(member)));
        variables.addAll(List.of(more));
        return bed.up(name, variables.toArray(String[]::new));
    }

    @AfterEach
    void end() throws Exception {
        if (bed != null) {
            bed.close();
            links.close();
            redis.close();
        }
    }

    private void cutTheFirstOff() throws Exception {
        links.cut(0, nodes.getFirst().pid());
        bed.until(() -> known(nodes.get(0)) == 1 && known(nodes.get(1)) == 2 && known(nodes.get(2)) == 2);
    }

    private static int known(ClusterNode node) throws Exception {
        return node.json("/api/cluster").getJsonArray("nodes").size();
    }

    private long active(String role) {
        return nodes.stream().filter(node -> node.isIn(ACTIVE, role)).count();
    }

    /// The longest time in which nothing was published, while so much time passes.
    private long longestGapMillis(long millis) throws Exception {
        long longest = 0;
        long scan = bed.scanNo();
        long changed = System.nanoTime();
        for (long end = changed + millis * 1_000_000; System.nanoTime() < end; Thread.sleep(10)) {
            long now = bed.scanNo();
            longest = Math.max(longest, System.nanoTime() - changed);
            if (now != scan) {
                assertThat(now).isEqualTo(scan + 1);
                scan = now;
                changed = System.nanoTime();
            }
        }
        return longest / 1_000_000;
    }

    private void assertThatAllIsWellAgain() throws Exception {
        links.heal();
        bed.until(() -> known(nodes.get(0)) == 3 && known(nodes.get(1)) == 3 && known(nodes.get(2)) == 3);
        bed.until(() -> active(SCANNER) == 1 && active(PERSISTENCE) == 1);
        for (ClusterNode node : nodes) {
            bed.until(() -> node.get("/api/stats").statusCode() == 200);
        }
        bed.untilScansGoOn(4);
        bed.consumer.follow(); // insists on sequences without gap or repeat
        assertThat(bed.consumer.sequences()).hasSize(11);
        assertThat(bed.ledgerFaults()).isEmpty();
    }

    @Test
    void whoStillReachesRedisGoesOnAndNobodyTakesOver() throws Exception {
        cutTheFirstOff();
        assertThat(longestGapMillis(8_000)).isLessThan(LONGEST_GAP_MILLIS);
        assertThat(nodes.get(0).isIn(ACTIVE, SCANNER)).isTrue();
        assertThat(active(SCANNER)).isEqualTo(1);
        assertThat(active(PERSISTENCE)).isEqualTo(1);
        assertThatAllIsWellAgain();
        assertThat(bed.consumer.snapshots).as("lists sent as a whole").isEqualTo(11);
    }

    @Test
    void whoDoesNotReachRedisEitherIsFollowedByOneOfTheOthers() throws Exception {
        redis.freeze();
        cutTheFirstOff();
        assertThat(longestGapMillis(12_000)).isLessThan(LONGEST_GAP_MILLIS);
        assertThat(nodes.get(1).isIn(ACTIVE, SCANNER) || nodes.get(2).isIn(ACTIVE, SCANNER))
                .isTrue();
        redis.thaw();
        bed.until(() -> !nodes.get(0).isIn(ACTIVE, SCANNER));
        assertThatAllIsWellAgain();
    }
}
