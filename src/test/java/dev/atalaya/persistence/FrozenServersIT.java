package dev.atalaya.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.bus.RunSummary;
import dev.atalaya.config.PersistenceSettings.Select;
import dev.atalaya.testing.Relay;
import dev.atalaya.testing.Relay.Unit;
import dev.atalaya.testing.Relay.Way;
import dev.atalaya.testing.Sql;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Servers that fall silent for two seconds, or for good, and a writer that waits for a fifth of a second.
class FrozenServersIT extends WithPersistenceBed {
    private static final Duration TIMEOUT = Duration.ofMillis(200);
    private static final Duration RETRY = Duration.ofMillis(50);
    private static final Duration FREEZE = Duration.ofSeconds(2);
    private static final Select SELECT = Select.BEST;

    private PublishedScans scans;

    @BeforeEach
    void publish() {
        scans = new PublishedScans(bed, 11);
        scans.append(11, at("08:59:40"), List.of(1, 2, 3));
        scans.append(12, at("08:59:50"), List.of(2, 1, 4));
        scans.append(13, at("10:00:00"), List.of(1, 2));
        scans.append(14, at("12:00:00"), List.of(1, 2, 3, 4, 5, 6));
    }

    private void assertAllIsStored() throws Exception {
        try (Connection connection = Sql.connect(database)) {
            scans.assertStored(connection, SELECT);
        }
        assertThat(bed.query("SELECT count(*) FROM persistence_ledger WHERE status <> 'complete'"))
                .isEqualTo("0");
        assertThat(bed.query("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                        + " AND state LIKE 'idle in transaction%'"))
                .isEqualTo("0");
    }

    private void assertOutlives(WiredWriter writer, CountDownLatch frozen, Relay wire) throws Exception {
        writer.deploy(SELECT, database, TIMEOUT, RETRY);
        assertThat(frozen.await(10, TimeUnit.SECONDS)).isTrue();
        Thread.sleep(FREEZE);
        assertThat(bed.stats().getBoolean("degraded"))
                .as(() -> bed.stats().encodePrettily())
                .isTrue();
        wire.thaw();
        RunSummary run = bed.nextEnded();
        assertThat(run.status()).isEqualTo("completed");
        Thread.sleep(TIMEOUT); // whatever comes late
        assertAllIsStored();
        assertThat(bed.query("SELECT sum(rows_stored) FROM persistence_ledger"))
                .isEqualTo(Integer.toString(run.rows()));
    }

    static Stream<Arguments> texts() {
        return Stream.of(
                Arguments.of("BEGIN", 2),
                Arguments.of("INSERT INTO persistence_ledger", 1),
                Arguments.of("INSERT INTO scan_results", 2),
                Arguments.of("UPDATE", 1),
                Arguments.of("COMMIT", 1),
                Arguments.of("COMMIT", 3));
    }

    /// Requests that are held while the client gives up reach the server late: a commit too.
    @ParameterizedTest
    @MethodSource("texts")
    void aDatabaseThatFreezesAtAStatement(String text, int occurrence) throws Exception {
        try (WiredWriter writer = new WiredWriter(bed, database)) {
            CountDownLatch frozen = new CountDownLatch(1);
            writer.postgresql.atText(text, occurrence, () -> {
                writer.postgresql.freeze();
                frozen.countDown();
            });
            assertOutlives(writer, frozen, writer.postgresql);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hmget", "xrange", "xtrim"})
    void aRedisThatFreezesAtACommand(String text) throws Exception {
        try (WiredWriter writer = new WiredWriter(bed, database)) {
            CountDownLatch frozen = new CountDownLatch(1);
            writer.redis.atText(text, 1, () -> {
                writer.redis.freeze();
                frozen.countDown();
            });
            assertOutlives(writer, frozen, writer.redis);
        }
    }

    /// The server has done what it was asked for, and the answer stays away.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void connectionsThatStayFrozenForGood(boolean ofRedis) throws Exception {
        try (WiredWriter writer = new WiredWriter(bed, database)) {
            Relay wire = ofRedis ? writer.redis : writer.postgresql;
            writer.deploy(SELECT, database, TIMEOUT, RETRY);
            assertThat(bed.nextEnded().status()).isEqualTo("completed");
            for (int number = 15; number < 21; number++) {
                scans.append(number, at("12:00:00").plusSeconds(number), List.of(number));
                wire.at(Way.REPLY, Unit.MESSAGE, wire.count(Way.REPLY, Unit.MESSAGE) + 2, wire::freezeThose);
                bed.tellOfScan("MARKET_OPEN", at("12:10:10"));
                bed.request(bed.addresses.persist(), new JsonObject());
                assertThat(bed.nextEnded().status()).isEqualTo("completed");
                assertThat(wire.isDone()).isTrue();
            }
            assertAllIsStored();
        }
    }

    /// The server is told of no end, as when a cable is pulled: it must not keep the ledger from the next connection.
    @Test
    void aTransactionWhoseClientIsGoneDoesNotBlockTheNext() throws Exception {
        try (WiredWriter writer = new WiredWriter(bed, database)) {
            writer.postgresql.atText("INSERT INTO scan_results", 1, writer.postgresql::freezeThose);
            writer.deploy(SELECT, database, TIMEOUT, RETRY);
            assertThat(bed.nextEnded(Duration.ofSeconds(20)).status()).isEqualTo("completed");
            assertAllIsStored();
        }
    }
}
