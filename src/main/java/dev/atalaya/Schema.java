package dev.atalaya;

import dev.atalaya.bus.Backoff;
import dev.atalaya.bus.FailureLog;
import dev.atalaya.config.DatabaseSettings;
import dev.atalaya.schema.Migrations;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Applies migrations in the background, again and again until it is done: never in the way of a scan.
final class Schema {
    private static final Logger LOG = LoggerFactory.getLogger(Schema.class);

    private final Vertx vertx;
    private final DatabaseSettings settings;
    private final Promise<Void> ready = Promise.promise();
    private final FailureLog failures;
    private final Backoff backoff;

    private Schema(Vertx vertx, DatabaseSettings settings, InstantSource wall, RandomGenerator random) {
        this.vertx = vertx;
        this.settings = settings;
        this.failures = new FailureLog(LOG, wall);
        this.backoff = new Backoff(settings.retry(), random);
    }

    /// Completes when the schema stands; at once where migrations are switched off.
    static Future<Void> migrate(Vertx vertx, DatabaseSettings settings, InstantSource wall, RandomGenerator random) {
        if (!settings.migrate()) {
            return Future.succeededFuture();
        }
        Schema schema = new Schema(vertx, settings, wall, random);
        schema.attempt();
        return schema.ready.future();
    }

    private void attempt() {
        vertx.executeBlocking(() -> new Migrations(settings).migrate(), false)
                .onSuccess(done -> ready.complete())
                .onFailure(e -> {
                    failures.warn("The database is not migrated yet, scanning goes on and nothing is stored", e);
                    vertx.setTimer(backoff.nextMillis(), timer -> attempt());
                });
    }
}
