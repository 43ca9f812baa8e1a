package dev.atalaya;

import static dev.atalaya.Lifetime.await;
import static dev.atalaya.Lifetime.loader;

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
import dev.atalaya.persistence.Backfill;
import dev.atalaya.redis.Keys;
import dev.atalaya.redis.RedisLink;
import dev.atalaya.schema.Migrations;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/// Reads settings, constructs a node and runs it until the process is told to end.
public final class Main implements Commands {
    private final PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    private final PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    private final PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Lifetime lifetime = new Lifetime(metrics, err);

    private Main() {}

    public static void main(String[] arguments) {
        speakTheSameEverywhere();
        Main main = new Main();
        main.lifetime.begin();
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
        return lifetime.withServers(file, (alone, read) -> {
            Settings settings = clustered ? read.clustered() : read;
            Vertx vertx = settings.cluster().enabled() ? lifetime.join(settings.cluster()) : alone;
            Future<Node> node = Node.start(vertx, settings, metrics, InstantSource.system());
            lifetime.atTheEnd(() -> await(node.compose(Node::stop).otherwiseEmpty()));
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
                lifetime.atTheEnd(watch::stop);
            }
            Lifetime.untilTheEnd();
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

    @Override
    public int deploy(Optional<Path> file, int instances, boolean clustered) throws SettingsException {
        return lifetime.withVertx(alone -> {
            JsonObject configuration =
                    await(file.map(loader(alone)::overrides).orElseGet(() -> Future.succeededFuture(new JsonObject())));
            ClusterSettings cluster = await(new SettingsLoader(alone, Environment.ofProcess(), MainVerticle::problems)
                            .fromObject(configuration))
                    .cluster();
            Vertx vertx = clustered || cluster.enabled() ? lifetime.join(cluster) : alone;
            Future<String> deployment = vertx.deployVerticle(
                    () -> new MainVerticle(Environment.ofProcess(), metrics),
                    new DeploymentOptions().setConfig(configuration).setInstances(instances));
            lifetime.atTheEnd(() -> await(deployment.compose(vertx::undeploy).otherwiseEmpty()));
            await(deployment);
            Lifetime.untilTheEnd();
            return 0;
        });
    }

    @Override
    public int migrate(Optional<Path> file) throws SettingsException {
        return lifetime.withServers(file, (vertx, settings) -> {
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
        return lifetime.withServers(file, (vertx, settings) -> {
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
        return lifetime.withVertx(alone -> {
            Settings settings =
                    await(Lifetime.read(new SettingsLoader(alone, Environment.ofProcess()), call.settings()));
            Probe probe = new Probe(call, settings, out, err);
            return probe.needsNobody()
                    ? probe.list()
                    : probe.run(call.clustered() ? lifetime.join(settings.cluster()) : alone);
        });
    }

    /// Starts no servers: where the settings have embedded ones, those of the running service are asked.
    @Override
    public int compare(Optional<Path> file, Optional<String> market, CompareRequest request) throws SettingsException {
        return lifetime.withVertx(vertx -> {
            Settings settings = await(Lifetime.read(loader(vertx), file));
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
}
