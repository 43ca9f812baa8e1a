package dev.atalaya;

import static dev.atalaya.ClusterBed.ACTIVE;
import static dev.atalaya.ClusterBed.SCANNER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.bench.VendorMarket;
import dev.atalaya.redis.Keys;
import dev.atalaya.testing.Waiting;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A market that three nodes scan in parts, beside the same market undivided: what stands in Redis is the same, also
/// while one of the nodes does not answer.
class PartsIT {
    private static final int TICKERS = 2_000;
    private static final double PATIENCE_MILLIS = 500;

    /// A node that has not answered is not asked for five seconds.
    private static final int CYCLES_OF_A_LEAVE = 15;

    private static final List<String> CATEGORIES = List.of(
            "gappers_up",
            "gappers_down",
            "momentum_up",
            "momentum_down",
            "winners",
            "losers",
            "anomalies",
            "high_volume",
            "new_highs",
            "new_lows",
            "reversals");

    @TempDir
    Path folder;

    private final VendorMarket market = new VendorMarket(TICKERS, 3);
    private ClusterBed bed;
    private Keys whole;
    private Keys cut;

    @BeforeEach
    void make() throws Exception {
        bed = new ClusterBed(folder, "500ms");
        whole = new Keys(bed.prefix + "whole:");
        cut = new Keys(bed.prefix + "cut:");
        JsonObject each = new JsonObject()
                .put("calendar", "always_open")
                .put("feed", new JsonObject().put("type", "redis"))
                .put("publish", new JsonObject().put("session_ttl", "1h"));
        JsonObject markets = new JsonObject()
                .put("whole", each.copy().put("key_prefix", whole.prefix()))
                .put("cut", each.copy().put("key_prefix", cut.prefix()).put("parts", 5));
        bed.change(new JsonObject().put("markets", markets));
        for (int i = 0; i < TICKERS; i++) {
            for (Keys keys : List.of(whole, cut)) {
                send(Request.cmd(Command.SET)
                        .arg(keys.reference(market.symbol(i)))
                        .arg(market.reference(i)));
            }
        }
    }

    @AfterEach
    void end() {
        bed.close();
    }

    private Response send(Request request) throws Exception {
        return Waiting.await(bed.redis.send(request));
    }

    private String text(String key) throws Exception {
        return "" + send(Request.cmd(Command.GET).arg(key));
    }

    /// The upstream writes a snapshot for both, and both scan it.
    private void assertBothPublishTheSame() throws Exception {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        byte[] snapshot = market.next(now, 1);
        for (Keys keys : List.of(whole, cut)) {
            send(Request.cmd(Command.SET).arg(keys.snapshot()).arg(snapshot));
        }
        for (Keys keys : List.of(whole, cut)) {
            bed.until(() -> text(keys.sessionScan("MARKET_OPEN")).contains(now.toString()));
        }
        String ranked = text(whole.session("MARKET_OPEN"));
        assertThat(new JsonArray(ranked)).hasSizeGreaterThan(100);
        assertThat(text(cut.session("MARKET_OPEN"))).isEqualTo(ranked);
        for (String category : CATEGORIES) {
            assertThat(text(cut.category(category))).as(category).isEqualTo(text(whole.category(category)));
        }
    }

    private static boolean isActiveIn(String market, ClusterNode node) {
        return node.seats(SCANNER)
                .anyMatch(seat -> seat.getString("market").equals(market)
                        && seat.getString("state").equals(ACTIVE));
    }

    private static List<String> saidOfOneThatHasNotScanned(List<ClusterNode> nodes) {
        return nodes.stream()
                .flatMap(node -> node.printed.stream())
                .filter(line -> line.contains("has not scanned its parts"))
                .toList();
    }

    @Test
    void threeNodesPublishWhatOneWouldAndOneThatFreezesCostsNoCycle() throws Exception {
        ClusterNode first = bed.up("first");
        ClusterNode second = bed.up("second");
        ClusterNode third = bed.up("third");
        List<ClusterNode> nodes = List.of(first, second, third);
        bed.until(
                () -> { // at first a node may take longer than the others wait for it
                    int before = saidOfOneThatHasNotScanned(nodes).size();
                    for (int i = 0; i < CYCLES_OF_A_LEAVE; i++) {
                        assertBothPublishTheSame();
                    }
                    return saidOfOneThatHasNotScanned(nodes).size() == before;
                });

        ClusterNode merging = nodes.stream()
                .filter(node -> isActiveIn("cut", node))
                .findFirst()
                .orElseThrow();
        ClusterNode frozen = nodes.stream()
                .filter(node -> !isActiveIn("cut", node) && !isActiveIn("whole", node))
                .findFirst()
                .orElseThrow();
        frozen.freeze();
        assertBothPublishTheSame();
        assertThat(merging.json("/api/stats?market=cut").getDouble("last_scan_duration_ms"))
                .as("it was waited for")
                .isGreaterThan(PATIENCE_MILLIS);
        for (int i = 0; i < 5; i++) {
            assertBothPublishTheSame();
        }
        frozen.thaw();
        bed.until(() -> frozen.seats(SCANNER).count() == 2);

        merging.kill();
        for (int i = 0; i < 5; i++) {
            assertBothPublishTheSame();
        }
    }
}
