package dev.atalaya.persistence;

import dev.atalaya.config.PersistenceSettings.Select;
import dev.atalaya.testing.Relay;
import dev.atalaya.testing.Relay.Unit;
import dev.atalaya.testing.Relay.Way;
import dev.atalaya.testing.Sql;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whatever goes wrong in whatever order: every published scan lies in exactly one range of the ledger, and what is
/// selected of a range is stored exactly once, or the range says that scans are lost, and they were.
/// `-Datalaya.conservation.schedules` tries more, `-Datalaya.conservation.seed` tries one again.
class ConservationIT extends WithDatabase {
    private static final Logger LOG = LoggerFactory.getLogger(ConservationIT.class);
    private static final int SCHEDULES = Integer.getInteger("atalaya.conservation.schedules", 120);
    private static final long SEED = Long.getLong("atalaya.conservation.seed", System.nanoTime() & 0xFFFF_FFFFL);
    private static final int AT_ONCE = 6;

    /// At most so many scans behind the newest are dropped.
    private static final int DROPPED = 8;

    private static final int EVENTS = 30;
    private static final Duration TIMEOUT = Duration.ofMillis(200);
    private static final Duration RETRY = Duration.ofMillis(20);
    private static final int MOST_BYTES = 8_000;
    private static final int SYMBOLS = 9;

    @Test
    void nothingIsLostOrStoredTwiceWithoutTheLedgerSayingSo() throws Exception {
        LOG.info("{} schedules from the seed {} on", SCHEDULES, SEED);
        Semaphore places = new Semaphore(AT_ONCE);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Long>> schedules = new ArrayList<>();
            for (long seed = SEED; seed < SEED + SCHEDULES; seed++) {
                long own = seed;
                schedules.add(threads.submit(() -> {
                    places.acquire();
                    try (Schedule schedule = new Schedule(own)) {
                        schedule.run();
                    } catch (Throwable e) {
                        throw new AssertionError(
                                "-Datalaya.conservation.schedules=1 -Datalaya.conservation.seed=" + own + ": "
                                        + e.getMessage(),
                                e);
                    } finally {
                        places.release();
                    }
                    return own;
                }));
            }
            for (Future<Long> done : schedules) {
                done.get();
            }
        }
    }

    /// One market, its writer and what befalls them.
    private static final class Schedule implements AutoCloseable {
        private final Random random;
        private final Select select;
        private final PersistenceBed bed;
        private final PublishedScans scans;
        private final StringBuilder story = new StringBuilder();
        private WiredWriter writer;
        private Instant time;
        private long number;

        Schedule(long seed) throws Exception {
            random = new Random(seed);
            select = random.nextBoolean() ? Select.LATEST : Select.BEST;
            time = at("08:30:00").plusSeconds(random.nextInt(3 * 3_600));
            bed = new PersistenceBed(database, time, "c" + seed);
            number = random.nextInt(DROPPED, 1_000);
            scans = new PublishedScans(bed, number);
            publish();
            writer = start();
        }

        private WiredWriter start() throws Exception {
            return new WiredWriter(bed, database).deploy(select, database, TIMEOUT, RETRY);
        }

        void run() throws Exception {
            for (int i = 0; i < EVENTS; i++) {
                event(random.nextInt(20));
                if (random.nextInt(4) == 0) {
                    Thread.sleep(random.nextInt(60));
                }
            }
            publish();
            heal();
            judge();
        }

        private void event(int which) throws Exception {
            switch (which) {
                case 0 -> told("drop", () -> scans.drop(number - random.nextInt(DROPPED)));
                case 1 -> told("lose", scans::lose);
                case 2 -> told("begin anew", this::beginAnew);
                case 3, 4 ->
                    told("kill", () -> {
                        writer.kill();
                        writer = start();
                    });
                case 5, 6, 7, 8 -> plan();
                case 9, 10, 11 ->
                    told("request", () -> bed.vertx.eventBus().send(bed.addresses.persist(), new JsonObject()));
                default -> told("publish", this::publish);
            }
        }

        private interface Event {
            void run() throws Exception;
        }

        private void told(String what, Event event) throws Exception {
            story.append(what).append(' ').append(number).append("; ");
            event.run();
        }

        /// Redis has lost the journal, and the scanner goes on with other numbers. Where nothing is stored yet, nobody
        /// can know that there were others before.
        private void beginAnew() throws Exception {
            if (!stored().equals("null")) {
                scans.lose();
                number += random.nextInt(1, 100);
                bed.journalState("incarnation", "b" + number, "first", Long.toString(number));
            }
        }

        /// The last number in the ledger.
        private String stored() throws Exception {
            return bed.query(
                    "SELECT max(last_scan_no) FROM persistence_ledger WHERE market = '" + bed.addresses.market() + "'");
        }

        /// At a byte to come, one of the wires fails.
        private void plan() {
            Relay wire = writer.wires().get(random.nextInt(2));
            Way way = Way.values()[random.nextInt(2)];
            long at = wire.count(way, Unit.BYTE) + 1 + random.nextInt(MOST_BYTES);
            int millis = random.nextInt(50, 1_000);
            int kind = random.nextInt(3);
            story.append(List.of("cut ", "freeze ", "delay ").get(kind))
                    .append(way)
                    .append(' ')
                    .append(at)
                    .append("; ");
            wire.at(way, Unit.BYTE, at, () -> {
                switch (kind) {
                    case 0 -> wire.cut();
                    case 1 -> {
                        wire.freeze();
                        Thread.ofVirtual().start(() -> {
                            pause(millis);
                            wire.thaw();
                        });
                    }
                    default -> pause(millis / 3);
                }
            });
        }

        private static void pause(int millis) {
            try {
                Thread.sleep(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        /// Some scans, as they come or far apart.
        private void publish() {
            int count = random.nextInt(1, 10);
            int seconds = random.nextInt(5) == 0 ? 2_000 : 60;
            for (int i = 0; i < count; i++) {
                time = time.plusSeconds(random.nextInt(1, seconds));
                List<Integer> symbols =
                        IntStream.rangeClosed(1, SYMBOLS).boxed().collect(Collectors.toCollection(ArrayList::new));
                Collections.shuffle(symbols, random);
                scans.append(number, time, symbols.subList(0, random.nextInt(SYMBOLS)));
                bed.scanned("MARKET_OPEN", time);
                number++;
            }
        }

        private void heal() throws Exception {
            story.append("heal");
            for (Relay wire : writer.wires()) {
                wire.forget();
                wire.thaw();
            }
        }

        /// Until the ledger has all: what was under way may close a period only.
        private void judge() throws Exception {
            long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (!stored().equals(Long.toString(scans.last())) && System.nanoTime() < end) {
                bed.tellOfScan("MARKET_OPEN", time);
                bed.request(bed.addresses.persist(), new JsonObject());
                Thread.sleep(50);
            }
            try (Connection connection = Sql.connect(database)) {
                scans.assertStored(connection, select);
            } catch (AssertionError e) {
                throw new AssertionError(
                        e.getMessage() + "\n" + story + "\n"
                                + String.join(
                                        "\n",
                                        bed.queryAll("SELECT to_jsonb(l) FROM persistence_ledger l WHERE market = '"
                                                + bed.addresses.market() + "' ORDER BY first_scan_no"))
                                + "\n" + bed.stats().getString("reason"),
                        e);
            }
        }

        @Override
        public void close() {
            writer.close();
            bed.close();
        }
    }
}
