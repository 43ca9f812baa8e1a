package dev.atalaya.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.bus.RunSummary;
import dev.atalaya.config.PersistenceSettings.Select;
import dev.atalaya.testing.Relay;
import dev.atalaya.testing.Relay.Unit;
import dev.atalaya.testing.Relay.Way;
import dev.atalaya.testing.Sql;
import dev.atalaya.testing.TestServers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A persistence whose wires are cut at each of its steps, each message to and from each of its servers, ends with
/// what one has that nobody disturbs.
@Timeout(120)
class KillAtEveryStepIT extends WithDatabase {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration RETRY = Duration.ofMillis(20);
    private static final int AT_ONCE = 6;

    private static final String LEDGER = """
            SELECT to_jsonb(l) - 'market' - 'stored_at' FROM persistence_ledger l WHERE market = '%s'
            ORDER BY first_scan_no
            """;
    private static final String ROWS = """
            SELECT to_jsonb(r) - 'market' FROM scan_results r WHERE market = '%s' ORDER BY time, symbol
            """;

    /// What there is in the end.
    private record Outcome(List<String> ledger, List<String> rows, Map<String, Integer> counted, long left) {}

    private static final AtomicInteger MARKETS = new AtomicInteger();
    private Connection connection;

    @BeforeEach
    void connect() throws SQLException {
        connection = Sql.connect(database);
    }

    @AfterEach
    void disconnect() throws SQLException {
        connection.close();
    }

    private synchronized List<String> query(String sql, String market) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql.formatted(market))) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }

    /// A bed with a journal that makes a complete range, a partial one, a missing one and another.
    private PersistenceBed bed() {
        PersistenceBed bed = new PersistenceBed(database, at("12:10:00"), "m" + MARKETS.incrementAndGet());
        bed.journalState("incarnation", "a", "first", "11");
        bed.appendScan(11, "PRE_MARKET", at("08:59:40"), 1, 2, 3);
        bed.appendScan(12, "PRE_MARKET", at("08:59:50"), 2, 1, 4);
        bed.appendScan(13, "MARKET_OPEN", at("10:00:00"), 1, 2);
        bed.appendScan(15, "MARKET_OPEN", at("10:00:20"), 2, 5);
        bed.appendScan(19, "MARKET_OPEN", at("12:00:00"), 1, 2, 3, 4, 5, 6);
        return bed;
    }

    private Outcome outcome(PersistenceBed bed, RunSummary run) throws SQLException {
        assertThat(run.status()).isEqualTo("completed");
        String market = bed.addresses.market();
        return new Outcome(query(LEDGER, market), query(ROWS, market), run.rowsBySession(), bed.journalLength());
    }

    private record Counts(Outcome outcome, List<Step> steps) {}

    private record Step(boolean ofRedis, Way way, long number) {}

    private Counts unharmed() throws Exception {
        try (PersistenceBed bed = bed();
                WiredWriter writer = new WiredWriter(bed, database).deploy(Select.BEST, database, TIMEOUT, RETRY)) {
            Outcome outcome = outcome(bed, bed.nextEnded());
            List<Step> steps = new ArrayList<>();
            for (Relay wire : writer.wires()) {
                for (Way way : Way.values()) {
                    for (long number = 1; number <= wire.count(way, Unit.MESSAGE); number++) {
                        steps.add(new Step(wire == writer.redis, way, number));
                    }
                }
            }
            return new Counts(outcome, steps);
        }
    }

    private Outcome cutAt(Step step) throws Exception {
        try (PersistenceBed bed = bed();
                WiredWriter writer = new WiredWriter(bed, database)) {
            Relay wire = step.ofRedis ? writer.redis : writer.postgresql;
            wire.at(step.way, Unit.MESSAGE, step.number, wire::cut);
            writer.deploy(Select.BEST, database, TIMEOUT, RETRY);
            Outcome outcome = outcome(bed, bed.nextEnded());
            assertThat(wire.isDone()).as("was cut").isTrue();
            return outcome;
        }
    }

    private Outcome killAt(Step step) throws Exception {
        try (PersistenceBed bed = bed();
                WiredWriter writer = new WiredWriter(bed, database)) {
            Relay wire = step.ofRedis ? writer.redis : writer.postgresql;
            CountDownLatch reached = new CountDownLatch(1);
            wire.at(step.way, Unit.MESSAGE, step.number, () -> {
                writer.cutOff();
                reached.countDown();
            });
            writer.deploy(Select.BEST, database, TIMEOUT, RETRY);
            reached.await();
            writer.kill();
            bed.deploy(Select.BEST, database, TestServers.redis());
            return outcome(bed, bed.nextEnded());
        }
    }

    private interface Trial {
        void run(Step step) throws Exception;
    }

    /// Some at once: most of their time they wait for the next attempt.
    private static void all(List<Step> steps, Trial trial) throws Exception {
        Semaphore places = new Semaphore(AT_ONCE);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Function<Step, Future<?>> submit = step -> threads.submit(() -> {
                places.acquire();
                try {
                    trial.run(step);
                } catch (Exception | AssertionError e) {
                    throw new AssertionError(step + ": " + e.getMessage(), e);
                } finally {
                    places.release();
                }
                return step;
            });
            for (Future<?> done : steps.stream().<Future<?>>map(submit).toList()) {
                done.get();
            }
        }
    }

    @Test
    void aWriterWhoseWireIsCutAtAnyStepStoresWhatItWouldHave() throws Exception {
        Counts counts = unharmed();
        assertThat(counts.steps).hasSizeGreaterThan(150);
        assertThat(counts.outcome.ledger).hasSize(4);
        assertThat(counts.outcome.counted).isEqualTo(Map.of("PRE_MARKET", 4, "MARKET_OPEN", 8));
        all(counts.steps, step -> assertThat(cutAt(step)).isEqualTo(counts.outcome));
    }

    @Test
    void anotherWriterGoesOnWhereOneIsKilledAtAnyStep() throws Exception {
        Counts counts = unharmed();
        all(counts.steps, step -> {
            Outcome outcome = killAt(step);
            assertThat(outcome.ledger).isEqualTo(counts.outcome.ledger);
            assertThat(outcome.rows).isEqualTo(counts.outcome.rows);
            assertThat(outcome.left).isEqualTo(counts.outcome.left);
        });
    }
}
