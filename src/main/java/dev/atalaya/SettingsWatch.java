package dev.atalaya;

import dev.atalaya.bus.FailureLog;
import dev.atalaya.config.Settings;
import dev.atalaya.config.SettingsException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks at a file of settings every second, and has what changed in it taken up while the node runs. What is wrong is
/// refused and logged, a line a problem, and the old settings stay; so is a change of anything that only a restart can
/// take up.
final class SettingsWatch {
    private static final Logger LOG = LoggerFactory.getLogger(SettingsWatch.class);
    private static final long PERIOD_MILLIS = 1_000;

    private final Vertx vertx;
    private final String file;
    private final Supplier<Future<Settings>> loader;
    private final Function<Settings, Future<Void>> taker;
    private final FailureLog failures;
    private Settings settings;
    private Optional<Buffer> content = Optional.empty();
    private boolean busy;
    private volatile long timer = -1;

    /// @param settings as they were read at the start
    /// @param loader reads them again
    /// @param taker takes up others, which differ in nothing that needs a restart
    SettingsWatch(
            Vertx vertx,
            Path file,
            Settings settings,
            Supplier<Future<Settings>> loader,
            Function<Settings, Future<Void>> taker,
            InstantSource wall) {
        this.vertx = vertx;
        this.file = file.toString();
        this.settings = settings;
        this.loader = loader;
        this.taker = taker;
        this.failures = new FailureLog(LOG, wall);
    }

    void start() {
        timer = vertx.setPeriodic(0, PERIOD_MILLIS, tick -> look());
    }

    /// To be called before the Vert.x is closed. Any thread.
    void stop() {
        vertx.cancelTimer(timer);
    }

    private void look() {
        if (busy) {
            return;
        }
        busy = true;
        vertx.fileSystem()
                .readFile(file)
                .compose(now -> {
                    boolean isChanged = content.isPresent() && !content.get().equals(now);
                    content = Optional.of(now);
                    return isChanged ? loader.get().compose(this::changed) : Future.succeededFuture();
                })
                .onFailure(this::refused)
                .onComplete(done -> busy = false);
    }

    private void refused(Throwable failure) {
        List<String> problems =
                failure instanceof SettingsException wrong ? wrong.problems() : List.of(FailureLog.sentence(failure));
        problems.forEach(problem -> failures.warn("The changed settings are refused, the old ones stay: " + problem));
    }

    private Future<Void> changed(Settings next) {
        if (next.equals(settings)) {
            return Future.succeededFuture();
        }
        if (!settings.withLiveOf(next).equals(next)) {
            return Future.failedFuture(
                    new SettingsException(List.of("Only market.scan, market.publish, persistence and log can change"
                            + " while Atalaya runs; start it again for anything else")));
        }
        settings = next;
        failures.clear();
        return taker.apply(next).onSuccess(taken -> LOG.info("The changed settings of {} are in force", file));
    }
}
