package dev.atalaya;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.bus.CycleSummary;
import dev.atalaya.bus.RunSummary;
import dev.atalaya.bus.RunSummary.Reason;
import dev.atalaya.config.CategorySettings;
import dev.atalaya.scanner.StreamConsumer;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A day of the simulated market in lockstep, a scan a minute, on real servers.
@ExtendWith(VertxExtension.class)
class SimulatedDayIT {
    private static final int MINUTES = 16 * 60;

    @Test
    void aDayIsPersistedSixteenTimesAndAConsumerHoldsEveryListAfterEveryCycle(Vertx vertx) throws Exception {
        NodeBed bed = new NodeBed(vertx, NodeBed.simulated(4_000, "04:00", "max", "60s"), new JsonObject());
        Follower follower = new Follower(bed);
        vertx.eventBus().addInboundInterceptor(follower::follow);
        Node node = bed.start();
        follower.dayIsOver.future().toCompletionStage().toCompletableFuture().get(5, TimeUnit.MINUTES);
        NodeBed.await(node.stop());

        assertThat(follower.cycles).isEqualTo(MINUTES + 1);
        assertThat(follower.consumer.snapshots).isEqualTo(11);
        assertThat(follower.consumer.deltas).isGreaterThan(MINUTES);
        checkNumbers(bed.cycles);
        checkRuns(bed);
        checkRows(bed);
    }

    /// Between a cycle and the next, applies the stream and compares each list.
    private static final class Follower {
        final NodeBed bed;
        final StreamConsumer consumer;
        final List<String> categories;
        final Promise<Void> dayIsOver = Promise.promise();
        int cycles;

        Follower(NodeBed bed) {
            this.bed = bed;
            this.consumer = new StreamConsumer(bed.redis, bed.keys.deltas());
            this.categories = bed.settings.market().scan().categories().stream()
                    .map(CategorySettings::name)
                    .toList();
        }

        void follow(DeliveryContext<Object> delivery) {
            if (!delivery.message().address().equals(bed.addresses.persistenceSettle())) {
                delivery.next();
                return;
            }
            bed.vertx
                    .executeBlocking(() -> {
                        if (!dayIsOver.future().isComplete()) {
                            compare();
                        }
                        return null;
                    })
                    .onFailure(dayIsOver::tryFail)
                    .onComplete(compared -> {
                        if (cycles == MINUTES + 1) {
                            // the next day's first scan has crossed the end of this one; once it is settled it is over
                            bed.vertx
                                    .eventBus()
                                    .consumer(bed.addresses.scannerCycles(), message -> dayIsOver.tryComplete());
                        }
                        delivery.next();
                    });
        }

        private void compare() throws Exception {
            cycles++;
            consumer.follow();
            Request lists = Request.cmd(Command.MGET);
            categories.forEach(category -> lists.arg(bed.keys.category(category)));
            Response answers = NodeBed.await(bed.redis.send(lists));
            for (int i = 0; i < categories.size(); i++) {
                List<String> expected = new ArrayList<>();
                new JsonArray(answers.get(i).toBuffer())
                        .forEach(row -> expected.add(((JsonObject) row).getString("symbol")));
                assertThat(consumer.symbols(categories.get(i)))
                        .as("%s after cycle %d", categories.get(i), cycles)
                        .isEqualTo(expected);
            }
        }
    }

    private static void checkNumbers(List<CycleSummary> cycles) {
        for (int i = 1; i < MINUTES; i++) {
            assertThat(cycles.get(i).scanNo())
                    .as("gapless")
                    .isEqualTo(cycles.get(i - 1).scanNo() + 1);
            assertThat(Duration.between(cycles.get(i - 1).time(), cycles.get(i).time()))
                    .as("before cycle %d", i)
                    .isEqualTo(Duration.ofMinutes(1));
        }
        Map<String, Long> sessions = cycles.stream()
                .limit(MINUTES)
                .collect(Collectors.groupingBy(CycleSummary::session, TreeMap::new, Collectors.counting()));
        assertThat(sessions).isEqualTo(Map.of("PRE_MARKET", 330L, "MARKET_OPEN", 390L, "POST_MARKET", 240L));
    }

    private static void checkRuns(NodeBed bed) {
        Map<Reason, Long> reasons = bed.runs.stream()
                .collect(Collectors.groupingBy(RunSummary::reason, TreeMap::new, Collectors.counting()));
        assertThat(reasons)
                .isEqualTo(Map.of(Reason.START, 1L, Reason.INTERVAL, 16L, Reason.SESSION_END, 1L, Reason.STOP, 1L));
        assertThat(bed.runs).allMatch(run -> run.status().equals("completed"));
    }

    /// In the table stands what the runs said, the first hundred of the last list of each hour of a session, and of
    /// the list that was the last when the node stopped; in the ledger every scan.
    private static void checkRows(NodeBed bed) throws Exception {
        Map<String, Integer> expected = new HashMap<>();
        for (int i = 0; i < bed.cycles.size(); i++) {
            CycleSummary cycle = bed.cycles.get(i);
            boolean last = i + 1 == bed.cycles.size() || !hour(bed, i).equals(hour(bed, i + 1));
            if (last && cycle.filtered() > 0) {
                expected.put(cycle.session() + " " + cycle.time(), Math.min(100, cycle.filtered()));
            }
        }
        Map<String, Integer> stored = new HashMap<>();
        try (Connection connection = bed.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT session, time, count(*) FROM scan_results WHERE market = 'us_simulated' GROUP BY 1, 2")) {
            while (rows.next()) {
                Instant time = rows.getObject(2, OffsetDateTime.class).toInstant();
                stored.put(rows.getString(1) + " " + time, rows.getInt(3));
            }
        }
        assertThat(stored).isEqualTo(expected);
        assertThat(stored.values()).contains(100);
        assertThat(stored.values().stream().mapToInt(Integer::intValue).sum())
                .isEqualTo(bed.runs.stream().mapToInt(RunSummary::rows).sum());
        try (Connection connection = bed.connect();
                Statement statement = connection.createStatement();
                ResultSet ledger = statement.executeQuery("""
                        SELECT min(first_scan_no), max(last_scan_no), sum(last_scan_no - first_scan_no + 1),
                          count(*) FILTER (WHERE status <> 'complete'), sum(rows_stored)
                        FROM persistence_ledger WHERE market = 'us_simulated'
                        """)) {
            ledger.next();
            assertThat(ledger.getLong(1)).isEqualTo(bed.cycles.getFirst().scanNo());
            assertThat(ledger.getLong(2)).isEqualTo(bed.cycles.getLast().scanNo());
            assertThat(ledger.getLong(3)).isEqualTo(bed.cycles.size());
            assertThat(ledger.getLong(4)).isZero();
            assertThat(ledger.getLong(5))
                    .isEqualTo(
                            stored.values().stream().mapToInt(Integer::intValue).sum());
        }
    }

    private static String hour(NodeBed bed, int cycle) {
        return bed.cycles.get(cycle).session() + " " + cycle / 60;
    }
}
