package dev.atalaya;

import dev.atalaya.bus.FailureLog;
import dev.atalaya.cli.AtalayaCommandLine;
import dev.atalaya.cli.Commands;
import dev.atalaya.cli.CompareRequest;
import dev.atalaya.cli.ProbeCall;
import dev.atalaya.compare.Comparison;
import dev.atalaya.compare.ComparisonReport;
import dev.atalaya.config.ClusterSettings;
import dev.atalaya.config.EmbeddedSettings;
import dev.atalaya.config.MarketSettings;
import dev.atalaya.config.RedisSettings;
import dev.atalaya.config.Secret;
import dev.atalaya.config.Settings;
import dev.atalaya.config.SettingsException;
import dev.atalaya.config.SettingsLoader;
import dev.atalaya.embedded.EmbeddedServers;
import dev.atalaya.persistence.Backfill;
import dev.atalaya.redis.Keys;
import dev.atalaya.redis.RedisLink;
import dev.atalaya.schema.MigrationException;
import dev.atalaya.schema.Migrations;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.micrometer.MicrometerMetricsFactory;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Reads settings, constructs a node and runs it until the process is told to end.
public final class Main implements Commands {
    private static final Duration SHUTDOWN = Duration.ofMillis(8500); // a container is killed after ten seconds
    private static final Duration RESERVE = Duration.ofMillis(1500);
    private static final long SERVERS_START_SECONDS = 4; // that a shutdown waits for

    private final PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    private final PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    private final PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Shutdown shutdown = new Shutdown(SHUTDOWN, RESERVE);

    private Main() {}

    public static void main(String[] arguments) {
        speakTheSameEverywhere();
        Main main = new Main();
        Runtime.getRuntime().addShutdownHook(new Thread(main.shutdown, "shutdown"));
        System.exit(AtalayaCommandLine.execute(arguments, main, version(), main.out, main.err));
    }

    /// What libraries say, too, is the same in every locale, and UTF-8 whatever charset the locale has.
    private static void speakTheSameEverywhere() {
        Locale.setDefault(Locale.ROOT);
        System.setOut(new PrintStream(System.out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(System.err, true, StandardCharsets.UTF_8));
    }

    static String version() {
        return Objects.requireNonNullElse(Main.class.getPackage().getImplementationVersion(), "(not packaged)");
    }

    @Override
    public int run(Optional<Path> file, boolean clustered) throws SettingsException {
        return withServers(file, (alone, read) -> {
            Settings settings = clustered ? read.clustered() : read;
            Vertx vertx = settings.cluster().enabled() ? join(settings.cluster()) : alone;
            Future<Node> node = Node.start(vertx, settings, metrics, InstantSource.system());
            shutdown.first(() -> await(node.compose(Node::stop).otherwiseEmpty()));
            Node started = await(node);
            new Banner(version(), settings, started.ports(), started.bridgePort()).print(out);
            if (file.isPresent()) {
                SettingsWatch watch = new SettingsWatch(
                        vertx,
                        file.get(),
                        settings,
                        () -> loader(vertx).fromFile(file.get()).map(again -> alike(again, settings)),
                        started::takeUp,
                        InstantSource.system());
                watch.start();
                shutdown.first(watch::stop);
            }
            new CountDownLatch(1).await(); // until the process is told to end
            return 0;
        });
    }

    /// What was read again, with what the command line and the embedded servers made of it at the start.
    private static Settings alike(Settings again, Settings started) {
        Settings clustered = started.cluster().enabled() ? again.clustered() : again;
        return started.embedded().enabled()
                ? clustered.on(
                        started.redis().uri(),
                        started.database().uri(),
                        started.database().user(),
                        started.database().password())
                : clustered;
    }

    /// Another Vert.x than the one that the settings were read with, among the other nodes.
    private Vertx join(ClusterSettings settings) throws ExecutionException, InterruptedException {
        Future<Vertx> joined =
                Clustering.join(Vertx.builder().withMetrics(new MicrometerMetricsFactory(metrics)), settings);
        shutdown.first(() -> await(joined.compose(Vertx::close).otherwiseEmpty()));
        return await(joined);
    }

    @Override
    public int deploy(Optional<Path> file, int instances, boolean clustered) throws SettingsException {
        return withVertx(alone -> {
            JsonObject configuration =
                    await(file.map(loader(alone)::overrides).orElseGet(() -> Future.succeededFuture(new JsonObject())));
            ClusterSettings cluster = await(new SettingsLoader(alone, Environment.ofProcess(), MainVerticle::problems)
                            .fromObject(configuration))
                    .cluster();
            Vertx vertx = clustered || cluster.enabled() ? join(cluster) : alone;
            Future<String> deployment = vertx.deployVerticle(
                    () -> new MainVerticle(Environment.ofProcess(), metrics),
                    new DeploymentOptions().setConfig(configuration).setInstances(instances));
            shutdown.first(() -> await(deployment.compose(vertx::undeploy).otherwiseEmpty()));
            await(deployment);
            new CountDownLatch(1).await(); // until the process is told to end
            return 0;
        });
    }

    @Override
    public int migrate(Optional<Path> file) throws SettingsException {
        return withServers(file, (vertx, settings) -> {
            Migrations.Result done = new Migrations(settings.database()).migrate();
            out.printf(
                    Locale.ROOT,
                    "The database's schema has version %s; %d migrations were applied; %s%n",
                    done.version(),
                    done.applied(),
                    done.timescale() ? "TimescaleDB" : "plain PostgreSQL");
            return 0;
        });
    }

    @Override
    public int backfill(Optional<Path> file, Optional<String> market, Optional<Instant> from, Optional<Instant> to)
            throws SettingsException {
        return withServers(file, (vertx, settings) -> {
            List<MarketSettings> markets = market.isPresent() ? List.of(settings.market(market)) : settings.markets();
            if (settings.database().migrate()) {
                new Migrations(settings.database()).migrate();
            }
            boolean isDone = true;
            for (MarketSettings each : markets) {
                isDone &= backfill(vertx, settings.of(each), from, to);
            }
            return isDone ? 0 : 1;
        });
    }

    /// @param settings with one market alone
    private boolean backfill(Vertx vertx, Settings settings, Optional<Instant> from, Optional<Instant> to)
            throws Exception {
        MarketSettings market = settings.market();
        Backfill backfill = new Backfill(
                vertx,
                market.name(),
                settings.persistence(),
                settings.database(),
                settings.redis(),
                new Keys(market.keyPrefix()),
                MarketAssembly.of(market, settings.redis(), InstantSource.system())
                        .calendar());
        String outcome = await(backfill.run(from, to, out::println)
                .onFailure(e -> err.println("The backfill stopped: " + e.getMessage()))
                .otherwise(""));
        out.print(outcome.isEmpty() ? "" : outcome + System.lineSeparator());
        out.flush();
        return !outcome.isEmpty();
    }

    @Override
    public int probe(ProbeCall call) throws SettingsException {
        Logging.keepOutOfTheOutput();
        return withVertx(alone -> {
            SettingsLoader loader = new SettingsLoader(alone, Environment.ofProcess());
            Settings settings =
                    await(call.settings().map(loader::fromFile).orElseGet(() -> loader.fromBundled("embedded")));
            Probe probe = new Probe(call, settings, out, err);
            return probe.needsNobody() ? probe.list() : probe.run(call.clustered() ? join(settings.cluster()) : alone);
        });
    }

    /// Starts no servers: where the settings have embedded ones, those of the running service are asked.
    @Override
    public int compare(Optional<Path> file, Optional<String> market, CompareRequest request) throws SettingsException {
        return withVertx(vertx -> {
            Settings settings = await(file.map(loader(vertx)::fromFile)
                    .orElseGet(() -> loader(vertx).fromBundled("embedded")));
            String prefix = settings.market(market).keyPrefix();
            if (prefix.equals(request.with())) {
                throw new SettingsException(List.of("compare --with: '" + prefix
                        + "'; allowed is another prefix than market.key_prefix, which it is"));
            }
            EmbeddedSettings own = settings.embedded();
            RedisSettings redis = own.enabled()
                    ? new RedisSettings(
                            "redis://127.0.0.1:" + own.redisPort(),
                            "",
                            new Secret(""),
                            settings.redis().timeout())
                    : settings.redis();
            Comparison comparison = new Comparison(
                    new RedisLink(vertx, redis), prefix, request.with(), request.top(), request.tolerancePercent());
            try {
                ComparisonReport report = await(comparison.run());
                if (request.json()) {
                    report.printJson(out);
                } else {
                    report.print(out);
                }
                return report.isSame() ? 0 : AtalayaCommandLine.DIFFERENT;
            } catch (ExecutionException e) {
                err.println("The lists were not compared: "
                        + FailureLog.sentence(Objects.requireNonNullElse(e.getCause(), e)));
                return 1;
            }
        });
    }

    private interface Work {
        int with(Vertx vertx) throws Exception;
    }

    private interface WorkWithSettings {
        int with(Vertx vertx, Settings settings) throws Exception;
    }

    /// Does the work with the settings and, where they ask for them, embedded servers.
    private int withServers(Optional<Path> file, WorkWithSettings work) throws SettingsException {
        return withVertx(vertx -> {
            SettingsLoader loader = loader(vertx);
            Settings settings = await(file.map(loader::fromFile).orElseGet(() -> loader.fromBundled("embedded")));
            Logging.apply(settings.log());
            if (settings.embedded().enabled()) {
                EmbeddedServers servers = start(settings.embedded());
                settings = settings.on(
                        servers.redisUri(),
                        servers.databaseUri(),
                        EmbeddedServers.ACCOUNT,
                        new Secret(EmbeddedServers.ACCOUNT));
            }
            return work.with(vertx, settings);
        });
    }

    private int withVertx(Work work) throws SettingsException {
        Vertx vertx = Vertx.builder()
                .withMetrics(new MicrometerMetricsFactory(metrics))
                .build();
        try {
            shutdown.first(() -> await(vertx.close()));
            return work.with(vertx);
        } catch (SettingsException e) {
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SettingsException settings) {
                throw settings;
            }
            return failed(Objects.requireNonNullElse(e.getCause(), e));
        } catch (MigrationException e) {
            return failed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failed(e);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static SettingsLoader loader(Vertx vertx) {
        return new SettingsLoader(vertx, Environment.ofProcess(), MarketChecks::problems);
    }

    /// Starts the servers so that they are stopped even if the process is told to end in the middle of it.
    private EmbeddedServers start(EmbeddedSettings settings) throws ExecutionException, InterruptedException {
        FutureTask<EmbeddedServers> start = new FutureTask<>(() -> EmbeddedServers.start(settings));
        shutdown.first(() -> stop(start));
        start.run();
        return start.get();
    }

    private static void stop(FutureTask<EmbeddedServers> start) throws InterruptedException {
        try {
            start.get(SERVERS_START_SECONDS, TimeUnit.SECONDS).close();
        } catch (TimeoutException e) {
            // what it waits for is ended, so that it fails
            ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
            stop(start);
        } catch (ExecutionException e) {
            // it failed, and stopped what it had started
        }
    }

    private int failed(Throwable reason) {
        err.println("Atalaya did not start: " + Objects.requireNonNullElse(reason.getMessage(), reason.toString()));
        return 1;
    }

    private static <T> T await(Future<T> future) throws ExecutionException, InterruptedException {
        return future.toCompletionStage().toCompletableFuture().get();
    }
}
