package dev.atalaya;

import dev.atalaya.config.FeedSettings;
import dev.atalaya.config.MarketSettings;
import dev.atalaya.config.MarketSettings.Calendar;
import dev.atalaya.config.RedisSettings;
import dev.atalaya.config.Speed;
import dev.atalaya.feed.Feed;
import dev.atalaya.feed.HttpFeed;
import dev.atalaya.feed.RedisFeed;
import dev.atalaya.feed.ReplayFeed;
import dev.atalaya.feed.SimulatedFeed;
import dev.atalaya.feed.SimulatedTime;
import dev.atalaya.market.AlwaysOpenCalendar;
import dev.atalaya.market.ExceptionalDay;
import dev.atalaya.market.ExchangeCalendar;
import dev.atalaya.market.MarketClock;
import dev.atalaya.market.SimulatedCalendar;
import dev.atalaya.market.TradingCalendar;
import dev.atalaya.redis.Keys;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// A market's calendar, clock and feed, which belong together.
///
/// @param feeds makes the feed
record MarketAssembly(TradingCalendar calendar, MarketClock clock, Function<Vertx, Feed> feeds) {
    /// @throws IOException if the file of exceptional closures cannot be read
    static MarketAssembly of(MarketSettings market, RedisSettings redis, InstantSource wall) throws IOException {
        FeedSettings feed = market.feed();
        return switch (feed.type()) {
            case SIMULATED -> simulated(market, feed.simulated(), wall);
            case REDIS -> live(market, wall, vertx -> redisFeed(vertx, market, redis, wall));
            case HTTP -> live(market, wall, vertx -> new HttpFeed(vertx, feed, wall, RandomGenerator.getDefault()));
            case REPLAY -> {
                FeedSettings.Replay replay = feed.replay();
                Instant start = ReplayFeed.startOf(replay);
                MarketClock clock = clock(replay.speed(), wall, start, start);
                yield new MarketAssembly(calendar(market), clock, vertx -> new ReplayFeed(vertx, replay, clock));
            }
        };
    }

    /// The feed of a market whose upstream writes to Redis.
    static RedisFeed redisFeed(Vertx vertx, MarketSettings market, RedisSettings redis, InstantSource wall) {
        Keys upstream = new Keys(market.feed().redis().unprefixed() ? "" : market.keyPrefix());
        return new RedisFeed(vertx, redis, upstream, market.feed(), wall);
    }

    private static MarketAssembly simulated(
            MarketSettings market, FeedSettings.Simulated simulated, InstantSource wall) {
        Instant now = wall.instant().truncatedTo(ChronoUnit.MILLIS); // snapshots have whole milliseconds
        Instant origin = simulated.origin().orElse(now);
        Instant start = simulated.speed().isLockstep()
                ? origin
                : MarketClock.scaledTime(origin, now, simulated.speed().marketSecondsPerSecond());
        MarketClock clock = clock(simulated.speed(), wall, start, Instant.MAX);
        SimulatedCalendar exchange =
                new SimulatedCalendar(origin, simulated.start(), LocalDate.ofInstant(origin, ZoneOffset.UTC));
        boolean isAlwaysOpen = market.calendar() == Calendar.ALWAYS_OPEN;
        SimulatedTime time = isAlwaysOpen ? SimulatedTime.aroundTheClock() : SimulatedTime.of(exchange);
        return new MarketAssembly(
                isAlwaysOpen ? new AlwaysOpenCalendar() : exchange,
                clock,
                vertx -> new SimulatedFeed(
                        vertx, simulated, clock, time, market.scan().interval()));
    }

    private static MarketAssembly live(MarketSettings market, InstantSource wall, Function<Vertx, Feed> feeds)
            throws IOException {
        return new MarketAssembly(calendar(market), MarketClock.live(wall), feeds);
    }

    /// That of a real market.
    ///
    /// @throws IOException if the file of exceptional closures, where one is named, cannot be read
    static TradingCalendar calendar(MarketSettings market) throws IOException {
        String exceptionalClosures = market.exceptionalClosures();
        if (market.calendar() == Calendar.ALWAYS_OPEN) {
            return new AlwaysOpenCalendar();
        }
        if (exceptionalClosures.isEmpty()) {
            return ExchangeCalendar.newYork();
        }
        try (Reader file = Files.newBufferedReader(Path.of(exceptionalClosures))) {
            return ExchangeCalendar.newYork(ExceptionalDay.read(file));
        }
    }

    private static MarketClock clock(Speed speed, InstantSource wall, Instant start, Instant end) {
        return speed.isLockstep()
                ? MarketClock.lockstep(wall, start)
                : MarketClock.scaled(wall, start, speed.marketSecondsPerSecond(), end);
    }
}
