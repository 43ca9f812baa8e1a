package dev.atalaya;

import static dev.atalaya.ClusterBed.ACTIVE;
import static dev.atalaya.ClusterBed.PERSISTENCE;
import static dev.atalaya.ClusterBed.SCANNER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.redis.Keys;
import dev.atalaya.scanner.StreamConsumer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Six markets, one of which never closes, on one node and on several.
class MarketsIT {
    private static final List<String> MARKETS = List.of("m1", "m2", "m3", "m4", "m5", "crypto");

    @TempDir
    Path folder;

    private ClusterBed bed;
    private final Map<String, StreamConsumer> consumers = new TreeMap<>();

    @BeforeEach
    void make() throws Exception {
        bed = new ClusterBed(folder, "1s");
        JsonObject markets = new JsonObject();
        MARKETS.forEach(market -> {
            markets.put(market, new JsonObject());
            consumers.put(market, new StreamConsumer(bed.redis, keys(market).deltas()));
        });
        markets.getJsonObject("crypto").put("calendar", "always_open");
        bed.change(new JsonObject().put("markets", markets));
    }

    @AfterEach
    void end() {
        bed.close();
    }

    private Keys keys(String market) {
        return new Keys(bed.prefix + market + ":");
    }

    private long scanNo(String market) throws Exception {
        return bed.number(keys(market).scanNo());
    }

    private static long times(String role, ClusterNode... nodes) {
        return Stream.of(nodes)
                .flatMap(node -> node.printed.stream())
                .filter(line -> line.contains("This node is the active " + role + " of "))
                .count();
    }

    private void untilEachGoesOn() throws Exception {
        for (String market : MARKETS) {
            long now = scanNo(market);
            bed.until(() -> scanNo(market) >= now + 2);
        }
    }

    private static List<Integer> loads(String role, ClusterNode... nodes) {
        List<Integer> loads = new ArrayList<>();
        for (ClusterNode node : nodes) {
            loads.add((int) node.seats(role)
                    .filter(seat -> seat.getString("state").equals(ACTIVE))
                    .count());
        }
        return loads;
    }

    @Test
    void threeNodesHaveTwoEachAndAfterAKillTheOthersHaveThreeEach() throws Exception {
        ClusterNode first = bed.up("first");
        bed.until(() -> loads(SCANNER, first).equals(List.of(6)));
        ClusterNode second = bed.up("second");
        bed.until(() -> loads(SCANNER, first, second).equals(List.of(3, 3))
                && loads(PERSISTENCE, first, second).equals(List.of(3, 3)));
        ClusterNode third = bed.up("third");
        bed.until(() -> loads(SCANNER, first, second, third).equals(List.of(2, 2, 2))
                && loads(PERSISTENCE, first, second, third).equals(List.of(2, 2, 2)));
        untilEachGoesOn();

        second.kill();

        bed.until(() -> loads(SCANNER, first, third).equals(List.of(3, 3)));
        bed.until(() -> loads(PERSISTENCE, first, third).equals(List.of(3, 3)));
        untilEachGoesOn();
        for (String market : MARKETS) {
            StreamConsumer consumer = Objects.requireNonNull(consumers.get(market));
            consumer.follow();
            // each list as a whole once, although most markets have moved
            assertThat(consumer.snapshots).as(market).isEqualTo(11);
            JsonObject there = third.json("/api/stats?market=" + market);
            assertThat(there.getString("market")).isEqualTo(market);
            assertThat(there.getLong("last_scan_no")).isPositive();
        }
        long needed = 6 + 3 + 2 + 2; // to the first, the second, the third, from the one that was killed
        for (String role : List.of(SCANNER, PERSISTENCE)) {
            assertThat(times(role, first, second, third))
                    .as("moves of the %s", role)
                    .isBetween(needed, needed + 6);
        }
        assertThat(first.json("/api/cluster").getJsonArray("nodes")).hasSize(2);
        assertThat(first.json("/api/cluster").getJsonArray("markets")).containsExactlyElementsOf(MARKETS);
    }

    @Test
    void oneNodeServesAllOfThem() throws Exception {
        ClusterNode node = bed.alone("alone");
        bed.until(() -> node.get("/health/ready").statusCode() == 200);
        untilEachGoesOn();
        for (String market : MARKETS) {
            JsonObject stats = node.json("/api/stats?market=" + market);
            assertThat(stats.getString("market")).isEqualTo(market);
            assertThat(stats.getString("current_session"))
                    .isEqualTo(
                            market.equals("crypto")
                                    ? "MARKET_OPEN"
                                    : node.json("/api/stats").getString("current_session"));
            bed.until(
                    () -> node.json("/api/categories/winners?market=" + market).getInteger("count") > 0);
            node.post("/api/maintenance/persist-scan-results?market=" + market);
        }
        assertThat(node.json("/api/stats").getString("market")).as("the first").isEqualTo("m1");
        assertThat(node.get("/api/stats?market=none").statusCode()).isEqualTo(404);
        assertThat(node.json("/api/stats?market=none").getString("detail"))
                .isEqualTo("market: 'none' is none of " + String.join(", ", MARKETS));
        bed.until(() -> bed.query("SELECT DISTINCT market FROM scan_results ORDER BY market")
                        .size()
                == MARKETS.size());
        assertThat(bed.query("SELECT DISTINCT session FROM scan_results WHERE market = 'crypto'"))
                .containsExactly("MARKET_OPEN");
        assertThat(node.get("/metrics").body())
                .contains(MARKETS.stream()
                        .map(market -> "atalaya_scan_age_seconds{market=\"" + market + "\"")
                        .toList());

        JsonObject crypto = new JsonObject().put("scan", new JsonObject().put("keep", 2));
        bed.change(new JsonObject().put("markets", new JsonObject().put("crypto", crypto)));
        bed.until(() -> node.json("/api/stats?market=crypto").getInteger("last_filtered") == 2);
        untilEachGoesOn();
        assertThat(node.json("/api/stats?market=m1").getInteger("last_filtered"))
                .as("of another market")
                .isGreaterThan(2);
    }
}
