package dev.atalaya;

import dev.atalaya.config.DatabaseSettings;
import dev.atalaya.schema.MigrationException;
import dev.atalaya.schema.Migrations;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Applies migrations in the background, again and again until it is done: never in the way of a scan.
final class Schema {
    private static final Logger LOG = LoggerFactory.getLogger(Schema.class);
    private static final int LOG_EVERY_MILLIS = 60_000;

    private final Vertx vertx;
    private final DatabaseSettings settings;
    private final Promise<Void> ready = Promise.promise();
    private long sinceLogged = LOG_EVERY_MILLIS;

    private Schema(Vertx vertx, DatabaseSettings settings) {
        this.vertx = vertx;
        this.settings = settings;
    }

    /// Completes when the schema stands; at once where migrations are switched off.
    static Future<Void> migrate(Vertx vertx, DatabaseSettings settings) {
        if (!settings.migrate()) {
            return Future.succeededFuture();
        }
        Schema schema = new Schema(vertx, settings);
        schema.attempt();
        return schema.ready.future();
    }

    private void attempt() {
        vertx.executeBlocking(() -> new Migrations(settings).migrate(), false)
                .onSuccess(done -> ready.complete())
                .onFailure(e -> {
                    String reason = e instanceof MigrationException ? e.getMessage() : e.toString();
                    if (sinceLogged >= LOG_EVERY_MILLIS) {
                        LOG.warn("The database is not migrated yet: {}. Scanning goes on, nothing is stored", reason);
                        sinceLogged = 0;
                    }
                    sinceLogged += settings.retry().toMillis();
                    vertx.setTimer(settings.retry().toMillis(), timer -> attempt());
                });
    }
}
