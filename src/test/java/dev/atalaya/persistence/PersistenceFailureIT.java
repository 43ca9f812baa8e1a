package dev.atalaya.persistence;

import static dev.atalaya.persistence.PersistenceBed.await;
import static dev.atalaya.persistence.PersistenceBed.tickers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.bus.RunSummary;
import dev.atalaya.bus.RunSummary.Reason;
import dev.atalaya.config.DatabaseSettings;
import dev.atalaya.config.PersistenceSettings.Mode;
import dev.atalaya.embedded.Port;
import dev.atalaya.embedded.ThrowawayRedis;
import dev.atalaya.testing.Relay;
import dev.atalaya.testing.Sql;
import dev.atalaya.testing.TestServers;
import dev.atalaya.testing.Waiting;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PersistenceFailureIT extends WithPersistenceBed {
    @Test
    void aDatabaseThatComesLaterIsWaitedFor() throws Exception {
        int port = Port.free();
        DatabaseSettings dark = database.at(database.uri().replaceFirst(":\\d+/", ":" + port + "/"));
        Promise<Void> schema = Promise.promise();
        bed.publishList("MARKET_OPEN", at("12:10:00"), tickers(2));
        bed.deploy(Mode.HOURLY, 5, dark, TestServers.redis(), schema::future);
        assertThat(bed.stats().getString("reason")).contains("tables are not there yet");
        schema.complete();
        awaitErrors(2);
        assertThat(bed.stats().getBoolean("degraded")).isTrue();
        assertThat(bed.stats().getString("reason")).startsWith("PostgreSQL: ");
        assertThat(bed.stats().getJsonObject("last_run").getString("status")).isEqualTo("running");

        try (Relay relay = Relay.listen(port, URI.create(database.uri()))) {
            RunSummary run = bed.nextEnded();
            assertThat(run.reason()).isEqualTo(Reason.START);
            assertThat(run.rows()).isEqualTo(2);
            assertThat(bed.stats().getBoolean("degraded")).isFalse();
            assertThat(bed.metrics.get("atalaya.persistence.retries").counter().count())
                    .as("each attempt but the first")
                    .isEqualTo(bed.metrics.get("atalaya.errors").counter().count())
                    .isGreaterThanOrEqualTo(2);
            assertThat(relay.port()).isEqualTo(port);
        }
    }

    @Test
    void aRedisThatIsAwayIsWaitedFor() throws Exception {
        try (ThrowawayRedis redis = TestServers.startRedis()) {
            bed.deploy(Mode.HOURLY, 5, database, TestServers.redisAt(redis.uri()), Future::succeededFuture);
            bed.nextEnded();
            redis.stop();
            bed.scanned("MARKET_OPEN", at("13:00:00"));
            awaitErrors(1);
            assertThat(bed.stats().getString("reason")).startsWith("Redis: ");
            redis.restart();
            assertThat(bed.nextEnded().marketTime()).isEqualTo(at("13:00:00"));
            assertThat(bed.stats().getBoolean("degraded")).isFalse();
        }
    }

    private void awaitErrors(int count) throws Exception {
        Counter errors = bed.metrics.get("atalaya.errors").counter();
        Waiting.until(() -> errors.count() >= count, () -> bed.stats().encodePrettily());
    }

    @Test
    void aRunThatFailedKeepsItsListsUntilTheyAreStored() throws Exception {
        bed.deploy(Mode.HOURLY, 5);
        bed.nextEnded();
        try (Connection connection = Sql.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER TABLE scan_results RENAME TO away");
            bed.publishList("MARKET_OPEN", at("13:00:04"), tickers(2));
            bed.scanned("MARKET_OPEN", at("13:00:04"));
            awaitErrors(1);
            bed.publishList("MARKET_OPEN", at("13:20:00"), tickers(4));
            statement.execute("ALTER TABLE away RENAME TO scan_results");
        }

        RunSummary run = bed.nextEnded();
        assertThat(run.marketTime()).isEqualTo(at("13:00:00"));
        assertThat(run.rows()).isEqualTo(2);
    }

    @Test
    void aNewerBoundaryReplacesARunThatKeepsFailing() throws Exception {
        bed.deploy(Mode.HOURLY, 5);
        bed.nextEnded();
        try (Connection connection = Sql.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER TABLE scan_results RENAME TO away");
            bed.publishList("MARKET_OPEN", at("12:59:50"), tickers(1));
            bed.scanned("MARKET_OPEN", at("13:00:00"));
            awaitErrors(1);
            bed.publishList("MARKET_OPEN", at("13:59:50"), tickers(1));
            bed.scanned("MARKET_OPEN", at("14:00:00"));
            RunSummary replaced = bed.nextEnded();
            assertThat(replaced.marketTime()).isEqualTo(at("13:00:00"));
            assertThat(replaced.status()).isEqualTo("failed");
            statement.execute("ALTER TABLE away RENAME TO scan_results");
        }

        RunSummary run = bed.nextEnded();
        assertThat(run.marketTime()).isEqualTo(at("14:00:00"));
        assertThat(run.status()).isEqualTo("completed");
    }

    @Test
    void stoppingGivesUpABatchThatHangs() throws Exception {
        String deployment = bed.deploy(Mode.HOURLY, 5);
        bed.nextEnded();
        bed.publishList("MARKET_OPEN", at("12:10:00"), tickers(3));
        try (Connection connection = Sql.connect(database);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("LOCK TABLE scan_results");
            bed.request(bed.addresses.persist(), new JsonObject());
            long start = System.nanoTime();
            await(bed.vertx.undeploy(deployment));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(7));
            connection.rollback();
        }
        assertThat(bed.query("SELECT count(*) FROM scan_results")).isEqualTo("0");
        assertThat(bed.query("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'atalaya-persistence'"))
                .isEqualTo("0");
    }
}
