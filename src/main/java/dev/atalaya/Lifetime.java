package dev.atalaya;

import dev.atalaya.config.ClusterSettings;
import dev.atalaya.config.EmbeddedSettings;
import dev.atalaya.config.Secret;
import dev.atalaya.config.Settings;
import dev.atalaya.config.SettingsException;
import dev.atalaya.config.SettingsLoader;
import dev.atalaya.embedded.EmbeddedServers;
import dev.atalaya.schema.MigrationException;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.micrometer.MicrometerMetricsFactory;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// What a command of this process runs in: a Vert.x, alone or in the cluster, and embedded servers. Whatever was begun
/// is ended when the process is told to end, the last first.
final class Lifetime {
    private static final Duration SHUTDOWN = Duration.ofMillis(8500); // a container is killed after ten seconds
    private static final Duration RESERVE = Duration.ofMillis(1500);
    private static final long SERVERS_START_SECONDS = 4; // that a shutdown waits for

    private final MeterRegistry metrics;
    private final PrintWriter err;
    private final Shutdown shutdown = new Shutdown(SHUTDOWN, RESERVE);

    /// @param err is told why nothing was started
    Lifetime(MeterRegistry metrics, PrintWriter err) {
        this.metrics = metrics;
        this.err = err;
    }

    /// What a command does; the exit code.
    interface Work {
        int with(Vertx vertx) throws Exception;
    }

    /// What a command does that needs the servers; the exit code.
    interface WorkWithSettings {
        int with(Vertx vertx, Settings settings) throws Exception;
    }

    /// From now on it ends when the process does.
    void begin() {
        Runtime.getRuntime().addShutdownHook(new Thread(shutdown, "shutdown"));
    }

    /// Adds what is to be done at the end, before all that was added so far.
    ///
    /// @throws InterruptedException if the end is over: the caller must not start anything any more
    void atTheEnd(Shutdown.Step step) throws InterruptedException {
        shutdown.first(step);
    }

    /// Waits until the process is told to end.
    static void untilTheEnd() throws InterruptedException {
        new CountDownLatch(1).await();
    }

    /// Does the work with the settings and, where they ask for them, embedded servers.
    int withServers(Optional<Path> file, WorkWithSettings work) throws SettingsException {
        return withVertx(vertx -> {
            Settings settings = await(read(loader(vertx), file));
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

    /// Does the work. What it fails with is said, and an exit code; only settings that are wrong are thrown.
    int withVertx(Work work) throws SettingsException {
        Vertx vertx = Vertx.builder()
                .withMetrics(new MicrometerMetricsFactory(metrics))
                .build();
        try {
            atTheEnd(() -> await(vertx.close()));
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

    /// Another Vert.x than the one that the settings were read with, among the other nodes.
    Vertx join(ClusterSettings settings) throws ExecutionException, InterruptedException {
        Future<Vertx> joined =
                Clustering.join(Vertx.builder().withMetrics(new MicrometerMetricsFactory(metrics)), settings);
        atTheEnd(() -> await(joined.compose(Vertx::close).otherwiseEmpty()));
        return await(joined);
    }

    /// What a file says, else the embedded default.
    static Future<Settings> read(SettingsLoader loader, Optional<Path> file) {
        return file.map(loader::fromFile).orElseGet(() -> loader.fromBundled("embedded"));
    }

    static SettingsLoader loader(Vertx vertx) {
        return new SettingsLoader(vertx, Environment.ofProcess(), MarketChecks::problems);
    }

    /// Starts the servers so that they are stopped even if the process is told to end in the middle of it.
    private EmbeddedServers start(EmbeddedSettings settings) throws ExecutionException, InterruptedException {
        FutureTask<EmbeddedServers> start = new FutureTask<>(() -> EmbeddedServers.start(settings));
        atTheEnd(() -> stop(start));
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

    static <T> T await(Future<T> future) throws ExecutionException, InterruptedException {
        return future.toCompletionStage().toCompletableFuture().get();
    }
}
