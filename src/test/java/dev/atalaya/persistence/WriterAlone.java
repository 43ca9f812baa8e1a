package dev.atalaya.persistence;

import dev.atalaya.bus.MarketAddresses;
import dev.atalaya.config.DatabaseSettings;
import dev.atalaya.config.PersistenceSettings;
import dev.atalaya.config.PersistenceSettings.Mode;
import dev.atalaya.config.PersistenceSettings.Select;
import dev.atalaya.config.Secret;
import dev.atalaya.market.MarketClock;
import dev.atalaya.redis.Keys;
import dev.atalaya.testing.TestServers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/// A process with nothing in it but the writer, for [WriterKillIT] to kill.
final class WriterAlone {
    private WriterAlone() {}

    /// The market's clock, the same in each process.
    static MarketClock clock(Instant wallStart, Instant marketStart, double speed) {
        InstantSource wall = InstantSource.system();
        Duration passed = Duration.between(wallStart, wall.instant());
        Instant now = marketStart.plusNanos((long) (passed.toNanos() * speed));
        return MarketClock.scaled(wall, now, speed, Instant.MAX);
    }

    /// @param args Redis, database, its user and password, prefix, what is selected, when the market's clock started
    ///     on the wall and in the market, and its speed
    public static void main(String[] args) {
        PersistenceVerticle writer = new PersistenceVerticle(
                new MarketAddresses("us"),
                new PersistenceSettings(Mode.HOURLY, Select.valueOf(args[5]), Duration.ofHours(1), 5, List.of()),
                new DatabaseSettings(
                        args[1],
                        args[2],
                        new Secret(args[3]),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(5),
                        true,
                        7,
                        180,
                        Duration.ofMillis(100)),
                TestServers.redisAt(args[0]),
                new Keys(args[4]),
                new FixedHours(),
                clock(Instant.parse(args[6]), Instant.parse(args[7]), Double.parseDouble(args[8])),
                InstantSource.system(),
                new SimpleMeterRegistry(),
                Future::succeededFuture,
                WriterFence.unchecked());
        Vertx.vertx()
                .deployVerticle(writer, new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER))
                .await();
    }
}
