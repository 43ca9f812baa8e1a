package dev.atalaya.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.atalaya.bus.RunSummary;
import dev.atalaya.config.PersistenceSettings.Select;
import dev.atalaya.testing.Sql;
import dev.atalaya.testing.Waiting;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/// A database that takes no rows: for a while it answers with an error what would write.
class RefusingDatabaseIT extends WithPersistenceBed {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration RETRY = Duration.ofMillis(40);
    private static final int ATTEMPTS = 5;

    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final Logger log = (Logger) LoggerFactory.getLogger("dev.atalaya.persistence");
    private final Logger failures = (Logger) LoggerFactory.getLogger(RunFailures.class);

    @BeforeEach
    void listen() {
        logged.start();
        log.addAppender(logged);
        failures.setLevel(Level.WARN);
    }

    @AfterEach
    void listenNoMore() {
        failures.setLevel(Level.OFF);
        log.detachAppender(logged);
    }

    @ParameterizedTest
    @CsvSource({
        "53100, could not extend file: No space left on device, INSERT INTO scan_results",
        "53100, could not extend file: No space left on device, INSERT INTO persistence_ledger",
        "42501, permission denied for table scan_results, INSERT INTO scan_results",
        "25006, cannot execute INSERT in a read-only transaction, INSERT INTO persistence_ledger",
    })
    void whatItRefusesIsStoredOnceWhenItTakesItAgain(String sqlState, String sentence, String text) throws Exception {
        PublishedScans scans = new PublishedScans(bed, 11);
        scans.append(11, at("08:59:50"), List.of(2, 1, 4));
        scans.append(12, at("10:00:00"), List.of(1, 2));
        scans.append(13, at("12:00:00"), List.of(1, 2, 3, 4, 5, 6));
        try (WiredWriter writer = new WiredWriter(bed, database)) {
            writer.postgresql.refuse(text, sqlState, sentence);
            writer.deploy(Select.LATEST, database, TIMEOUT, RETRY);
            Waiting.until(
                    () -> bed.metrics.get("atalaya.errors").counter().count() >= ATTEMPTS,
                    () -> bed.stats().encodePrettily());
            JsonObject stats = bed.stats();
            assertThat(stats.getBoolean("degraded")).isTrue();
            assertThat(stats.getString("reason"))
                    .startsWith("PostgreSQL: ")
                    .contains(sentence)
                    .contains(sqlState);
            assertThat(stats.getJsonObject("last_run").getString("status")).isEqualTo("running");
            assertThat(bed.query("SELECT count(*) FROM scan_results")).isEqualTo("0");
            assertThat(bed.query("SELECT count(*) FROM persistence_ledger")).isEqualTo("0");
            assertThat(bed.journalLength()).isEqualTo(3);

            writer.postgresql.refuseNothing();
            RunSummary run = bed.nextEnded();
            assertThat(run.status()).isEqualTo("completed");
            assertThat(run.rows()).isEqualTo(10);
            assertThat(bed.stats().getBoolean("degraded")).isFalse();
            try (Connection connection = Sql.connect(database)) {
                scans.assertStored(connection, Select.LATEST);
            }
            assertThat(bed.journalLength()).isZero();
        }
        assertThat(logged.list.stream()
                        .filter(line -> line.getLevel().isGreaterOrEqual(Level.WARN))
                        .map(ILoggingEvent::getFormattedMessage)
                        .filter(line -> line.contains(sentence)))
                .as("said once a minute")
                .hasSize(1);
    }
}
