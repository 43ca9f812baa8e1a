package dev.atalaya;

import dev.atalaya.config.SettingsLoader;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Deploys a node from the configuration that it is given, for those who bring their own Vert.x. The
/// configuration names what differs from the defaults; an empty one is refused, since it is what a launcher
/// passes that found no file.
public final class MainVerticle extends VerticleBase {
    private @Nullable Node node;

    @Override
    public Future<?> start() {
        if (config().isEmpty()) {
            return Future.failedFuture("The configuration is empty: give it with -conf FILE");
        }
        return new SettingsLoader(vertx, Map.of())
                .fromObject(config())
                .compose(settings -> Node.start(
                        vertx, settings, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), InstantSource.system()))
                .onSuccess(started -> node = started);
    }

    @Override
    public Future<?> stop() {
        Node running = node;
        return running == null ? Future.succeededFuture() : running.stop();
    }
}
