package dev.atalaya;

import dev.atalaya.testing.Waiting;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// A whole node on its own simulated market, as `Main` would start it, for the benchmarks, which live in another
/// package.
public final class SimulatedNode implements AutoCloseable {
    private static final String LAG = "atalaya.eventloop.lag";

    private final NodeBed bed;
    private final PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Node node;
    private HistogramSnapshot before = HistogramSnapshot.empty(0, 0, 0);

    /// @param interval of the scans, at speed 1
    public SimulatedNode(Vertx vertx, int tickers, String interval) throws Exception {
        bed = new NodeBed(vertx, NodeBed.simulated(tickers, "10:00", "1", interval), new JsonObject());
        metrics.config().meterFilter(new LagBounds());
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

    /// Counts the event loop's lag from now on.
    public void beginLag() {
        before = lag();
    }

    /// By how many milliseconds the scanner's event loop was late since [#beginLag], to a quarter of a millisecond;
    /// infinite where it was more than a second.
    ///
    /// @param percent such as 99
    public double lagMillis(double percent) {
        HistogramSnapshot now = lag();
        double enough = (now.count() - before.count()) * percent / 100;
        CountAtBucket[] counts = now.histogramCounts();
        CountAtBucket[] earlier = before.histogramCounts();
        for (int i = 0; i < counts.length; i++) {
            if (counts[i].count() - earlier[i].count() >= enough) {
                return counts[i].bucket(TimeUnit.MILLISECONDS);
            }
        }
        return Double.POSITIVE_INFINITY;
    }

    private HistogramSnapshot lag() {
        return metrics.get(LAG).timer().takeSnapshot();
    }

    /// The service's own timer forgets after minutes; counts of what lay below a bound do not.
    private static final class LagBounds implements MeterFilter {
        @Override
        public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
            double[] nanos = IntStream.concat(IntStream.range(1, 100), IntStream.of(200, 400, 800, 2000, 4000))
                    .mapToDouble(quarters -> quarters * 250_000.0)
                    .toArray();
            return id.getName().equals(LAG)
                    ? DistributionStatisticConfig.builder()
                            .serviceLevelObjectives(nanos)
                            .build()
                            .merge(config)
                    : config;
        }
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
