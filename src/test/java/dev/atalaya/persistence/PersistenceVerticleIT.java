package dev.atalaya.persistence;

import static dev.atalaya.persistence.PersistenceBed.await;
import static dev.atalaya.persistence.PersistenceBed.cycle;
import static dev.atalaya.persistence.PersistenceBed.tickers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atalaya.bus.BusFailure;
import dev.atalaya.bus.RunSummary;
import dev.atalaya.bus.RunSummary.Reason;
import dev.atalaya.config.PersistenceSettings.Mode;
import dev.atalaya.config.PersistenceSettings.Select;
import dev.atalaya.testing.Protocol;
import dev.atalaya.testing.Relay;
import dev.atalaya.testing.TestServers;
import dev.atalaya.testing.Waiting;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PersistenceVerticleIT extends WithPersistenceBed {
    private RunSummary persistAfterAnotherScan(Instant time) throws InterruptedException {
        bed.scanned("MARKET_OPEN", time);
        String id = bed.request(bed.addresses.persist(), new JsonObject()).getString("run_id");
        RunSummary run = bed.nextEnded();
        assertThat(run.runId()).isEqualTo(id);
        return run;
    }

    @Test
    void theTopOfEachSessionIsStoredOnce() throws Exception {
        bed.publishList("PRE_MARKET", at("12:00:00"), tickers(3));
        bed.publishList("MARKET_OPEN", at("12:10:00"), tickers(9));
        bed.deploy(Mode.HOURLY, 5);

        RunSummary first = bed.nextEnded();
        assertThat(first.reason()).isEqualTo(Reason.START);
        assertThat(first.failure()).isEmpty();
        assertThat(first.rowsBySession()).isEqualTo(Map.of("PRE_MARKET", 3, "MARKET_OPEN", 5));
        RunSummary second = persistAfterAnotherScan(at("12:10:00"));
        assertThat(second.reason()).isEqualTo(Reason.REQUEST);
        assertThat(second.rowsBySession()).isEmpty();

        assertThat(bed.query("SELECT count(*) FROM scan_results")).isEqualTo("8");
        assertThat(bed.query("""
                        SELECT row_to_json(s) FROM scan_results s WHERE session = 'MARKET_OPEN' AND rank = 2
                          AND time = '2025-01-24T12:10:00Z'
                        """))
                .contains("\"symbol\":\"T2\",\"session\":\"MARKET_OPEN\",\"price\":10.02,\"volume\":999998")
                .contains("\"change_percent\":null,\"rvol\":3.25")
                .contains("\"filters_matched\":[\"rvol_high\",\"volume_min\"]")
                .contains("\"metadata\":{\"company_name\": \"Ticker 2\"},\"market\":\"us\"");
        assertThat(Instant.parse(bed.get(bed.keys.lastPersistence()))).isBefore(Instant.now());
        JsonObject stats = bed.stats();
        assertThat(stats.getLong("rows_total")).isEqualTo(8);
        assertThat(stats.getLong("runs_total")).isEqualTo(2);
        assertThat(stats.getBoolean("degraded")).isFalse();
        assertThat(stats.getString("next_run")).isEqualTo("2025-01-24T13:00:00Z");
        assertThat(stats.getString("mode")).isEqualTo("hourly");
        assertThat(stats.getJsonArray("runs")).hasSize(2).first().isEqualTo(second.toJson());
        assertThat(stats.getJsonObject("last_run")).isEqualTo(second.toJson());
        assertThat(stats.getString("last_completed")).isNotNull();
        assertThat(bed.metrics
                        .get("atalaya.persistence.rows")
                        .tag("session", "MARKET_OPEN")
                        .counter()
                        .count())
                .isEqualTo(5);
        assertThat(bed.metrics.get("atalaya.persistence.age.seconds").gauge().value())
                .isBetween(0.0, 20.0);
    }

    @Test
    void itWorksOnWorkerThreads() throws Exception {
        bed.publishList("MARKET_OPEN", at("12:10:00"), tickers(1));
        bed.deploy(Mode.HOURLY, 5, database, TestServers.redis(), () -> {
            bed.threads.add(Thread.currentThread().getName());
            return Future.succeededFuture();
        });

        assertThat(bed.nextEnded().rows()).isEqualTo(1);
        assertThat(bed.threads).isNotEmpty().allSatisfy(name -> assertThat(name).startsWith("vert.x-worker-thread"));
    }

    @Test
    void theScanThatCrossesTheHourClosesItsPeriod() throws Exception {
        bed.deploy(Mode.HOURLY, 5);
        bed.nextEnded();
        bed.publishList("PRE_MARKET", at("11:59:59"), tickers(1));
        bed.publishList("MARKET_OPEN", at("13:00:04"), tickers(2));
        bed.publishList("POST_MARKET", at("19:00:00"), tickers(3));
        bed.scanned("MARKET_OPEN", at("12:59:54"));
        bed.scanned("MARKET_OPEN", at("13:00:04"));
        bed.scanned("MARKET_OPEN", at("13:00:14"));

        RunSummary run = bed.nextEnded();
        assertThat(run.reason()).isEqualTo(Reason.INTERVAL);
        assertThat(run.marketTime()).isEqualTo(at("13:00:00"));
        assertThat(run.rowsBySession()).isEqualTo(Map.of("MARKET_OPEN", 2));
        assertThat(bed.stats().getString("next_run")).isEqualTo("2025-01-24T14:00:00Z");
        assertThat(bed.nothingElseEnded()).isTrue();
    }

    @Test
    void withoutScansTheClockClosesThePeriod() throws Exception {
        bed.deploy(Mode.HOURLY, 5);
        bed.nextEnded();
        bed.clockAt(at("13:00:31"));

        RunSummary run = bed.nextEnded();
        assertThat(run.marketTime()).isEqualTo(at("13:00:00"));
        assertThat(run.rowsBySession()).isEmpty();
        assertThat(run.status()).isEqualTo("completed");
    }

    @Test
    void aListWithoutItsScanHasTheTimeOfItsNewestTrade() throws Exception {
        JsonArray list = tickers(2);
        list.getJsonObject(0).put("timestamp", "2025-01-24T12:09:07Z");
        list.getJsonObject(1).put("timestamp", "2025-01-24T12:09:58Z");
        bed.set(bed.keys.session("MARKET_OPEN"), list.encode());
        bed.deploy(Mode.HOURLY, 1);

        assertThat(bed.nextEnded().rows()).isEqualTo(1);
        assertThat(bed.query("SELECT time AT TIME ZONE 'UTC' FROM scan_results"))
                .isEqualTo("2025-01-24 12:09:58.0");
    }

    @Test
    void oddValuesCostTheirFieldOnly() throws Exception {
        JsonArray list = tickers(3);
        list.getJsonObject(0)
                .put("market_cap", 1e30)
                .put("score", null)
                .put("metadata", new JsonObject().put("name", "a\0b").put("huge", new JsonArray().add(1e300)));
        list.getJsonObject(1).put("symbol", "X".repeat(10_000));
        bed.publishList("MARKET_OPEN", at("12:10:00"), list);
        bed.set(bed.keys.session("PRE_MARKET"), "no list");
        bed.deploy(Mode.HOURLY, 5);

        assertThat(bed.nextEnded().rowsBySession()).isEqualTo(Map.of("MARKET_OPEN", 2));
        assertThat(
                        bed.query(
                                "SELECT metadata->>'name' FROM scan_results WHERE market_cap IS NULL AND score IS NULL AND symbol = 'T1'"))
                .isEqualTo("ab");
    }

    @Test
    void aThousandRequestsAtOnceAreOneRun() throws Exception {
        bed.deploy(Mode.HOURLY, 5);
        bed.nextEnded();
        List<String> ids = Stream.generate(
                        () -> bed.vertx.eventBus().<JsonObject>request(bed.addresses.persist(), new JsonObject()))
                .limit(1_000)
                .toList()
                .stream()
                .map(reply -> await(reply).body().getString("run_id"))
                .toList();

        assertThat(ids).hasSize(1_000).containsOnly(bed.nextEnded().runId());
        assertThat(bed.stats().getLong("runs_total")).isEqualTo(2);
    }

    @Test
    void inLockstepTheScannerIsAnsweredWhenAllIsStored() throws Exception {
        bed.inLockstep().deploy(Mode.HOURLY, 5);
        bed.nextEnded();
        bed.clockAt(at("13:00:00"));
        bed.publishList("MARKET_OPEN", at("13:00:00"), tickers(3));
        JsonObject scan = cycle("MARKET_OPEN", at("13:00:00"));
        bed.vertx.eventBus().publish(bed.addresses.scannerCycles(), scan);

        assertThat(bed.request(bed.addresses.persistenceSettle(), scan)).isEmpty();
        assertThat(bed.query("SELECT count(*) FROM scan_results")).isEqualTo("3");
        assertThat(bed.request(bed.addresses.persistenceSettle(), scan)).isEmpty();
        assertThat(bed.stats().getLong("runs_total")).isEqualTo(2);
    }

    @Test
    void inDirectModeEveryKeptTickerIsStoredBeforeTheAnswer() throws Exception {
        bed.deploy(Mode.DIRECT, 5);
        bed.publishList("MARKET_OPEN", at("12:10:10"), tickers(700));
        JsonObject scan = cycle("MARKET_OPEN", at("12:10:10"));

        assertThat(bed.request(bed.addresses.persistenceSettle(), scan)).isEqualTo(new JsonObject().put("rows", 700));
        assertThat(bed.query("SELECT count(*) FROM scan_results")).isEqualTo("700");
        assertThat(bed.get(bed.keys.lastPersistence())).isNotEmpty();
        bed.scanned("MARKET_OPEN", at("13:00:10"));
        assertThat(bed.nextEnded().reason()).isEqualTo(Reason.DIRECT);
        assertThat(bed.stats().getLong("runs_total")).isEqualTo(1);
        assertThat(bed.stats().getString("mode")).isEqualTo("direct");
    }

    @Test
    void inDirectModeARequestTakesNothingFromTheNextScan() throws Exception {
        try (Relay wire = Relay.listen(0, URI.create(database.uri()), Protocol.POSTGRESQL)) {
            bed.deploy(Mode.DIRECT, 5, database.at(wire.uri()), TestServers.redis(), Future::succeededFuture);
            publish(403, "12:10:10");
            bed.request(bed.addresses.persistenceSettle(), cycle("MARKET_OPEN", at("12:10:10")));
            wire.holdFrom("SELECT first_scan_no");
            bed.request(bed.addresses.persist(), new JsonObject());
            Waiting.until(wire::isHolding, () -> "nothing is held");
            publish(404, "12:10:20");
            Future<Message<JsonObject>> settled = bed.vertx
                    .eventBus()
                    .request(bed.addresses.persistenceSettle(), cycle("MARKET_OPEN", at("12:10:20")));
            Thread.sleep(300);
            wire.release();
            assertThat(await(settled).body().getInteger("rows")).isEqualTo(7);
            assertThat(bed.ledger())
                    .containsExactly(
                            "403-403 MARKET_OPEN complete 1 7 direct", "404-404 MARKET_OPEN complete 1 7 direct");
        }
    }

    private void publish(long number, String time) {
        bed.set(bed.keys.session("MARKET_OPEN"), tickers(7).encode());
        bed.set(bed.keys.sessionScan("MARKET_OPEN"), "{\"scan_no\":" + number + ",\"time\":\"" + at(time) + "\"}");
        bed.set(bed.keys.scanNo(), Long.toString(number));
    }

    @Test
    void inDirectModeAScanThatAnotherOneStoredIsNotTakenForStored() throws Exception {
        bed.deploy(Mode.DIRECT, 5);
        publish(403, "12:10:10");
        JsonObject cycle = cycle("MARKET_OPEN", at("12:10:10"));
        bed.request(bed.addresses.persistenceSettle(), cycle);
        assertThatThrownBy(() -> bed.request(bed.addresses.persistenceSettle(), cycle))
                .hasStackTraceContaining("The scan 403 lies in the ledger already");
    }

    @Test
    void aClockThatWasAheadAndIsPutRightStopsNoRun() throws Exception {
        bed.clockAt(at("12:10:00").plus(Duration.ofDays(7)));
        bed.deploy(Select.LATEST);
        bed.nextEnded();
        bed.clockAt(at("12:10:00"));
        bed.appendScan(20, "MARKET_OPEN", at("12:30:00"), 1, 2);
        bed.scanned("MARKET_OPEN", at("12:30:00"));
        bed.appendScan(21, "MARKET_OPEN", at("13:00:10"), 1, 2);
        bed.scanned("MARKET_OPEN", at("13:00:10"));
        Waiting.until(() -> bed.ledger().size() == 1, () -> "nothing is stored");
        assertThat(bed.stats().getString("next_run")).isEqualTo("2025-01-24T14:00:00Z");
    }

    @Test
    void inDirectModeAFailureFailsTheRequest() throws Exception {
        bed.deploy(
                Mode.DIRECT,
                5,
                database,
                TestServers.redis(),
                () -> Promise.<Void>promise().future());

        assertThatThrownBy(() -> bed.request(bed.addresses.persistenceSettle(), cycle("MARKET_OPEN", at("12:10:10"))))
                .isInstanceOfSatisfying(
                        ReplyException.class,
                        failure -> assertThat(failure.failureCode()).isEqualTo(BusFailure.UNAVAILABLE))
                .hasMessageContaining("tables are not there yet");
    }
}
