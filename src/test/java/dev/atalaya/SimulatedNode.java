package dev.atalaya;

import dev.atalaya.testing.Waiting;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// A whole node on its own simulated market, as `Main` would start it, for the benchmarks, which live in another
/// package.
public final class SimulatedNode implements AutoCloseable {
    private final NodeBed bed;
    private final PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Node node;

    /// @param interval of the scans, at speed 1
    public SimulatedNode(Vertx vertx, int tickers, String interval) throws Exception {
        bed = new NodeBed(vertx, NodeBed.simulated(tickers, "10:00", "1", interval), new JsonObject());
        node = Waiting.await(Node.start(vertx, bed.settings, metrics, InstantSource.system()));
    }

    /// What the API would say.
    public JsonObject stats() throws Exception {
        return bed.ask(bed.addresses.scannerStats());
    }

    /// How many messages the stream of deltas ever got.
    public long messages() throws Exception {
        Response stream = Waiting.await(
                bed.redis.send(Request.cmd(Command.XINFO).arg("STREAM").arg(bed.keys.deltas())));
        return stream.get("entries-added").toLong();
    }

    /// By how many milliseconds the scanner's event loop was late in the last five minutes.
    ///
    /// @param percentile 0.5, 0.99 or 1
    public double lagMillis(double percentile) {
        return Arrays.stream(metrics.get("atalaya.eventloop.lag")
                        .timer()
                        .takeSnapshot()
                        .percentileValues())
                .filter(value -> value.percentile() == percentile)
                .mapToDouble((ValueAtPercentile value) -> value.value(TimeUnit.MILLISECONDS))
                .findFirst()
                .orElse(Double.NaN);
    }

    /// Every cycle from now on.
    public void onCycle(Consumer<JsonObject> listener) {
        bed.onlyCount();
        bed.vertx
                .eventBus()
                .<JsonObject>consumer(bed.addresses.scannerCycles(), message -> listener.accept(message.body()));
    }

    @Override
    public void close() {
        node.stop().toCompletionStage().toCompletableFuture().join();
    }
}
