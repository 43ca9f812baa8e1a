package dev.atalaya.scanner;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Measures by how much the scanner's event loop is late: a timer says when it should have fired and when it
/// did.
final class EventLoopLag {
    private static final long PERIOD_MILLIS = 50;

    private final Vertx vertx;
    private final Timer lag;
    private final LongSupplier nanoTime;
    private long timer = -1;
    private long expected;

    EventLoopLag(Vertx vertx, MeterRegistry registry, String market, LongSupplier nanoTime) {
        this.vertx = vertx;
        this.nanoTime = nanoTime;
        this.lag = Timer.builder("atalaya.eventloop.lag")
                .tags(Tags.of("market", market))
                .publishPercentiles(0.5, 0.99, 1)
                .distributionStatisticExpiry(Duration.ofMinutes(5))
                .register(registry);
    }

    void start() {
        expected = nanoTime.getAsLong() + TimeUnit.MILLISECONDS.toNanos(PERIOD_MILLIS);
        timer = vertx.setPeriodic(PERIOD_MILLIS, fired -> {
            long now = nanoTime.getAsLong();
            lag.record(Math.max(0, now - expected), TimeUnit.NANOSECONDS);
            expected = now + TimeUnit.MILLISECONDS.toNanos(PERIOD_MILLIS);
        });
    }

    void stop() {
        vertx.cancelTimer(timer);
    }
}
