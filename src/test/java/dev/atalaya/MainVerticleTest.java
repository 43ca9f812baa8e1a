package dev.atalaya;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.config.SettingsException;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class MainVerticleTest {
    private static PrometheusMeterRegistry metrics() {
        return new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    }

    private static DeploymentOptions with(String json) {
        return new DeploymentOptions().setConfig(new JsonObject(json));
    }

    @Test
    void anEmptyConfigurationIsRefused(Vertx vertx, VertxTestContext context) {
        vertx.deployVerticle(new MainVerticle(Map.of(), metrics()), with("{}"))
                .onComplete(context.failing(e -> context.verify(() -> {
                    assertThat(e).hasMessage("The configuration is empty: give it with -conf FILE");
                    context.completeNow();
                })));
    }

    @Test
    void embeddedServersAreRefusedWithWhatToDoInstead(Vertx vertx, VertxTestContext context) {
        vertx.deployVerticle(
                        new MainVerticle(Map.of(), metrics()),
                        with("{\"embedded\": {\"enabled\": true}, \"persistence\": {\"sessions\": [\"NIGHT\"]}}"))
                .onComplete(context.failing(e -> context.verify(() -> {
                    assertThat(e).isInstanceOf(SettingsException.class);
                    assertThat(((SettingsException) e).problems())
                            .hasSize(2)
                            .anyMatch(problem -> problem.startsWith("persistence.sessions: 'NIGHT'"))
                            .anyMatch(problem -> problem.startsWith("embedded.enabled: 'true'; allowed is false")
                                    && problem.contains("redis.uri and database.uri")
                                    && problem.contains("./atalaya run"));
                    context.completeNow();
                })));
    }

    /// Neither server is there: both are tried again in the background.
    @Test
    void theEnvironmentOverridesTheConfiguration(Vertx vertx, VertxTestContext context) {
        Map<String, String> environment = Map.of(
                "ATALAYA_HTTP_PORTS", "0",
                "ATALAYA_EMBEDDED_ENABLED", "false",
                "ATALAYA_REDIS_URI", "redis://127.0.0.1:1",
                "ATALAYA_DATABASE_URI", "postgresql://127.0.0.1:1/none");
        vertx.deployVerticle(
                        new MainVerticle(environment, metrics()),
                        with("{\"http\": {\"ports\": [70000]}, \"embedded\": {\"enabled\": true},"
                                + " \"redis\": {\"uri\": \"nonsense\"}}"))
                .compose(vertx::undeploy)
                .onComplete(context.succeedingThenComplete());
    }
}
