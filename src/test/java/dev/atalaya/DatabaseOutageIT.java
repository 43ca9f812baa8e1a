package dev.atalaya;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.bus.CycleSummary;
import dev.atalaya.embedded.Port;
import dev.atalaya.testing.Relay;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.net.URI;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// The scanner does not notice what the database does: pairs of spells, one with a database that works, one with
/// one that does not, while a persistence is asked for all the time. `-Datalaya.outage.pairs=5` for figures.
@ExtendWith(VertxExtension.class)
class DatabaseOutageIT {
    private static final int PAIRS = Integer.getInteger("atalaya.outage.pairs", 1);
    private static final boolean FIGURES = PAIRS > 1;
    private static final int ATTEMPTS = 3;
    private static final int SETTLE_CYCLES = 10;
    private static final int CYCLES = FIGURES ? 40 : 20;

    /// What happens to the database.
    private enum Fault {
        DOWN,
        /// Each statement takes longer than its timeout.
        SLOW,
        REFUSING,
        RESTARTING
    }

    /// Milliseconds.
    private record Spell(double median, double percentile99) {}

    private int port;
    private NodeBed bed;
    private Vertx vertx;

    @BeforeEach
    void prepare(Vertx vertx) throws Exception {
        this.vertx = vertx;
        port = Port.free();
        bed = new NodeBed(
                vertx,
                NodeBed.simulated(11_000, "10:30", "1", "150ms"),
                new JsonObject(),
                new JsonObject().put("timeout", "200ms").put("connect_timeout", "200ms"),
                uri -> uri.replaceFirst(":\\d+/", ":" + port + "/"));
    }

    @Test
    void theScannerDoesNotNotice() throws Exception {
        Relay first = relay();
        Node node = bed.start();
        bed.until(() -> bed.cycles.size() > 5 && !bed.runs.isEmpty());
        long asking =
                vertx.setPeriodic(300, timer -> vertx.eventBus().request(bed.addresses.persist(), new JsonObject()));
        spell(); // warms up
        first.close();
        for (Fault fault : Fault.values()) {
            compare(fault);
        }
        vertx.cancelTimer(asking);
        NodeBed.await(node.stop());
    }

    private Relay relay() throws Exception {
        return Relay.listen(port, URI.create("tcp://" + bed.databaseUri().getAuthority()));
    }

    /// Figures that miss the aim are taken again: the machine has other work, too.
    private void compare(Fault fault) throws Exception {
        boolean met = false;
        for (int i = 0; i < ATTEMPTS && !met; i++) {
            met = measure(fault);
        }
        assertThat(met)
                .as("the scanner does not notice that the database is %s", fault)
                .isTrue();
    }

    private boolean measure(Fault fault) throws Exception {
        List<Spell> normal = new ArrayList<>();
        List<Spell> disturbed = new ArrayList<>();
        for (int i = 0; i < PAIRS; i++) {
            try (Relay working = relay()) {
                assertThat(working.port()).isEqualTo(port);
                bed.until(() -> !isDegraded());
                normal.add(spell());
            }
            disturbed.add(disturbed(fault));
        }
        double normalMedian = median(normal.stream().map(Spell::median));
        double normal99 = median(normal.stream().map(Spell::percentile99));
        double median = median(disturbed.stream().map(Spell::median));
        double percentile99 = median(disturbed.stream().map(Spell::percentile99));
        System.out.printf(
                Locale.ROOT,
                "The database is %s: p50 %.2f ms instead of %.2f (%.2f times), p99 %.2f instead of %.2f, %d pairs%n",
                fault.name().toLowerCase(Locale.ROOT),
                median,
                normalMedian,
                median / normalMedian,
                percentile99,
                normal99,
                PAIRS);
        return FIGURES
                ? median <= normalMedian * 1.1 && percentile99 <= normal99 * 1.5 + 5
                // a single short pair says no more than that nothing waits for the database
                : median <= normalMedian * 2 + 20 && percentile99 <= normal99 * 2 + 150;
    }

    private boolean isDegraded() throws Exception {
        return bed.ask(bed.addresses.persistenceStats()).getBoolean("degraded");
    }

    private Spell degraded() throws Exception {
        Spell spell = spell();
        assertThat(isDegraded()).isTrue();
        return spell;
    }

    private Spell disturbed(Fault fault) throws Exception {
        return switch (fault) {
            case DOWN -> degraded();
            case SLOW -> {
                try (Relay relay = relay();
                        Connection connection = bed.connect();
                        Statement statement = connection.createStatement()) {
                    assertThat(relay.port()).isEqualTo(port);
                    connection.setAutoCommit(false);
                    statement.execute("LOCK TABLE persistence_ledger");
                    yield degraded();
                }
            }
            case REFUSING -> {
                try (Relay relay = relay();
                        Connection connection = bed.connect();
                        Statement statement = connection.createStatement()) {
                    assertThat(relay.port()).isEqualTo(port);
                    statement.execute("CREATE OR REPLACE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS"
                            + " $$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = '53100'; END $$");
                    statement.execute("CREATE OR REPLACE TRIGGER full_disk BEFORE INSERT ON persistence_ledger"
                            + " FOR EACH STATEMENT EXECUTE FUNCTION full_disk()");
                    Spell spell = degraded();
                    statement.execute("DROP TRIGGER full_disk ON persistence_ledger");
                    yield spell;
                }
            }
            case RESTARTING -> {
                try (Relay working = relay()) {
                    long restarting = vertx.setPeriodic(150, timer -> working.cut());
                    Spell spell = spell();
                    vertx.cancelTimer(restarting);
                    yield spell;
                }
            }
        };
    }

    /// Of the next so many cycles.
    private Spell spell() throws Exception {
        int from = bed.cycles.size() + SETTLE_CYCLES;
        bed.until(() -> bed.cycles.size() >= from + CYCLES);
        double[] millis = bed.cycles.subList(from, from + CYCLES).stream()
                .mapToDouble(CycleSummary::durationMillis)
                .sorted()
                .toArray();
        return new Spell(millis[CYCLES / 2], millis[CYCLES * 99 / 100]);
    }

    private static double median(Stream<@Nullable Double> values) {
        double[] sorted = values.mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
