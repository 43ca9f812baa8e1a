package dev.atalaya.scanner;

import static dev.atalaya.scanner.ScannerBed.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atalaya.bus.BusFailure;
import dev.atalaya.bus.CycleSummary;
import dev.atalaya.bus.ListRequest;
import dev.atalaya.embedded.ThrowawayRedis;
import dev.atalaya.market.ExchangeCalendar;
import dev.atalaya.market.MarketClock;
import dev.atalaya.redis.FencedConnection;
import dev.atalaya.testing.TestServers;
import dev.atalaya.testing.Waiting;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
@Timeout(60)
class ScannerVerticleIT {
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

    private static final List<String> FIELDS =
            List.of(("symbol,timestamp,price,bid,ask,volume,volume_today,open,high,low,"
                            + "intraday_high,intraday_low,prev_close,prev_volume,change,change_percent,gap_percent,avg_volume_30d,"
                            + "avg_volume_10d,float_shares,shares_outstanding,market_cap,sector,industry,exchange,rvol,rvol_slot,"
                            + "atr,atr_percent,price_from_high,price_from_low,price_vs_vwap,session,score,rank,filters_matched,"
                            + "metadata")
                    .split(",", -1));

    @Test
    void aScanPublishesTheListsWithTheirLives(Vertx vertx) throws Exception {
        ScannerBed bed = ScannerBed.create(vertx);
        bed.deploy();
        CycleSummary cycle = bed.next();
        assertThat(cycle.session()).isEqualTo("MARKET_OPEN");
        assertThat(cycle.tickers()).isEqualTo(ScannerBed.TICKERS);
        JsonArray kept = new JsonArray(bed.text(bed.keys.session("MARKET_OPEN")));
        assertThat(kept.size()).isEqualTo(cycle.filtered()).isBetween(20, ScannerBed.TICKERS);
        for (int i = 0; i < kept.size(); i++) {
            JsonObject ticker = kept.getJsonObject(i);
            assertThat(List.copyOf(ticker.fieldNames())).isEqualTo(FIELDS);
            assertThat(ticker.getInteger("rank")).isEqualTo(i + 1);
            assertThat(ticker.getDouble("rvol")).isGreaterThanOrEqualTo(2);
            assertThat(ticker.getString("session")).isEqualTo("MARKET_OPEN");
            assertThat(ticker.getJsonArray("filters_matched"))
                    .containsExactly("rvol_high", "price_range", "volume_min");
            assertThat(ticker.getString("sector")).isEqualTo("Technology");
            assertThat(ticker.getJsonObject("metadata").getString("company_name"))
                    .startsWith("Company ");
            assertThat(ticker.getDouble("score"))
                    .isEqualTo(ticker.getDouble("rvol") * 10
                            + ticker.getDouble("volume_today") / ticker.getDouble("avg_volume_30d") * 5);
        }
        assertThat(life(bed, bed.keys.session("MARKET_OPEN"))).isBetween(7190L, 7200L);
        for (String category : CATEGORIES) {
            assertThat(life(bed, bed.keys.category(category))).as(category).isBetween(3590L, 3600L);
            assertThat(life(bed, bed.keys.sequence(category))).as(category).isEqualTo(-1);
            assertThat(bed.symbols(bed.keys.session("MARKET_OPEN")))
                    .containsAll(bed.symbols(bed.keys.category(category)));
        }
        assertThat(bed.text(bed.keys.scanNo())).isEqualTo(Long.toString(cycle.scanNo()));
        assertThat(new JsonObject(bed.text(bed.keys.sessionScan("MARKET_OPEN"))))
                .isEqualTo(new JsonObject()
                        .put("scan_no", cycle.scanNo())
                        .put("time", cycle.time().toString()));
    }

    private static long life(ScannerBed bed, String key) throws Exception {
        return Objects.requireNonNull(bed.send(Request.cmd(Command.TTL).arg(key)))
                .toLong();
    }

    @Test
    void aConsumerOfTheStreamHoldsEachCategoryAfterEveryCycle(Vertx vertx) throws Exception {
        ScannerBed bed = ScannerBed.create(vertx);
        bed.deploy();
        StreamConsumer consumer = new StreamConsumer(bed.redis, bed.keys.deltas());
        for (int i = 0; i < 40; i++) {
            bed.next();
            consumer.follow();
            for (String category : CATEGORIES) {
                assertThat(consumer.symbols(category)).as(category).isEqualTo(bed.symbols(bed.keys.category(category)));
                assertThat(consumer.sequences())
                        .containsEntry(category, Long.parseLong(bed.text(bed.keys.sequence(category))));
            }
        }
        assertThat(consumer.snapshots).isEqualTo(CATEGORIES.size());
        assertThat(consumer.deltas).isGreaterThan(100);
    }

    @Test
    void aSnapshotSeenBeforeIsNotScannedAgainAndAnOlderOrFutureOneRefused(Vertx vertx) throws Exception {
        ScannerBed bed = ScannerBed.create(vertx);
        bed.deploy();
        CycleSummary first = bed.next();
        assertThatThrownBy(bed::scan).hasMessageContaining("no new snapshot");
        bed.upstream(first.time().minusSeconds(1));
        assertThatThrownBy(bed::scan).hasMessageContaining("no new snapshot");
        bed.upstream(first.time().plusSeconds(120));
        assertThatThrownBy(bed::scan).hasMessageContaining("no new snapshot");
        bed.upstream(first.time().minus(Duration.ofDays(2)));
        assertThatThrownBy(bed::scan).hasMessageContaining("no new snapshot");
        assertThat(bed.stats().getJsonObject("snapshots_refused"))
                .isEqualTo(new JsonObject()
                        .put("seen", 0)
                        .put("older", 2)
                        .put("future", 1)
                        .put("other_day", 0)
                        .put("closed", 0));
        assertThat(bed.next().scanNo()).as("gapless").isEqualTo(first.scanNo() + 1);
    }

    @Test
    void aRestartContinuesTheNumbersAndBeginsWithSnapshots(Vertx vertx) throws Exception {
        ScannerBed bed = ScannerBed.create(vertx);
        bed.deploy();
        bed.next();
        CycleSummary last = bed.next();
        StreamConsumer consumer = new StreamConsumer(bed.redis, bed.keys.deltas());
        consumer.follow();
        int snapshots = consumer.snapshots;
        bed.undeploy();
        bed.deploy();
        assertThat(bed.next().scanNo())
                .as("the first scan after the start took the snapshot that was there")
                .isEqualTo(last.scanNo() + 2);
        consumer.follow();
        assertThat(consumer.snapshots).isEqualTo(snapshots + CATEGORIES.size());
        assertThat(consumer.symbols("winners")).isEqualTo(bed.symbols(bed.keys.category("winners")));
    }

    @Test
    void sequencesThatRedisLostGoOnFromTheStream(Vertx vertx) throws Exception {
        ScannerBed bed = ScannerBed.create(vertx);
        bed.deploy();
        bed.next();
        bed.next();
        bed.undeploy();
        StreamConsumer consumer = new StreamConsumer(bed.redis, bed.keys.deltas());
        consumer.follow();
        Map<String, Long> before = consumer.sequences();
        for (String category : CATEGORIES) {
            bed.send(Request.cmd(Command.DEL).arg(bed.keys.sequence(category)));
        }
        bed.deploy();
        bed.next();
        consumer.follow(); // insists on + 1
        assertThat(consumer.sequences().get("winners")).isGreaterThan(before.get("winners"));
    }

    @Test
    void whoLostTheFenceChangesNothingAnyMore(Vertx vertx) throws Exception {
        ScannerBed bed = ScannerBed.create(vertx);
        bed.deploy();
        CycleSummary last = bed.next();
        String kept = bed.text(bed.keys.session("MARKET_OPEN"));
        FencedConnection second =
                new FencedConnection(vertx, TestServers.redis(), bed.keys.fence(), InstantSource.system());
        Context context = vertx.getOrCreateContext(); // a fence belongs to one event loop
        Waiting.on(context, () -> second.open(Map.of("none", "string")));
        long messages = length(bed);

        bed.upstream();
        assertThatThrownBy(bed::scan).hasMessageContaining("Another scanner has taken over");
        assertThat(bed.text(bed.keys.session("MARKET_OPEN"))).isEqualTo(kept);
        assertThat(bed.text(bed.keys.scanNo())).isEqualTo(Long.toString(last.scanNo()));
        assertThat(length(bed)).isEqualTo(messages);
        bed.upstream();
        assertThatThrownBy(bed::scan).as("and it stays so").hasMessageContaining("Another scanner has taken over");
        assertThat(bed.stats().getBoolean("ready")).isFalse();
        assertThat(bed.text(bed.keys.fence())).isEqualTo(Long.toString(second.fence()));
        assertThat(Waiting.on(
                        context,
                        () -> second.write(commands -> commands.command("SET", 2)
                                .arg(bed.keys.scanNo())
                                .arg(1))))
                .isEqualTo(FencedConnection.Outcome.COMMITTED);
        Waiting.on(context, second::close);
    }

    private static long length(ScannerBed bed) throws Exception {
        return Objects.requireNonNull(bed.send(Request.cmd(Command.XLEN).arg(bed.keys.deltas())))
                .toLong();
    }

    @Test
    void aSecondScannerOfTheMarketInTheProcessIsRefused(Vertx vertx) throws Exception {
        ScannerBed bed = ScannerBed.create(vertx);
        bed.deploy();
        assertThatThrownBy(() -> await(vertx.deployVerticle(bed.scanner())))
                .hasMessageContaining("A scanner of the market us runs in this process already");
        bed.undeploy();
        bed.deploy();
    }

    @Test
    void aKeyOfAnotherTypeIsNamedBeforeAnythingIsWritten(Vertx vertx) throws Exception {
        ScannerBed bed = ScannerBed.create(vertx);
        bed.send(Request.cmd(Command.LPUSH).arg(bed.keys.category("winners")).arg("x"));
        bed.deploy();
        bed.upstream();
        assertThatThrownBy(bed::scan)
                .hasMessageContaining(bed.keys.category("winners") + " holds a list where a string is written");
        assertThat(bed.send(Request.cmd(Command.GET).arg(bed.keys.session("MARKET_OPEN"))))
                .isNull();
        bed.send(Request.cmd(Command.DEL).arg(bed.keys.category("winners")));
        assertThat(bed.next().filtered()).isPositive();
    }

    @Test
    void afterRedisWasAwayTheNumbersGoOnAndEveryListIsSentWhole(Vertx vertx) throws Exception {
        try (ThrowawayRedis own = TestServers.startRedis()) {
            ScannerBed bed = new ScannerBed(vertx, TestServers.redisAt(own.uri()), "");
            bed.deploy();
            bed.next();
            CycleSummary last = bed.next();
            long sequence = Long.parseLong(bed.text(bed.keys.sequence("winners")));
            own.stop();
            assertThatThrownBy(bed::scan).isInstanceOf(Exception.class);
            assertThat(bed.stats().getBoolean("ready")).isFalse();
            own.restartEmpty();
            bed.upstreamUntilItWorks();
            assertThat(bed.scanWithinTwoCycles().scanNo()).isEqualTo(last.scanNo() + 1);
            StreamConsumer consumer = new StreamConsumer(bed.redis, bed.keys.deltas());
            consumer.follow();
            assertThat(consumer.snapshots).isEqualTo(CATEGORIES.size());
            assertThat(consumer.sequences()).containsEntry("winners", sequence + 1);
            assertThat(bed.stats().getBoolean("ready")).isTrue();
        }
    }

    @Test
    void statsAndListsAreAnsweredOverTheBusFromAnEventLoop(Vertx vertx) throws Exception {
        ScannerBed bed = ScannerBed.create(vertx);
        bed.deploy();
        String[] thread = new String[1];
        vertx.eventBus().addOutboundInterceptor(delivery -> {
            if (delivery.message().address().equals(bed.addresses.scannerCycles())) {
                thread[0] = Thread.currentThread().getName();
            }
            delivery.next();
        });
        CycleSummary cycle = bed.next();
        assertThat(thread[0]).contains("eventloop");
        JsonObject stats = bed.stats();
        assertThat(stats.getLong("total_scans")).isEqualTo(1);
        assertThat(stats.getLong("total_tickers_filtered")).isEqualTo(cycle.filtered());
        assertThat(stats.getDouble("last_scan_duration_ms")).isPositive();
        assertThat(stats.getJsonObject("last_stages_ms").fieldNames())
                .containsExactly("feed", "scan", "encode", "publish");
        assertThat(stats.getInteger("filters_loaded")).isEqualTo(3);
        JsonObject list = await(vertx.eventBus()
                        .<JsonObject>request(bed.addresses.scannerList(), new ListRequest("MARKET_OPEN", 3).toJson()))
                .body();
        assertThat(list.getJsonArray("rows")).hasSize(3);
        assertThat(list.getLong("sequence")).isEqualTo(cycle.scanNo());
        assertThatThrownBy(() -> await(
                        vertx.eventBus().request(bed.addresses.scannerList(), new ListRequest("nonsense", 3).toJson())))
                .cause()
                .isInstanceOfSatisfying(
                        ReplyException.class, e -> assertThat(e.failureCode()).isEqualTo(BusFailure.NOT_FOUND));
        assertThatThrownBy(() -> await(vertx.eventBus()
                        .request(
                                bed.addresses.scannerList(),
                                new JsonObject().put("list", "winners").put("limit", -1))))
                .cause()
                .isInstanceOfSatisfying(
                        ReplyException.class, e -> assertThat(e.failureCode()).isEqualTo(BusFailure.BAD_REQUEST));
    }

    @Test
    void messagesThatAreTooOldLeaveTheStream(Vertx vertx) throws Exception {
        ScannerBed bed = ScannerBed.create(vertx);
        bed.publish.put("stream_age", "1m");
        long now = System.currentTimeMillis();
        for (long age : List.of(90_000, 61_000, 30_000)) {
            bed.send(Request.cmd(Command.XADD)
                    .arg(bed.keys.deltas())
                    .arg(now - age + "-0")
                    .arg("age")
                    .arg(age));
        }
        bed.deploy();
        bed.next();
        List<Map<String, String>> messages = messages(bed);
        assertThat(messages.getFirst()).isEqualTo(Map.of("age", "30000"));
        assertThat(messages).hasSize(1 + CATEGORIES.size());
    }

    @Test
    void theStreamKeepsAsManyBytesAsItMay(Vertx vertx) throws Exception {
        int most = 1 << 20;
        ScannerBed bed = ScannerBed.create(vertx);
        bed.publish.put("stream_bytes", most);
        bed.deploy();
        StreamConsumer consumer = new StreamConsumer(bed.redis, bed.keys.deltas());
        for (int i = 0; i < 30; i++) {
            bed.next();
            consumer.follow(); // never loses a message to the trimming
        }
        List<Map<String, String>> messages = messages(bed);
        assertThat(messages).hasSizeLessThan((consumer.snapshots + consumer.deltas) / 2);
        assertThat(messages.stream().mapToInt(ScannerVerticleIT::bytes).sum()).isBetween(most / 2, most);
    }

    private static List<Map<String, String>> messages(ScannerBed bed) throws Exception {
        List<Map<String, String>> messages = new ArrayList<>();
        for (Response entry : Objects.requireNonNull(bed.send(
                Request.cmd(Command.XRANGE).arg(bed.keys.deltas()).arg("-").arg("+")))) {
            Map<String, String> fields = new HashMap<>();
            for (int i = 0; i < entry.get(1).size(); i += 2) {
                fields.put(
                        entry.get(1).get(i).toString(), entry.get(1).get(i + 1).toString());
            }
            messages.add(fields);
        }
        return messages;
    }

    private static int bytes(Map<String, String> fields) {
        return fields.values().stream()
                .mapToInt(value -> value.getBytes(UTF_8).length)
                .sum();
    }

    @Test
    void aPublishThatRedisRefusedInPartIsFollowedByEveryListAsAWhole(Vertx vertx) throws Exception {
        ScannerBed bed = ScannerBed.create(vertx);
        bed.deploy();
        CycleSummary last = bed.next();
        bed.send(Request.cmd(Command.DEL).arg(bed.keys.deltas()));
        bed.send(Request.cmd(Command.LPUSH).arg(bed.keys.deltas()).arg("x"));
        bed.upstream();
        assertThatThrownBy(bed::scan).hasMessageContaining("A part of a write was refused: WRONGTYPE");
        bed.upstream();
        assertThatThrownBy(bed::scan)
                .hasMessageContaining(bed.keys.deltas() + " holds a list where a stream is written");
        long sequence = Long.parseLong(bed.text(bed.keys.sequence("winners")));

        bed.send(Request.cmd(Command.DEL).arg(bed.keys.deltas()));
        assertThat(bed.next().scanNo()).isGreaterThan(last.scanNo());
        StreamConsumer consumer = new StreamConsumer(bed.redis, bed.keys.deltas());
        consumer.follow();
        assertThat(consumer.snapshots).isEqualTo(CATEGORIES.size());
        assertThat(consumer.deltas).isZero();
        assertThat(consumer.sequences()).containsEntry("winners", sequence + 1);
        for (String category : CATEGORIES) {
            assertThat(consumer.symbols(category)).as(category).isEqualTo(bed.symbols(bed.keys.category(category)));
        }
    }

    @Test
    void aTickThatFindsTheLastScanUnfinishedIsCountedAsSkipped(Vertx vertx) throws Exception {
        ScannerBed bed = ScannerBed.create(vertx);
        SlowFeed feed = new SlowFeed(vertx, Duration.ofMillis(100));
        bed.interval = "10ms";
        bed.feeds = (where, settings) -> feed;
        bed.start();
        Waiting.until(() -> feed.asked.get() >= 5, () -> "scans " + feed.asked);
        assertThat(bed.stats().getLong("cycles_skipped")).isGreaterThanOrEqualTo(5);
        assertThat(feed.askedTooEarly).hasValue(0);
        assertThat(bed.stats().getLong("cycles_failed")).isZero();
        bed.undeploy();
    }

    @Test
    void outsideTheSessionsNothingIsScanned(Vertx vertx) throws Exception {
        Instant holiday = Instant.parse("2025-07-04T14:00:00Z");
        AtomicReference<Instant> now = new AtomicReference<>(holiday);
        ScannerBed bed = ScannerBed.create(vertx);
        SlowFeed feed = new SlowFeed(vertx, Duration.ofMillis(1));
        bed.interval = "10ms";
        bed.calendar = ExchangeCalendar.newYork();
        bed.clock = MarketClock.scaled(now::get, holiday, 1, Instant.MAX);
        bed.feeds = (where, settings) -> feed;
        bed.start();
        await(vertx.timer(200, TimeUnit.MILLISECONDS));
        assertThat(feed.asked).hasValue(0);
        assertThat(bed.stats().getLong("cycles_skipped")).isZero();
        Waiting.until(() -> bed.stats().getBoolean("ready"), () -> "not ready in the night");

        now.set(Instant.parse("2025-07-07T07:59:59.999Z"));
        await(vertx.timer(200, TimeUnit.MILLISECONDS));
        assertThat(feed.asked).hasValue(0);

        now.set(Instant.parse("2025-07-07T08:00:00Z"));
        Waiting.until(() -> feed.asked.get() > 0, () -> "nothing is scanned");
        bed.undeploy();
    }
}
