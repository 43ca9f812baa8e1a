package dev.atalaya.scanner;

import static dev.atalaya.scanner.ScannerBed.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atalaya.bus.CycleSummary;
import dev.atalaya.embedded.ThrowawayRedis;
import dev.atalaya.journal.JournalEntry;
import dev.atalaya.testing.TestServers;
import dev.atalaya.testing.Waiting;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
@Timeout(120)
class JournalIT {
    private static final long JUMP = 1_000_000;
    private static final int TOP = 10;

    /// The journal as one moment has it: its length, its first and its last entry, what the hash knows, how
    /// large it is, the last scan's number and its list.
    private static final String MOMENT = """
            return {redis.call('XLEN', KEYS[1]), redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1),
              redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1), redis.call('HGETALL', KEYS[2]),
              redis.call('MEMORY', 'USAGE', KEYS[1], 'SAMPLES', 0), redis.call('GET', KEYS[3]), redis.call('GET', KEYS[4]),
              redis.call('GET', KEYS[5])}
            """;

    private record Moment(
            long length,
            long first,
            JournalEntry last,
            Map<String, String> state,
            long bytes,
            long scanNo,
            String list,
            JsonObject scan) {
        static Moment of(Response parts) throws Exception {
            return new Moment(
                    parts.get(0).toLong(),
                    entry(parts.get(1).get(0)).scanNo(),
                    entry(parts.get(2).get(0)),
                    fields(parts.get(3)),
                    parts.get(4).toLong(),
                    parts.get(5).toLong(),
                    parts.get(6).toString(),
                    new JsonObject(parts.get(7).toString()));
        }

        String known(String field) {
            return Objects.requireNonNull(state.get(field), field);
        }

        /// Nobody sees a list without its entry, an entry without its list, or entries gone without a note.
        void assertIsOfOnePiece(int top) throws Exception {
            assertThat(last.scanNo()).isEqualTo(scanNo).isEqualTo(scan.getLong("scan_no"));
            assertThat(last.time()).isEqualTo(Instant.parse(scan.getString("time")));
            JsonArray tickers = new JsonArray(list);
            while (tickers.size() > top) {
                tickers.remove(tickers.size() - 1);
            }
            assertThat(last.decode()).isEqualTo(PublishedRows.of(tickers));
            assertThat(length).as("gapless").isEqualTo(scanNo - first + 1);
            assertThat(Long.toString(first)).isEqualTo(state.getOrDefault("dropped_below", known("first")));
        }
    }

    private static JournalEntry entry(Response entry) throws Exception {
        Map<String, String> fields = new HashMap<>();
        byte[] rows = new byte[0];
        for (int i = 0; i < entry.get(1).size(); i += 2) {
            if (entry.get(1).get(i).toString().equals(JournalEntry.FIELD_ROWS)) {
                rows = entry.get(1).get(i + 1).toBytes();
            } else {
                fields.put(
                        entry.get(1).get(i).toString(), entry.get(1).get(i + 1).toString());
            }
        }
        return JournalEntry.of(entry.get(0).toString(), fields, rows);
    }

    private static Map<String, String> fields(Response list) {
        Map<String, String> fields = new HashMap<>();
        if (list.getKeys().isEmpty()) {
            for (int i = 0; i + 1 < list.size(); i += 2) {
                fields.put(list.get(i).toString(), list.get(i + 1).toString());
            }
        } else {
            list.getKeys().forEach(key -> fields.put(key, list.get(key).toString()));
        }
        return fields;
    }

    private static Future<Response> ask(ScannerBed bed) {
        Request moment = Request.cmd(Command.EVAL).arg(MOMENT).arg(5);
        moment.arg(bed.keys.journal()).arg(bed.keys.journalState()).arg(bed.keys.scanNo());
        moment.arg(bed.keys.session("MARKET_OPEN")).arg(bed.keys.sessionScan("MARKET_OPEN"));
        return bed.redis.send(moment).map(Objects::requireNonNull);
    }

    private static Moment moment(ScannerBed bed) throws Exception {
        return Moment.of(await(ask(bed)));
    }

    private static Map<String, String> state(ScannerBed bed) throws Exception {
        return fields(
                Objects.requireNonNull(bed.send(Request.cmd(Command.HGETALL).arg(bed.keys.journalState()))));
    }

    private static ScannerBed bed(Vertx vertx) {
        return withTop(ScannerBed.create(vertx));
    }

    private static ScannerBed bedOn(Vertx vertx, ThrowawayRedis own) {
        return withTop(new ScannerBed(vertx, TestServers.redisAt(own.uri()), ""));
    }

    private static ScannerBed withTop(ScannerBed bed) {
        bed.persistence.put("top", TOP);
        return bed;
    }

    private static double meter(ScannerBed bed, String name) {
        return bed.metrics.get(name).meter().measure().iterator().next().getValue();
    }

    @Test
    void eachPublishAppendsItsTopUnderItsNumber(Vertx vertx) throws Exception {
        ScannerBed bed = bed(vertx);
        bed.deploy();
        for (int i = 1; i <= 5; i++) {
            CycleSummary cycle = bed.next();
            assertThat(cycle.filtered()).isGreaterThan(TOP);
            Moment now = moment(bed);
            now.assertIsOfOnePiece(TOP);
            assertThat(now.length).isEqualTo(i);
            assertThat(now.scanNo).isEqualTo(cycle.scanNo());
            assertThat(now.last.session()).isEqualTo("MARKET_OPEN");
            assertThat(now.last.day()).isEqualTo(bed.calendar.marketDay(cycle.time()));
            assertThat(now.last.hour()).isEqualTo(bed.calendar.lastBoundary(cycle.time(), Duration.ofHours(1)));
            assertThat(now.last.decode()).hasSize(TOP);
            assertThat(bed.stats().getLong("journal_entries")).isEqualTo(i);
            assertThat(meter(bed, "atalaya.journal.entries")).isEqualTo(i);
            assertThat(meter(bed, "atalaya.journal.bytes")).isPositive();
        }
    }

    @Test
    void nobodySeesAListWithoutItsEntry(Vertx vertx) throws Exception {
        ScannerBed bed = bed(vertx);
        bed.deploy();
        bed.next();
        long numbers = 0;
        for (int i = 0; i < 40; i++) {
            bed.upstream();
            Future<?> scan = vertx.eventBus().request(bed.addresses.scannerScan(), null);
            List<Future<Response>> moments = new ArrayList<>();
            while (!scan.isComplete()) {
                moments.add(ask(bed));
                await(moments.getLast());
            }
            await(scan);
            for (Future<Response> moment : moments) {
                Moment.of(moment.result()).assertIsOfOnePiece(TOP);
                numbers++;
            }
        }
        assertThat(numbers).isGreaterThan(40);
    }

    @Test
    void inDirectModeThereIsNoJournal(Vertx vertx) throws Exception {
        ScannerBed bed = bed(vertx);
        bed.persistence.put("mode", "direct");
        vertx.eventBus()
                .<JsonObject>consumer(bed.addresses.persistenceSettle(), message -> message.reply(new JsonObject()));
        long before = System.currentTimeMillis();
        bed.deploy();
        long number = bed.next().scanNo();
        assertThat(number).isGreaterThan(before);
        bed.undeploy();
        assertThat(Objects.requireNonNull(bed.send(Request.cmd(Command.EXISTS)
                                .arg(bed.keys.journal())
                                .arg(bed.keys.journalState())))
                        .toLong())
                .isZero();

        bed.persistence.put("mode", "hourly");
        bed.deploy();
        Waiting.until(() -> bed.stats().getLong("journal_entries") > 0, () -> "nothing was journalled");
        Moment now = moment(bed);
        now.assertIsOfOnePiece(TOP);
        assertThat(now.first).as("the journal begins where it is kept").isEqualTo(number + 1);
    }

    @Test
    void aRestartGoesOnInTheSameJournal(Vertx vertx) throws Exception {
        ScannerBed bed = bed(vertx);
        bed.deploy();
        CycleSummary last = bed.next();
        Map<String, String> before = state(bed);
        assertThat(before).containsOnlyKeys("incarnation", "first", "run_id");
        bed.undeploy();
        assertThat(state(bed)).containsEntry("clean", Long.toString(last.scanNo()));
        bed.deploy();
        bed.next();
        assertThat(state(bed)).as("it ended in peace, and goes on").isEqualTo(before);
        Moment now = moment(bed);
        now.assertIsOfOnePiece(TOP);
        assertThat(now.length).isEqualTo(3);
    }

    @Test
    void aRedisThatIsEmptyBeginsAJournalAndTheNumbersGoOnFromMemory(Vertx vertx) throws Exception {
        try (ThrowawayRedis own = TestServers.startRedis()) {
            ScannerBed bed = bedOn(vertx, own);
            bed.deploy();
            CycleSummary last = bed.next();
            Map<String, String> before = state(bed);
            own.restartEmpty();
            bed.upstreamUntilItWorks();
            assertThat(bed.scanWithinTwoCycles().scanNo()).isEqualTo(last.scanNo() + 1);
            Moment now = moment(bed);
            now.assertIsOfOnePiece(TOP);
            assertThat(now.known("incarnation")).isNotEqualTo(before.get("incarnation"));
            assertThat(now.known("run_id")).isNotEqualTo(before.get("run_id"));
            assertThat(now.known("first")).isEqualTo(Long.toString(last.scanNo() + 1));
        }
    }

    @Test
    void whereNobodyKnowsTheNumbersTheyBeginAtTheMillisecond(Vertx vertx) throws Exception {
        try (ThrowawayRedis own = TestServers.startRedis()) {
            ScannerBed bed = bedOn(vertx, own);
            bed.deploy();
            CycleSummary last = bed.next();
            bed.undeploy();
            own.restartEmpty();
            bed.upstreamUntilItWorks();
            long before = System.currentTimeMillis();
            bed.start();
            bed.firstCycle();
            Moment now = moment(bed);
            now.assertIsOfOnePiece(TOP);
            assertThat(now.first)
                    .isGreaterThan(last.scanNo())
                    .isBetween(before, System.currentTimeMillis() + now.length);
        }
    }

    @Test
    void aRedisThatLostItsLastSecondsWithNobodyToRememberBeginsAJournalFarAhead(Vertx vertx) throws Exception {
        try (ThrowawayRedis own = TestServers.startRedis()) {
            ScannerBed bed = bedOn(vertx, own);
            bed.deploy();
            CycleSummary kept = bed.next();
            Map<String, String> before = state(bed);
            own.keep();
            CycleSummary lost = bed.next();
            bed.undeploy();
            own.restartAsKept();
            bed.upstreamUntilItWorks();
            bed.start();
            bed.firstCycle();
            Moment now = moment(bed);
            assertThat(now.scanNo).isGreaterThan(lost.scanNo()).isEqualTo(kept.scanNo() + JUMP + 1);
            assertThat(now.known("incarnation")).isNotEqualTo(before.get("incarnation"));
            assertThat(now.known("first")).isEqualTo(Long.toString(now.scanNo));
            assertThat(bed.next().scanNo()).as("once").isEqualTo(now.scanNo + 1);
        }
    }

    @Test
    void aScannerThatRemembersGoesOnInTheSameJournalOfAnOlderRedis(Vertx vertx) throws Exception {
        try (ThrowawayRedis own = TestServers.startRedis()) {
            ScannerBed bed = bedOn(vertx, own);
            bed.deploy();
            bed.next();
            Map<String, String> before = state(bed);
            own.keep();
            CycleSummary lost = bed.next();
            own.restartAsKept();
            bed.upstreamUntilItWorks();
            assertThat(bed.scanWithinTwoCycles().scanNo()).isEqualTo(lost.scanNo() + 1);
            Moment now = moment(bed);
            assertThat(now.known("incarnation")).isEqualTo(before.get("incarnation"));
            assertThat(now.known("run_id")).isNotEqualTo(before.get("run_id"));
            assertThat(now.length).as("one is lost, which shows").isEqualTo(now.scanNo - now.first);
        }
    }

    @Test
    void aRedisThatWasRestartedAfterACleanEndBeginsAJournalThatMissesNothing(Vertx vertx) throws Exception {
        try (ThrowawayRedis own = TestServers.startRedis()) {
            ScannerBed bed = bedOn(vertx, own);
            bed.deploy();
            CycleSummary last = bed.next();
            Map<String, String> before = state(bed);
            bed.undeploy();
            own.restart();
            bed.upstreamUntilItWorks();
            bed.start();
            bed.firstCycle();
            Moment now = moment(bed);
            assertThat(now.scanNo).isEqualTo(last.scanNo() + JUMP + 1);
            assertThat(now.known("incarnation")).isNotEqualTo(before.get("incarnation"));
            assertThat(now.known("first")).isEqualTo(Long.toString(now.scanNo));
            assertThat(now.known("follows")).isEqualTo(Long.toString(last.scanNo()));
            assertThat(now.state).doesNotContainKey("clean");
            assertThat(now.length).isEqualTo(2);
            bed.undeploy();
            bed.deploy();
            assertThat(state(bed)).as("the next in the same journal").containsAllEntriesOf(now.state);
        }
    }

    /// The scanner that ended in peace was not the last one: what the next one published is lost.
    @Test
    void aRedisThatFallsBackToACleanEndUsesNoNumberTwice(Vertx vertx) throws Exception {
        try (ThrowawayRedis own = TestServers.startRedis()) {
            ScannerBed bed = bedOn(vertx, own);
            bed.deploy();
            CycleSummary kept = bed.next();
            bed.undeploy();
            own.keep();
            bed.start();
            bed.firstCycle();
            CycleSummary lost = bed.next();
            bed.undeploy();
            own.restartAsKept();
            bed.upstreamUntilItWorks();
            bed.start();
            bed.firstCycle();
            Moment now = moment(bed);
            assertThat(now.scanNo).isGreaterThan(lost.scanNo()).isEqualTo(kept.scanNo() + JUMP + 1);
            assertThat(now.known("follows")).isEqualTo(Long.toString(kept.scanNo()));
        }
    }

    @Test
    void aRedisThatCameBackOlderIsToldTheNumberBeforeTheNextScan(Vertx vertx) throws Exception {
        try (ThrowawayRedis own = TestServers.startRedis()) {
            ScannerBed bed = bedOn(vertx, own);
            bed.deploy();
            own.keep();
            CycleSummary last = bed.next();
            own.restartAsKept();
            bed.upstreamUntilItWorks();
            bed.send(Request.cmd(Command.DEL).arg(bed.keys.snapshot()));
            Waiting.until(
                    () -> {
                        assertThatThrownBy(bed::scan).hasMessageContaining("is the upstream running?");
                        return bed.text(bed.keys.scanNo()).equals(Long.toString(last.scanNo()));
                    },
                    () -> "the number is still the older one");
        }
    }

    /// Nobody knows whether the last write was applied, and the persistence may have stored it.
    @Test
    void aNumberWhoseFateIsUnknownIsNotGivenAgainByARedisThatLostIt(Vertx vertx) throws Exception {
        try (ThrowawayRedis own = TestServers.startRedis()) {
            ScannerBed bed = bedOn(vertx, own);
            bed.deploy();
            CycleSummary last = bed.next();
            own.keep();
            bed.send(Request.cmd(Command.INCR).arg(bed.keys.fence()));
            bed.send(Request.cmd(Command.DECR).arg(bed.keys.fence()));
            bed.upstream();
            assertThatThrownBy(bed::scan).hasMessageContaining("The fence changed under a write");
            own.restartAsKept();
            bed.upstreamUntilItWorks();
            assertThat(bed.scanWithinTwoCycles().scanNo()).isGreaterThan(last.scanNo() + 1);
        }
    }

    @Test
    void aNumberThatIsNoneIsReadAgainWhenItWasPutRight(Vertx vertx) throws Exception {
        ScannerBed bed = bed(vertx);
        bed.send(Request.cmd(Command.SET).arg(bed.keys.scanNo()).arg("abc"));
        bed.start();
        Waiting.until(() -> bed.stats().getLong("cycles_failed") > 0, () -> "nobody minds");
        bed.send(Request.cmd(Command.DEL).arg(bed.keys.scanNo()));
        bed.upstream();
        assertThat(bed.scanWithinTwoCycles().scanNo()).isPositive();
    }

    @Test
    void aJumpWhosePublishDidNotArriveIsNotForgotten(Vertx vertx) throws Exception {
        ScannerBed bed = bed(vertx);
        bed.deploy();
        CycleSummary last = bed.next();
        String before = moment(bed).known("incarnation");
        bed.undeploy();
        bed.send(Request.cmd(Command.DEL).arg(bed.keys.snapshot()));
        bed.send(Request.cmd(Command.HDEL).arg(bed.keys.journalState()).arg("clean"));
        bed.send(Request.cmd(Command.HSET)
                .arg(bed.keys.journalState())
                .arg("run_id")
                .arg("another"));
        bed.deploy(); // connects, and finds no snapshot
        bed.send(Request.cmd(Command.INCR).arg(bed.keys.fence())); // nothing is written
        bed.send(Request.cmd(Command.DECR).arg(bed.keys.fence()));
        bed.upstream();
        assertThatThrownBy(bed::scan).hasMessageContaining("The fence changed under a write");
        assertThat(state(bed)).containsEntry("incarnation", before);
        long number = bed.next().scanNo();
        assertThat(number).isEqualTo(last.scanNo() + JUMP + 1);
        assertThat(moment(bed).known("incarnation")).isNotEqualTo(before);
        assertThat(moment(bed).known("first")).isEqualTo(Long.toString(number));
    }

    @Test
    void aNumberThatRedisLostGoesOnFromTheJournal(Vertx vertx) throws Exception {
        ScannerBed bed = bed(vertx);
        bed.deploy();
        CycleSummary last = bed.next();
        String incarnation = moment(bed).known("incarnation");
        bed.undeploy();
        bed.send(Request.cmd(Command.DEL).arg(bed.keys.scanNo()));
        bed.deploy();
        Waiting.until(() -> bed.stats().getLong("journal_entries") == 2, () -> "nothing was journalled");
        moment(bed).assertIsOfOnePiece(TOP);
        assertThat(moment(bed).scanNo).isEqualTo(last.scanNo() + 1);

        bed.undeploy();
        bed.send(Request.cmd(Command.DEL).arg(bed.keys.scanNo()));
        bed.send(Request.cmd(Command.XTRIM).arg(bed.keys.journal()).arg("MINID").arg(last.scanNo() + 2));
        bed.deploy();
        Waiting.until(() -> bed.stats().getLong("journal_entries") == 1, () -> "nothing was journalled");
        assertThat(moment(bed).scanNo).as("all is stored, the last id is known").isEqualTo(last.scanNo() + 2);
        assertThat(moment(bed).known("incarnation")).isEqualTo(incarnation);
    }

    @Test
    void anEntryOfSomebodyElseAheadIsPassed(Vertx vertx) throws Exception {
        ScannerBed bed = bed(vertx);
        bed.deploy();
        CycleSummary last = bed.next();
        bed.send(Request.cmd(Command.XADD)
                .arg(bed.keys.journal())
                .arg(JournalEntry.id(last.scanNo() + 5))
                .arg("a")
                .arg("b"));
        bed.send(
                Request.cmd(Command.XTRIM).arg(bed.keys.journal()).arg("MAXLEN").arg(0));
        bed.upstream();
        assertThatThrownBy(bed::scan)
                .hasMessageContaining("A part of a write was refused: ERR The ID specified in XADD");
        assertThat(bed.next().scanNo()).isEqualTo(last.scanNo() + 6);
        assertThat(moment(bed).length).isEqualTo(1);
    }

    @Test
    void keysOfAnotherTypeAreNamed(Vertx vertx) throws Exception {
        ScannerBed bed = bed(vertx);
        bed.send(Request.cmd(Command.SET).arg(bed.keys.journal()).arg("x"));
        bed.deploy();
        bed.upstream();
        assertThatThrownBy(bed::scan)
                .hasMessageContaining(bed.keys.journal() + " holds a string where a stream is written");
        bed.send(Request.cmd(Command.DEL).arg(bed.keys.journal()));
        bed.send(Request.cmd(Command.SET).arg(bed.keys.journalState()).arg("x"));
        assertThatThrownBy(bed::scan)
                .hasMessageContaining(bed.keys.journalState() + " holds a string where a hash is written");
        bed.send(Request.cmd(Command.DEL).arg(bed.keys.journalState()));
        bed.next();
        moment(bed).assertIsOfOnePiece(TOP);
    }

    /// Some 12 KB an entry, so that some eighty fill it.
    private static ScannerBed small(Vertx vertx) {
        ScannerBed bed = bed(vertx);
        bed.persistence.put("top", 1000);
        bed.publish.put("journal_bytes", 1 << 20);
        return bed;
    }

    @Test
    void whatNobodyStoresIsDroppedTheOldestFirstAndNoted(Vertx vertx) throws Exception {
        ScannerBed bed = small(vertx);
        bed.deploy();
        double dropped = 0;
        for (int i = 0; i < 150; i++) {
            bed.next();
            Moment now = moment(bed);
            now.assertIsOfOnePiece(1000);
            assertThat(now.bytes).isLessThanOrEqualTo(1 << 20);
            assertThat(meter(bed, "atalaya.journal.entries")).isEqualTo((double) now.length);
            assertThat(meter(bed, "atalaya.journal.bytes")).isBetween(now.bytes * 0.99 - 10_000, now.bytes * 1.25);
            if (i == 110) {
                dropped = meter(bed, "atalaya.journal.dropped");
                assertThat(dropped).isPositive();
                bed.undeploy(); // a new one goes by what it finds
                bed.deploy();
            }
        }
        Moment now = moment(bed);
        assertThat(now.bytes).as("no more than needed").isGreaterThan((1 << 20) * 3 / 4);
        assertThat(dropped + meter(bed, "atalaya.journal.dropped"))
                .isEqualTo(now.first - Double.parseDouble(now.known("first")))
                .isGreaterThan(20);
        assertThat(Instant.parse(now.known("dropped_at")))
                .isBetween(Instant.now().minusSeconds(5), Instant.now());
    }

    @Test
    void whatTheWriterTookAwayMakesRoom(Vertx vertx) throws Exception {
        ScannerBed bed = small(vertx);
        bed.deploy();
        for (int i = 0; i < 160; i++) {
            CycleSummary cycle = bed.next();
            if (i % 40 == 39) {
                bed.send(Request.cmd(Command.XTRIM)
                        .arg(bed.keys.journal())
                        .arg("MINID")
                        .arg(cycle.scanNo() - 4));
            }
        }
        assertThat(meter(bed, "atalaya.journal.dropped")).isZero();
        assertThat(state(bed)).doesNotContainKey("dropped_below");
        bed.next();
        assertThat(bed.stats().getLong("journal_entries")).isEqualTo(6);
    }

    @Test
    void whatIsDroppedAcrossAJumpIsNoMoreThanNeeded(Vertx vertx) throws Exception {
        ScannerBed bed = small(vertx);
        bed.deploy();
        for (int i = 0; i < 60; i++) {
            bed.next();
        }
        bed.undeploy();
        Moment before = moment(bed);
        bed.send(Request.cmd(Command.HSET)
                .arg(bed.keys.journalState())
                .arg("run_id")
                .arg("another")
                .arg("clean")
                .arg("1"));
        bed.deploy();
        for (int i = 0; i < 60; i++) {
            bed.next();
            Moment now = moment(bed);
            assertThat(now.bytes).isBetween((long) (before.bytes * 0.9), 1L << 20);
        }
        Moment now = moment(bed);
        assertThat(now.first).isBetween(before.first + 10, before.scanNo);
        assertThat(now.known("dropped_below")).isEqualTo(Long.toString(now.first));
    }
}
