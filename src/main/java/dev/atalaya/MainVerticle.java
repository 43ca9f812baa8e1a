package dev.atalaya;

import dev.atalaya.config.Settings;
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

/// Deploys a node from the configuration that it is given, for those who bring their own Vert.x. The
/// configuration names what differs from the defaults, and the environment overrides it; an empty one is
/// refused, since it is what a launcher passes that found no file, and so are embedded servers.
public final class MainVerticle extends VerticleBase {
    private final Map<String, String> environment;
    private @Nullable Node node;

    /// With the process's environment.
    public MainVerticle() {
        this(System.getenv());
    }

    MainVerticle(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Future<?> start() {
        if (config().isEmpty()) {
            return Future.failedFuture("The configuration is empty: give it with -conf FILE");
        }
        return new SettingsLoader(vertx, environment, MainVerticle::problems)
                .fromObject(config())
                .compose(settings -> Node.start(
                        vertx, settings, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), InstantSource.system()))
                .onSuccess(started -> node = started);
    }

    private static List<String> problems(Settings settings) {
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
