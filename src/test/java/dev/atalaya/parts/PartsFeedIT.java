package dev.atalaya.parts;

import static dev.atalaya.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atalaya.scanner.Rules;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A market in parts on a real Redis; the same market undivided is the oracle.
@ExtendWith(VertxExtension.class)
@Timeout(120)
class PartsFeedIT {
    private static final int ROUNDS = 25;

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private Instant time = PartsBed.TIME;
    private @Nullable PartsBed made;

    private PartsBed bed(Vertx vertx, int parts) throws Exception {
        PartsBed bed = new PartsBed(vertx, parts, 20 + random.nextInt(200), seed);
        made = bed;
        bed.deploy("n1");
        return bed;
    }

    @AfterEach
    void close() throws Exception {
        if (made != null) {
            made.close();
        }
    }

    private void write(PartsBed bed) throws Exception {
        time = time.plusSeconds(1);
        bed.upstream.write(time, random.nextBoolean());
    }

    private void assertEqual(PartsBed bed, PartsFeed feed) throws Exception {
        assertThat(bed.scan(feed)).as("seed %s", seed).isPresent().isEqualTo(bed.scanWhole());
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "2, 3", "3, 2", "4, 1", "4, 2", "4, 3", "5, 3", "7, 2", "64, 3"})
    void aMarketInPartsIsScannedAsOneThatIsNotDivided(int parts, int nodes, Vertx vertx) throws Exception {
        PartsBed bed = bed(vertx, parts);
        String[] others = new String[nodes - 1];
        for (int i = 0; i < others.length; i++) {
            others[i] = "n" + (i + 2);
            bed.deploy(others[i]);
        }
        PartsFeed feed = bed.merging("n1", others);
        for (int round = 0; round < ROUNDS; round++) {
            write(bed);
            if (random.nextInt(4) == 0) { // as a standby that is about to take over
                assertThat(bed.rehearse(feed)).isPresent();
            }
            assertEqual(bed, feed);
            assertThat(bed.scan(feed)).as("nothing new").isEmpty();
        }
        bed.upstream.write(time.minusSeconds(1), false);
        assertEqual(bed, feed); // the gate, not the feed, refuses what is older
    }

    /// Stands in the place of a node, and counts how often it is asked.
    ///
    /// @param forwards which of its requests it hands on, and when; null: that is never answered
    private static AtomicInteger instead(
            PartsBed bed, String id, String realId, IntFunction<@Nullable Future<?>> forwards) {
        AtomicInteger asked = new AtomicInteger();
        bed.vertx.eventBus().<JsonObject>consumer(bed.addresses.scannerParts(id), message -> {
            Future<?> before = forwards.apply(asked.getAndIncrement());
            if (before != null) {
                before.compose(ready -> bed.vertx
                                .eventBus()
                                .<Buffer>request(bed.addresses.scannerParts(realId), message.body()))
                        .onSuccess(answer -> message.reply(answer.body()))
                        .onFailure(e -> message.fail(503, "" + e.getMessage()));
            }
        });
        return asked;
    }

    @Test
    void whatANodeThatFallsSilentDoesNotScanAnotherDoesAndItIsNotAskedForAWhile(Vertx vertx) throws Exception {
        PartsBed bed = bed(vertx, 5);
        bed.deploy("n2");
        bed.deploy("real");
        AtomicInteger asked = instead(bed, "n3", "real", turn -> turn < 2 ? Future.succeededFuture() : null);
        PartsFeed feed = bed.merging("n1", "n2", "n3");
        for (int round = 0; round < 6; round++) {
            write(bed);
            assertEqual(bed, feed);
        }
        assertThat(asked).hasValue(3);
    }

    @Test
    void aNodeThatEndsInTheMiddleCostsNoCycle(Vertx vertx) throws Exception {
        PartsBed bed = bed(vertx, 4);
        String second = bed.deploy("n2");
        PartsFeed feed = bed.merging("n1", "n2", "nobody");
        for (int round = 0; round < 6; round++) {
            write(bed);
            Future<Void> ending = round == 3 ? vertx.undeploy(second) : Future.succeededFuture();
            assertEqual(bed, feed);
            await(ending);
        }
    }

    @Test
    void whatIsOfAnOlderSnapshotIsAskedForAgain(Vertx vertx) throws Exception {
        PartsBed bed = bed(vertx, 6);
        bed.deploy("n2");
        bed.deploy("real");
        AtomicInteger asked = instead(bed, "n3", "real", turn -> {
            if (turn > 0) {
                return Future.succeededFuture();
            }
            // long enough for the others to have read the one before
            return vertx.timer(300, TimeUnit.MILLISECONDS).compose(late -> writing(bed));
        });
        PartsFeed feed = bed.merging("n1", "n2", "n3");
        write(bed);
        assertEqual(bed, feed);
        assertThat(asked.get()).isGreaterThan(1); // in turns
        assertThat(bed.scan(feed)).isEmpty();
    }

    private Future<?> writing(PartsBed bed) {
        return bed.vertx.executeBlocking(() -> {
            write(bed);
            return time;
        });
    }

    @Test
    void snapshotsThatChangeFasterThanTheyAreReadFailTheCycle(Vertx vertx) throws Exception {
        PartsBed bed = bed(vertx, 2);
        bed.deploy("real");
        instead(
                bed,
                "n2",
                "real",
                turn -> writing(bed)
                        .compose(written -> vertx.timer(100, TimeUnit.MILLISECONDS))
                        .compose(read -> writing(bed)));
        PartsFeed feed = bed.merging("n1", "n2");
        write(bed);
        assertThatThrownBy(() -> bed.scan(feed)).hasMessageContaining("of different snapshots");
    }

    @Test
    void aNodeThatScansByOtherRulesIsLeftOutUntilItDoesNot(Vertx vertx) throws Exception {
        PartsBed bed = bed(vertx, 4);
        bed.deploy("n2");
        PartsFeed feed = bed.merging("n1", "n2");
        write(bed);
        assertEqual(bed, feed);
        PartRules others = new PartRules(bed.market(4, 7), Rules::of);
        bed.deploy("n3", others);
        PartsFeed withThird = bed.merging("n1", "n2", "n3");
        write(bed);
        assertThat(bed.scan(withThird)).isPresent().isEqualTo(bed.scanWhole());
        feed.takeUp(bed.market(4, 7)); // all but the third scan by what the bed has
        write(bed);
        assertThat(bed.scan(bed.merging("n1", "n2", "n3"))).isPresent().isEqualTo(bed.scanWhole());
    }

    @Test
    void withoutASnapshotTheReasonIsTheFeeds(Vertx vertx) throws Exception {
        PartsBed bed = bed(vertx, 3);
        bed.deploy("real");
        AtomicInteger asked = instead(bed, "n2", "real", turn -> Future.succeededFuture());
        PartsFeed feed = bed.merging("n1", "n2");
        assertThatThrownBy(() -> bed.scan(feed)).hasMessageContaining("There is no " + bed.keys.snapshot());
        write(bed);
        assertEqual(bed, feed);
        assertThat(asked).as("asked again at once").hasValue(2);
    }
}
