package dev.atalaya.bench;

import dev.atalaya.bus.CycleSummary;
import dev.atalaya.bus.MarketAddresses;
import dev.atalaya.bus.PublishedLists;
import dev.atalaya.bus.RunSummary;
import dev.atalaya.bus.ServedMarket;
import dev.atalaya.config.DatabaseSettings;
import dev.atalaya.config.HttpSettings;
import dev.atalaya.config.RedisSettings;
import dev.atalaya.config.Settings;
import dev.atalaya.feed.RedisFeed;
import dev.atalaya.http.HttpVerticle;
import dev.atalaya.market.MarketClock;
import dev.atalaya.market.MarketSession;
import dev.atalaya.market.SimulatedCalendar;
import dev.atalaya.persistence.PersistenceVerticle;
import dev.atalaya.persistence.WriterFence;
import dev.atalaya.redis.Keys;
import dev.atalaya.scanner.ScannerSetup;
import dev.atalaya.scanner.ScannerVerticle;
import dev.atalaya.schema.Migrations;
import dev.atalaya.testing.Sql;
import dev.atalaya.testing.TestServers;
import dev.atalaya.testing.Waiting;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// All of the service, fed from Redis, on a real Redis and a PostgreSQL database of its own, at an exchange where
/// it is the time that it is told. It scans when it is told.
final class ServiceBed implements AutoCloseable {
    private static final LocalDate DAY = LocalDate.EPOCH;

    private final Vertx vertx;
    private final MarketAddresses addresses;
    private final DatabaseSettings database = TestServers.freshDatabase();
    private final HttpVerticle http;
    private final Deque<String> deployments = new ArrayDeque<>();
    private final List<RunSummary> runs = new CopyOnWriteArrayList<>();
    private final List<String> categories;

    /// @param name of the market; one scanner a name
    /// @param prefix before all its keys
    /// @param start what time it is at the exchange
    ServiceBed(Vertx vertx, RedisSettings redis, String name, String prefix, String mode, LocalTime start)
            throws Exception {
        this.vertx = vertx;
        this.addresses = new MarketAddresses(name);
        new Migrations(database).migrate();
        Settings settings = ScannerHost.settings(vertx, name, prefix, mode);
        categories = settings.market().scan().categories().stream()
                .map(category -> category.name())
                .toList();
        Instant now = InstantSource.system().instant();
        SimulatedCalendar calendar = new SimulatedCalendar(now, start, DAY);
        MarketClock clock = MarketClock.live(InstantSource.system());
        PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        PublishedLists lists = new PublishedLists();
        PersistenceVerticle persistence = new PersistenceVerticle(
                addresses,
                settings.persistence(),
                database,
                redis,
                new Keys(prefix),
                calendar,
                clock,
                InstantSource.system(),
                metrics,
                Future::succeededFuture,
                WriterFence.unchecked());
        ScannerVerticle scanner = new ScannerVerticle(
                vertx,
                new ScannerSetup(
                        settings.market(),
                        redis,
                        settings.persistence(),
                        calendar,
                        clock,
                        InstantSource.system(),
                        where -> new RedisFeed(
                                where,
                                redis,
                                new Keys(prefix),
                                settings.market().feed(),
                                InstantSource.system()),
                        lists,
                        metrics,
                        Optional.empty()));
        http = new HttpVerticle(
                new HttpSettings("127.0.0.1", List.of(0), Duration.ofSeconds(2), Duration.ZERO),
                List.of(new ServedMarket(
                        addresses,
                        lists,
                        calendar.sessions().stream().map(MarketSession::name).toList())),
                metrics);
        vertx.eventBus().<JsonObject>consumer(addresses.persistenceRuns(), message -> {
            runs.add(RunSummary.fromJson(message.body()));
        });
        DeploymentOptions worker = new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER);
        deployments.push(Waiting.await(vertx.deployVerticle(persistence, worker)));
        deployments.push(Waiting.await(vertx.deployVerticle(scanner)));
        deployments.push(Waiting.await(vertx.deployVerticle(http)));
        ScannerHost.awaitFirst(vertx, addresses);
    }

    List<String> categories() {
        return categories;
    }

    int port() {
        return http.actualPorts().getFirst();
    }

    CycleSummary scan() throws Exception {
        return ScannerHost.scan(vertx, addresses);
    }

    /// Asks for a persistence, without waiting for its end.
    void persist() {
        vertx.eventBus().request(addresses.persist(), new JsonObject());
    }

    /// Asks for a persistence and answers how it went.
    RunSummary persistNow() throws Exception {
        String run = Waiting.await(vertx.eventBus().<JsonObject>request(addresses.persist(), new JsonObject()))
                .body()
                .getString("run_id");
        Waiting.until(() -> ended(run) != null, () -> "the run " + run + " among " + runs);
        return Objects.requireNonNull(ended(run));
    }

    private @Nullable RunSummary ended(String run) {
        return runs.stream()
                .filter(summary ->
                        summary.runId().equals(run) && summary.finished().isPresent())
                .findFirst()
                .orElse(null);
    }

    /// The runs that have ended.
    List<RunSummary> runs() {
        return runs;
    }

    /// What PostgreSQL answers to a question for a number; asked over a connection of its own.
    long ask(String question) throws Exception {
        return Long.parseLong(Sql.query(database, question).getFirst());
    }

    @Override
    public void close() {
        while (!deployments.isEmpty()) {
            vertx.undeploy(deployments.pop())
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        }
    }
}
