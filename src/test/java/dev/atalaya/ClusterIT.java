package dev.atalaya;

import static dev.atalaya.ClusterBed.ACTIVE;
import static dev.atalaya.ClusterBed.PERSISTENCE;
import static dev.atalaya.ClusterBed.SCANNER;
import static dev.atalaya.ClusterBed.STANDBY;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// Several nodes in Javas of their own, one of which is killed, frozen or told to end, and a consumer of the stream
/// who must not notice: no sequence number is missing or repeated, and no list is sent as a whole again.
class ClusterIT extends WithClusterBed {
    private void assertThatConsumersNoticedNothing() throws Exception {
        bed.consumer.follow();
        assertThat(bed.consumer.sequences()).hasSize(11);
        assertThat(bed.consumer.snapshots).as("lists sent as a whole").isEqualTo(11);
        assertThat(bed.consumer.deltas).isPositive();
    }

    @Test
    void aStandbyGoesOnWhereTheOneThatWasKilledEnded() throws Exception {
        ClusterNode first = bed.up("first");
        ClusterNode second = bed.standby("second", first);
        assertThat(second.json("/api/stats").getString("current_session"))
                .isEqualTo(first.json("/api/stats").getString("current_session"));
        assertThat(second.json("/api/categories/winners").getJsonArray("rows")).isNotNull();

        first.kill();

        bed.untilSettled(second);
        bed.untilScansGoOn(3);
        assertThatConsumersNoticedNothing();
        assertThat(second.hasPrinted("The node first is gone")).isTrue();
        assertThat(second.get("/health/ready").statusCode()).isEqualTo(200);
    }

    @Test
    void oneThatWasFrozenWritesNothingWhenItWakesUpAndStandsBy() throws Exception {
        ClusterNode first = bed.up("first");
        ClusterNode second = bed.standby("second", first);

        first.freeze();
        bed.until(() -> second.isIn(ACTIVE, SCANNER));
        bed.untilScansGoOn(2);
        first.thaw();

        bed.until(() -> first.isIn(STANDBY, SCANNER) && second.isIn(ACTIVE, SCANNER));
        bed.untilScansGoOn(3);
        assertThatConsumersNoticedNothing();
        bed.until(() -> first.isIn(STANDBY, PERSISTENCE) && second.isIn(ACTIVE, PERSISTENCE));
    }

    @Test
    void oneThatIsToldToEndHandsOverAtOnce() throws Exception {
        ClusterNode first = bed.up("first");
        ClusterNode second = bed.standby("second", first);

        first.tell();

        bed.untilSettled(second);
        bed.until(() -> !first.isAlive());
        assertThat(first.exit()).isEqualTo(128 + 15);
        bed.untilScansGoOn(2);
        assertThatConsumersNoticedNothing();
        assertThat(bed.ledgerFaults()).isEmpty();
    }

    @Test
    void rolesMayStandOnDifferentNodes() throws Exception {
        ClusterNode scanner = bed.up("scans", "ATALAYA_NODE_ROLES", "scanner,http");
        ClusterNode writer = bed.up("stores", "ATALAYA_NODE_ROLES", "persistence,http");
        ClusterNode service = bed.up("serves", "ATALAYA_NODE_ROLES", "http");
        bed.until(() -> scanner.isIn(ACTIVE, SCANNER) && writer.isIn(ACTIVE, PERSISTENCE));
        bed.untilScansGoOn(2);
        bed.until(() -> service.get("/api/stats").statusCode() == 200);
        assertThat(service.json("/api/maintenance/runs").getString("mode")).isEqualTo("hourly");
        assertThat(service.json("/api/cluster").getJsonArray("nodes")).hasSize(3);

        scanner.kill();

        bed.until(() -> service.get("/api/stats").statusCode() == 503);
        assertThat(service.json("/api/stats").getString("detail")).contains("scanner");
    }

    @Test
    void aSecondNodeOfTheSameNameIsRefused() throws Exception {
        ClusterNode first = bed.up("same");
        ClusterNode second = bed.start("same");
        bed.until(() -> !second.isAlive());
        assertThat(second.exit()).isEqualTo(1);
        assertThat(second.hasPrinted("node.name: 'same' is the name of another node"))
                .isTrue();
        assertThat(first.isIn(ACTIVE, SCANNER)).isTrue();
    }

    @Test
    void oneOfAnotherVersionStaysOutAndTheOthersGoOn() throws Exception {
        ClusterNode first = bed.up("first");
        bed.until(() -> first.isIn(ACTIVE, SCANNER));
        ClusterNode other = bed.ofAnotherVersion("other");
        bed.until(() -> other.isIn("out", SCANNER) && other.isIn("out", PERSISTENCE));
        String version = other.json("/api/cluster").getJsonArray("nodes").stream()
                .map(JsonObject.class::cast)
                .filter(node -> node.getString("name").equals("other"))
                .map(node -> node.getString("version"))
                .findFirst()
                .orElseThrow();
        assertThat(version).matches("\\d+\\.\\d+\\.\\d+.*");
        String reason = "The node first, which was there first, has version (not packaged), this one " + version;
        assertThat(other.seat(SCANNER).orElseThrow().getString("reason")).isEqualTo(reason);
        assertThat(other.hasPrinted(reason)).isTrue();
        bed.until(() -> first.hasPrinted("The node other (version " + version));
        bed.untilScansGoOn(3);
        assertThat(first.isIn(ACTIVE, SCANNER)).isTrue();
        assertThat(other.get("/api/stats").statusCode())
                .as("it serves what first scans")
                .isEqualTo(200);
        assertThatConsumersNoticedNothing();
    }

    @Test
    void oneWithOtherSettingsStaysOut() throws Exception {
        ClusterNode first = bed.up("first");
        bed.until(() -> first.isIn(ACTIVE, SCANNER));
        ClusterNode other = bed.up("other", "ATALAYA_MARKET_SCAN_KEEP", "7");
        bed.until(() -> other.isIn("out", SCANNER));
        assertThat(other.seat(SCANNER).orElseThrow().getString("reason"))
                .contains("first", "other settings for the market us");
        assertThat(other.hasPrinted("other settings for the market us")).isTrue();

        first.kill();
        bed.until(() -> other.isIn(ACTIVE, SCANNER));
    }

    /// Each node is ended and started again while the others go on, and a client of each of the others asks it all
    /// the while.
    @Test
    void nobodyNoticesThatTheNodesAreStartedAgainOneAfterTheOther() throws Exception {
        List<ClusterNode> running = new ArrayList<>();
        for (String name : List.of("first", "second", "third")) {
            running.add(bed.up(name));
        }
        bed.untilScansGoOn(2);
        List<String> refused = new CopyOnWriteArrayList<>();
        for (int i = 0; i < running.size(); i++) {
            ClusterNode old = running.get(i);
            AtomicBoolean isOver = new AtomicBoolean();
            List<Thread> clients = running.stream()
                    .filter(other -> other != old)
                    .map(other -> Thread.ofVirtual().start(() -> ask(other, isOver, refused)))
                    .toList();
            old.tell();
            bed.until(() -> !old.isAlive());
            running.set(i, bed.up(old.name));
            bed.untilScansGoOn(2);
            isOver.set(true);
            for (Thread client : clients) {
                client.join();
            }
        }
        assertThat(refused).isEmpty();
        bed.until(() ->
                running.stream().filter(node -> node.isIn(ACTIVE, SCANNER)).count() == 1);
        assertThatConsumersNoticedNothing();
        assertThat(bed.ledgerFaults()).isEmpty();
    }

    private static void ask(ClusterNode node, AtomicBoolean isOver, List<String> refused) {
        while (!isOver.get()) {
            for (String path : List.of("/api/stats", "/api/categories/winners", "/api/maintenance/runs")) {
                try {
                    HttpResponse<String> answer = node.get(path);
                    if (answer.statusCode() != 200) {
                        refused.add(node.name + path + ": " + answer.statusCode() + " " + answer.body());
                    }
                    Thread.sleep(20);
                } catch (Exception e) {
                    refused.add(node.name + path + ": " + e);
                }
            }
        }
    }
}
