package dev.atalaya.scanner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.testing.FirstSystem;
import dev.atalaya.testing.TestServers;
import dev.atalaya.testing.Waiting;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// The scanner beside another one that knows no fence, on a real Redis.
@ExtendWith(VertxExtension.class)
@Timeout(120)
class OtherPublisherIT {
    private static final Duration OFTEN = Duration.ofMillis(300);
    private static final String QUIET = "quiet for 5 s. Stop the other one";

    private ScannerBed bed;
    private FirstSystem other;

    @BeforeEach
    void upstream(Vertx vertx) throws Exception {
        bed = ScannerBed.create(vertx);
        bed.interval = "500ms";
        bed.publish.put("session_ttl", "60s");
        other = new FirstSystem(bed.redis, bed.keys, "MARKET_OPEN");
        for (int i = 0; i < ScannerBed.TICKERS; i++) {
            bed.send(Request.cmd(Command.SET)
                    .arg(bed.keys.reference(bed.market.symbol(i)))
                    .arg(bed.market.reference(i)));
        }
        bed.upstream();
    }

    private void untilRefused(String key) throws Exception {
        Waiting.until(
                () -> reason().startsWith("Another publisher, which knows no fence, writes " + key)
                        && reason().contains(QUIET),
                this::said);
        assertThat(bed.stats().getBoolean("ready")).isFalse();
    }

    private void untilReady() throws Exception {
        Waiting.until(
                () -> {
                    bed.upstream();
                    return bed.stats().getBoolean("ready")
                            && bed.send(Request.cmd(Command.GET).arg(bed.keys.scanNo())) != null;
                },
                this::said);
    }

    private String reason() throws Exception {
        return String.valueOf(bed.stats().getString("reason"));
    }

    private String said() {
        try {
            return bed.stats().encode();
        } catch (Exception e) {
            return e.toString();
        }
    }

    @Test
    void nothingIsPublishedUntilTheOtherHasStoppedAndThenTheSequencesGoOnByOne() throws Exception {
        StreamConsumer consumer = new StreamConsumer(bed.redis, bed.keys.deltas());
        other.start(OFTEN);
        Waiting.until(
                () -> bed.send(Request.cmd(Command.GET).arg(bed.keys.sequence("reversals"))) != null,
                () -> "the first system publishes nothing");
        bed.start();
        bed.firstCycle();
        untilRefused(bed.keys.prefix());
        Thread.sleep(Duration.ofSeconds(7)); // longer than it must be quiet
        untilRefused(bed.keys.prefix());
        assertThat(bed.send(Request.cmd(Command.GET).arg(bed.keys.scanNo()))).isNull();
        assertThat(bed.send(Request.cmd(Command.EXISTS).arg(bed.keys.journal())))
                .hasToString("0");

        other.stop();
        consumer.follow();
        Map<String, Long> last = consumer.sequences();
        int snapshots = consumer.snapshots;
        assertThat(last).hasSize(11);
        long begin = System.nanoTime();
        untilReady();
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isBetween(Duration.ofSeconds(3), Duration.ofSeconds(15));
        consumer.follow(); // insists on + 1
        assertThat(consumer.snapshots).as("each list is sent whole once").isGreaterThanOrEqualTo(snapshots + 11);
        assertThat(consumer.sequences())
                .allSatisfy((list, number) -> assertThat(number).as(list).isGreaterThan(last.get(list)));
    }

    @Test
    void whatTheOtherLeftIsTakenOverWhenNobodyHasWrittenForAWhile() throws Exception {
        for (int i = 0; i < 3; i++) {
            other.scan();
        }
        bed.start();
        Waiting.until(
                () -> reason().startsWith("The lists in Redis are not those of a scanner that knows the fence"),
                this::said);
        untilReady();
        assertThat(Long.parseLong(bed.text(bed.keys.sequence("winners")))).isBetween(4L, 100L);
    }

    @Test
    void whoPublishesLaterIsSeenTooAndGivenWay() throws Exception {
        bed.start();
        untilReady();
        StreamConsumer consumer = new StreamConsumer(bed.redis, bed.keys.deltas());
        consumer.follow();
        Thread upstream = Thread.ofPlatform().start(() -> {
            try {
                while (!Thread.interrupted()) {
                    bed.upstream();
                    Thread.sleep(200);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        try {
            other.start(OFTEN);
            untilRefused(bed.keys.prefix());
            long scans = Long.parseLong(bed.text(bed.keys.scanNo()));
            Thread.sleep(Duration.ofSeconds(6));
            assertThat(bed.text(bed.keys.scanNo())).isEqualTo(Long.toString(scans));
            other.stop();
            untilReady();
            Waiting.until(() -> Long.parseLong(bed.text(bed.keys.scanNo())) > scans, this::said);
        } finally {
            upstream.interrupt();
            upstream.join();
        }
    }

    @Test
    void aListOfAnotherAloneIsSeen() throws Exception {
        bed.start();
        untilReady();
        Waiting.until(
                () -> {
                    bed.upstream();
                    bed.send(Request.cmd(Command.SET)
                            .arg(bed.keys.session("MARKET_OPEN"))
                            .arg("[]"));
                    Thread.sleep(50);
                    return reason().contains(bed.keys.session("MARKET_OPEN"));
                },
                this::said);
        untilReady();
    }

    @Test
    void anotherScannerOfOursIsNotMistakenForOne(Vertx vertx) throws Exception {
        bed.start();
        untilReady();
        long scans = Long.parseLong(bed.text(bed.keys.scanNo()));
        Vertx elsewhere = Vertx.vertx();
        try {
            ScannerBed second = new ScannerBed(elsewhere, TestServers.redis(), bed.keys.prefix());
            second.interval = "10s";
            long begin = System.nanoTime();
            second.start();
            second.firstCycle();
            second.upstream();
            second.scan();
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
            assertThat(Long.parseLong(bed.text(bed.keys.scanNo()))).isGreaterThan(scans);
        } finally {
            ScannerBed.await(elsewhere.close());
        }
    }
}
