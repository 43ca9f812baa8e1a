package dev.atalaya;

import dev.atalaya.config.Settings;
import dev.atalaya.config.SettingsException;
import dev.atalaya.config.SettingsLoader;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Deploys a node from the configuration that it is given, for those who bring their own Vert.x. The
/// configuration names what differs from the defaults, and the environment overrides it; an empty one is
/// refused, since it is what a launcher passes that found no file, and so are embedded servers. Of several
/// instances in one deployment the first runs the node and the others stand aside: were they to fail, Vert.x
/// would undeploy the first.
public final class MainVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(MainVerticle.class);
    private static final String RUNNING = "atalaya.deployments"; // ids, which are never used twice

    private final Map<String, String> environment;
    private final PrometheusMeterRegistry metrics;
    private @Nullable Node node;

    /// With the process's environment and metrics of its own.
    public MainVerticle() {
        this(Environment.ofProcess(), new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    }

    MainVerticle(Map<String, String> environment, PrometheusMeterRegistry metrics) {
        this.environment = environment;
        this.metrics = metrics;
    }

    @Override
    public Future<?> start() {
        if (config().isEmpty()) {
            return Future.failedFuture(
                    new SettingsException(List.of("The configuration is empty: give it with -conf FILE")));
        }
        if (vertx.sharedData().getLocalMap(RUNNING).putIfAbsent(deploymentID(), true) != null) {
            return Future.succeededFuture(); // stands aside
        }
        return new SettingsLoader(vertx, environment, MainVerticle::problems)
                .fromObject(config())
                .compose(this::run);
    }

    private Future<Node> run(Settings settings) {
        Logging.apply(settings.log());
        if (context.getInstanceCount() > 1) {
            LOG.info("Of {} instances one runs the node, the others stand aside", context.getInstanceCount());
        }
        return Node.start(vertx, settings, metrics, InstantSource.system()).onSuccess(started -> {
            node = started;
            LOG.info("The API answers at {}, ports {}", settings.http().host(), started.ports());
        });
    }

    static List<String> problems(Settings settings) {
        List<String> problems = new ArrayList<>(MarketChecks.problems(settings));
        if (settings.embedded().enabled()) {
            problems.add(
                    "embedded.enabled: 'true'; allowed is false, because a deployed MainVerticle starts no servers:"
                            + " name your own in redis.uri and database.uri, or start with ./atalaya run");
        }
        return problems;
    }

    @Override
    public Future<?> stop() {
        Node running = node;
        return running == null ? Future.succeededFuture() : running.stop();
    }
}
