package dev.atalaya;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.atalaya.bus.CycleSummary;
import dev.atalaya.bus.RunSummary.Reason;
import dev.atalaya.testing.SharedData;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A recorded day through a whole node, in lockstep, against what its files say.
@ExtendWith(VertxExtension.class)
class ReplayDayIT {
    private static final LocalDate DAY = LocalDate.of(2025, 1, 24);
    private static final List<LocalTime> TIMES = List.of(
            LocalTime.of(8, 0), LocalTime.of(9, 30), LocalTime.of(9, 35), LocalTime.of(12, 0), LocalTime.of(16, 30));
    private static final int MINUTES = 16 * 60;

    @Test
    void theListsOfARecordedDayAreThoseThatItsFilesGive(Vertx vertx) throws Exception {
        Path folder = SharedData.folder();
        NodeBed bed = bed(vertx, folder);
        RecordedDay day = new RecordedDay(folder, DAY);
        Map<LocalTime, RecordedDay.Lists> expected = new TreeMap<>();
        TIMES.forEach(time -> expected.put(time, day.at(time)));
        Capture capture = new Capture(bed, expected);
        vertx.eventBus().addInboundInterceptor(capture::take);
        Node node = bed.start();
        capture.over.future().toCompletionStage().toCompletableFuture().get(3, TimeUnit.MINUTES);
        Instant end = snapshotBefore(LocalTime.of(20, 0)).plusSeconds(1);
        bed.until(() -> bed.runs.stream().anyMatch(run -> run.marketTime().equals(end)));
        NodeBed.await(node.stop());

        assertThat(capture.taken.keySet()).containsExactlyInAnyOrderElementsOf(TIMES);
        expected.forEach((time, lists) -> compare(time, lists, capture.taken.getOrDefault(time, Map.of())));
        assertThat(day.at(LocalTime.NOON).kept()).hasSizeGreaterThan(90);
        for (String category : day.at(LocalTime.NOON).categories().keySet()) {
            assertThat(expected.values())
                    .as("%s holds something at one of the times", category)
                    .anyMatch(lists -> !lists.categories()
                            .getOrDefault(category, List.of())
                            .isEmpty());
        }
        assertThat(bed.cycles).hasSizeBetween(MINUTES - 1, MINUTES);
        assertThat(bed.runs(Reason.INTERVAL).getLast().rowsBySession())
                .as("the last ranking of the day is stored when its session is over")
                .hasEntrySatisfying("POST_MARKET", rows -> assertThat(rows).isPositive());
        for (int i = 0; i < bed.cycles.size(); i++) {
            assertThat(bed.cycles.get(i).time())
                    .isEqualTo(snapshotBefore(LocalTime.of(4, 1)).plusSeconds(60L * i));
        }
    }

    private static NodeBed bed(Vertx vertx, Path folder) throws Exception {
        return new NodeBed(
                vertx,
                new JsonObject()
                        .put(
                                "feed",
                                new JsonObject()
                                        .put("type", "replay")
                                        .put(
                                                "replay",
                                                new JsonObject()
                                                        .put("folder", folder.toString())
                                                        .put("day", DAY.toString())
                                                        .put("speed", "max")))
                        .put(
                                "scan",
                                new JsonObject()
                                        .put(
                                                "filters",
                                                new JsonObject()
                                                        .put(
                                                                "rvol_high",
                                                                new JsonObject()
                                                                        .put(
                                                                                "rvol",
                                                                                new JsonObject().put("min", 0.02))))),
                new JsonObject());
    }

    /// The time of the last snapshot at or before a full minute.
    private static Instant snapshotBefore(LocalTime time) {
        return DAY.atTime(time).atZone(RecordedDay.NEW_YORK).toInstant().minus(Duration.ofSeconds(1));
    }

    /// Between a cycle and the next, takes the lists if their time is one of those expected.
    private static final class Capture {
        final NodeBed bed;
        final Map<LocalTime, RecordedDay.Lists> expected;
        final Map<LocalTime, Map<String, JsonArray>> taken = new ConcurrentHashMap<>();
        final Promise<Void> over = Promise.promise();

        Capture(NodeBed bed, Map<LocalTime, RecordedDay.Lists> expected) {
            this.bed = bed;
            this.expected = expected;
        }

        void take(DeliveryContext<Object> delivery) {
            if (!delivery.message().address().equals(bed.addresses.persistenceSettle())) {
                delivery.next();
                return;
            }
            CycleSummary cycle =
                    CycleSummary.fromJson((JsonObject) delivery.message().body());
            bed.vertx
                    .executeBlocking(() -> {
                        for (LocalTime time : TIMES) {
                            if (cycle.time().equals(snapshotBefore(time))) {
                                taken.put(time, lists(time, cycle));
                            }
                        }
                        return null;
                    })
                    .onFailure(over::tryFail)
                    .onComplete(done -> {
                        delivery.next();
                        if (taken.size() == TIMES.size()) {
                            over.tryComplete();
                        }
                    });
        }

        private Map<String, JsonArray> lists(LocalTime time, CycleSummary cycle) throws Exception {
            RecordedDay.Lists wanted = Objects.requireNonNull(expected.get(time));
            assertThat(cycle.session()).isEqualTo(wanted.session());
            Map<String, JsonArray> lists = new TreeMap<>();
            lists.put("", list(bed.keys.session(wanted.session())));
            for (String category : wanted.categories().keySet()) {
                lists.put(category, list(bed.keys.category(category)));
            }
            return lists;
        }

        private JsonArray list(String key) throws Exception {
            return new JsonArray(
                    NodeBed.await(bed.redis.send(Request.cmd(Command.GET).arg(key)))
                            .toBuffer());
        }
    }

    private static void compare(LocalTime time, RecordedDay.Lists expected, Map<String, JsonArray> taken) {
        expected.categories()
                .forEach((category, tickers) -> assertThat(symbols(taken.getOrDefault(category, new JsonArray())))
                        .as("%s at %s", category, time)
                        .isEqualTo(symbols(tickers)));
        JsonArray kept = taken.getOrDefault("", new JsonArray());
        assertThat(symbols(kept)).as("kept at %s", time).isEqualTo(symbols(expected.kept()));
        for (int i = 0; i < kept.size(); i++) {
            JsonObject row = kept.getJsonObject(i);
            RecordedDay.Ticker ticker = expected.kept().get(i);
            String what = ticker.symbol() + " at " + time;
            assertThat(row.getInteger("rank")).as(what).isEqualTo(i + 1);
            assertThat(row.getString("session")).as(what).isEqualTo(expected.session());
            equal(what, row, "price", ticker.price());
            equal(what, row, "volume_today", ticker.volume());
            equal(what, row, "change_percent", ticker.changePercent());
            equal(what, row, "rvol", ticker.rvol());
            equal(what, row, "score", ticker.score());
            equal(what, row, "price_from_high", ticker.fromHigh());
            equal(what, row, "price_from_low", ticker.fromLow());
        }
    }

    private static void equal(String what, JsonObject row, String field, double expected) {
        if (Double.isNaN(expected)) {
            assertThat(row.getValue(field)).as("%s of %s", field, what).isNull();
        } else {
            assertThat(row.getDouble(field)).as("%s of %s", field, what).isCloseTo(expected, within(1e-9));
        }
    }

    private static List<String> symbols(JsonArray rows) {
        return rows.stream().map(row -> ((JsonObject) row).getString("symbol")).toList();
    }

    private static List<String> symbols(List<RecordedDay.Ticker> tickers) {
        return tickers.stream().map(RecordedDay.Ticker::symbol).toList();
    }
}
