package dev.atalaya.config;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// Reads settings, or what is wrong with them.
@SuppressWarnings("NullAway.Init")
abstract class WithSettings {
    static Vertx vertx;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get();
    }

    static Settings load(JsonObject overrides, Map<String, String> environment) throws Exception {
        return new SettingsLoader(vertx, environment)
                .fromObject(overrides)
                .toCompletionStage()
                .toCompletableFuture()
                .get();
    }

    static List<String> problems(JsonObject overrides, Map<String, String> environment) throws Exception {
        try {
            load(overrides, environment);
            return List.of();
        } catch (ExecutionException e) {
            return ((SettingsException) Objects.requireNonNull(e.getCause())).problems();
        }
    }
}
