package dev.atalaya;

import static dev.atalaya.ClusterBed.ACTIVE;
import static dev.atalaya.ClusterBed.SCANNER;
import static dev.atalaya.ClusterBed.STANDBY;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The file of settings is changed while a node runs.
class SettingsChangeIT extends WithClusterBed {
    private static JsonObject scan(String key, Object value) {
        return new JsonObject().put("market", new JsonObject().put("scan", new JsonObject().put(key, value)));
    }

    private static JsonObject mode(String mode) {
        return new JsonObject().put("persistence", new JsonObject().put("mode", mode));
    }

    @Test
    void whatChangesIsTakenUpWithinACycleAndConsumersMissNothing() throws Exception {
        ClusterNode node = bed.alone("alone");
        bed.untilScansGoOn(2);
        assertThat(node.json("/api/stats").getInteger("last_filtered")).isGreaterThan(3);

        bed.change(scan("keep", 3).mergeIn(scan("interval", "200ms"), true));
        bed.until(() -> node.json("/api/stats").getInteger("last_filtered") == 3);
        assertThat(node.json("/api/stats").getInteger("interval_ms")).isEqualTo(200);
        bed.untilScansGoOn(3);
        bed.consumer.follow();
        assertThat(bed.consumer.symbols("high_volume")).hasSizeLessThanOrEqualTo(3);

        bed.change(scan(
                "filters",
                new JsonObject().put("price_range", new JsonObject().put("price", new JsonObject().put("min", 1e9)))));
        bed.until(() -> node.json("/api/stats").getInteger("last_filtered") == 0);
        bed.untilScansGoOn(2);
        bed.consumer.follow();
        assertThat(bed.consumer.sequences()).hasSize(11);
        assertThat(node.hasPrinted("The changed settings of")).isTrue();
    }

    @Test
    void theRollbackSwitchIsOneOfThem() throws Exception {
        ClusterNode node = bed.alone("alone");
        bed.untilScansGoOn(2);
        bed.change(mode("direct"));
        bed.until(() -> node.json("/api/stats").getString("mode").equals("direct"));
        bed.untilScansGoOn(3);
        long rows = Long.parseLong(bed.query("SELECT count(*) FROM persistence_ledger WHERE source = 'direct'")
                .getFirst());
        assertThat(rows).isPositive();

        bed.change(mode("hourly"));
        bed.until(() -> node.json("/api/stats").getString("mode").equals("hourly"));
        bed.untilScansGoOn(3);
        node.tell();
        bed.until(() -> !node.isAlive());
        assertThat(bed.ledgerFaults()).isEmpty();
        assertThat(bed.query("SELECT DISTINCT status FROM persistence_ledger")).containsExactly("complete");
        assertThat(bed.stored()).isEqualTo(bed.scanNo());
    }

    @Test
    void whatIsWrongOrNeedsARestartIsRefusedAndTheOldSettingsStay() throws Exception {
        ClusterNode node = bed.alone("alone");
        bed.untilScansGoOn(2);
        bed.change(scan("keep", 0));
        bed.until(
                () -> node.hasPrinted("refused, the old ones stay: market.scan.keep: '0'; allowed is a whole number"));
        bed.untilScansGoOn(2);
        assertThat(node.json("/api/stats").getInteger("last_filtered")).isGreaterThan(3);

        bed.change(scan("keep", 2).put("http", new JsonObject().put("timeout", "3s")));
        bed.until(() -> node.hasPrinted("Only market.scan, market.publish, persistence and log can change"));
        bed.untilScansGoOn(2);
        assertThat(node.json("/api/stats").getInteger("last_filtered")).isGreaterThan(3);

        bed.change(new JsonObject().put("http", new JsonObject().put("timeout", "2s")));
        bed.until(() -> node.json("/api/stats").getInteger("last_filtered") == 2);
    }

    @Test
    void everyNodeTakesThemUp() throws Exception {
        ClusterNode first = bed.up("first");
        ClusterNode second = bed.standby("second", first);

        bed.change(scan("keep", 3));

        for (ClusterNode node : List.of(first, second)) {
            bed.until(() -> node.hasPrinted("The changed settings of"));
        }
        bed.until(() -> second.json("/api/stats").getInteger("last_filtered") == 3);
        bed.until(() -> first.isIn(ACTIVE, SCANNER) && second.isIn(STANDBY, SCANNER));
        first.kill();
        bed.until(() -> second.isIn(ACTIVE, SCANNER));
        bed.untilScansGoOn(2);
        assertThat(second.json("/api/stats").getInteger("last_filtered")).isEqualTo(3);
        bed.consumer.follow();
        assertThat(bed.consumer.sequences()).hasSize(11);
    }
}
