package dev.atalaya.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.ChildJvm;
import dev.atalaya.config.PersistenceSettings.Select;
import dev.atalaya.market.MarketClock;
import dev.atalaya.testing.Sql;
import dev.atalaya.testing.TestServers;
import dev.atalaya.testing.Waiting;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A writer in a process of its own is killed with SIGKILL again and again while a fast market goes on.
/// `-Datalaya.kills` says how often, `-Datalaya.kills.seed` when.
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class WriterKillIT extends WithPersistenceBed {
    private static final Logger LOG = LoggerFactory.getLogger(WriterKillIT.class);
    private static final int KILLS = Integer.getInteger("atalaya.kills", 20);
    private static final Select SELECT = Select.BEST;

    /// An hour in a tenth of a second.
    private static final double SPEED = 36_000;

    private static final Instant MARKET_START = at("09:00:00");
    private static final int SYMBOLS = 9;
    private static final long FIRST = 1_001;

    private final Instant wallStart = Instant.now();
    private final MarketClock clock = WriterAlone.clock(wallStart, MARKET_START, SPEED);
    private final Random random = new Random();

    private volatile boolean marketGoesOn = true;

    private Process start(Path folder) throws Exception {
        return ChildJvm.ofTests(folder, WriterAlone.class.getName())
                .option("-XX:TieredStopAtLevel=1")
                .option("-XX:+UseSerialGC")
                .start(
                        TestServers.redis().uri(),
                        database.uri(),
                        database.user(),
                        database.password().value(),
                        bed.keys.prefix(),
                        SELECT.name(),
                        wallStart.toString(),
                        MARKET_START.toString(),
                        Double.toString(SPEED));
    }

    /// About twenty scans an hour.
    private PublishedScans market(Random own) {
        PublishedScans scans = new PublishedScans(bed, FIRST);
        Instant last = Instant.MIN;
        while (marketGoesOn) {
            Instant now = Instant.ofEpochSecond(clock.instant().getEpochSecond());
            if (now.isAfter(last)) {
                List<Integer> symbols =
                        IntStream.rangeClosed(1, SYMBOLS).boxed().collect(Collectors.toCollection(ArrayList::new));
                Collections.shuffle(symbols, own);
                scans.append(FIRST + scans.count(), now, symbols.subList(0, own.nextInt(SYMBOLS)));
                last = now;
            }
            try {
                Thread.sleep(own.nextInt(10));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        return scans;
    }

    private long stored() throws Exception {
        return Long.parseLong(bed.query("SELECT coalesce(max(last_scan_no), 0) FROM persistence_ledger"));
    }

    /// Mostly soon after it began to work off what waited for it, sometimes before it can.
    ///
    /// @return whether it had stored something
    private boolean isKilledAtWork(Path folder) throws Exception {
        long before = stored();
        Process writer = start(folder);
        try {
            if (random.nextInt(5) > 0) {
                Waiting.until(() -> stored() > before, () -> "the writer stores nothing");
                Thread.sleep(random.nextInt(150));
            } else {
                Thread.sleep(random.nextInt(1_000));
            }
        } finally {
            writer.destroyForcibly();
        }
        assertThat(writer.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(writer.exitValue()).isEqualTo(128 + 9);
        return stored() > before;
    }

    @Test
    void aWriterThatIsKilledAgainAndAgainLosesNothing(@TempDir Path folder) throws Exception {
        long seed = Long.getLong("atalaya.kills.seed", System.nanoTime() & 0xFFFF_FFFFL);
        LOG.info("{} kills from the seed {}", KILLS, seed);
        random.setSeed(seed);
        CompletableFuture<PublishedScans> market =
                CompletableFuture.supplyAsync(() -> market(new Random(seed)), Thread::startVirtualThread);
        int atWork = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            atWork += isKilledAtWork(folder) ? 1 : 0;
        }
        marketGoesOn = false;
        PublishedScans scans = market.get(10, TimeUnit.SECONDS);
        LOG.info("{} of {} had stored something, of {} scans", atWork, KILLS, scans.count());

        Process last = start(folder);
        try (Connection connection = Sql.connect(database)) {
            Waiting.until(() -> stored() == scans.last(), () -> "the ledger does not go on");
            scans.assertStored(connection, SELECT);
            assertThat(bed.query("SELECT count(*) FROM persistence_ledger WHERE status <> 'complete'"))
                    .isEqualTo("0");
        } finally {
            last.destroyForcibly();
        }
    }
}
