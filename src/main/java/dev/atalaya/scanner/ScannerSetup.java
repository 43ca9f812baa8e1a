package dev.atalaya.scanner;

import dev.atalaya.bus.MarketAddresses;
import dev.atalaya.bus.PublishedLists;
import dev.atalaya.cluster.Candidate;
import dev.atalaya.cluster.Standing;
import dev.atalaya.config.MarketSettings;
import dev.atalaya.config.NodeSettings;
import dev.atalaya.config.PersistenceSettings;
import dev.atalaya.config.RedisSettings;
import dev.atalaya.feed.Feed;
import dev.atalaya.market.MarketClock;
import dev.atalaya.market.MarketSession;
import dev.atalaya.market.TradingCalendar;
import dev.atalaya.redis.FencedConnection;
import dev.atalaya.redis.Keys;
import dev.atalaya.redis.RedisLink;
import dev.atalaya.scan.ScanEngine;
import dev.atalaya.scan.ScanRules;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// What a market's scanner is made of.
///
/// @param persistence what is stored, and when: direct mode makes each cycle wait until all it kept is stored,
///     and keeps no journal
/// @param feeds makes the market's feed
/// @param lists gets each cycle's lists, for this node's other verticles
/// @param standing where the market has several scanners, one of which is the active one
public record ScannerSetup(
        MarketSettings market,
        RedisSettings redis,
        PersistenceSettings persistence,
        TradingCalendar calendar,
        MarketClock clock,
        InstantSource wall,
        Function<Vertx, Feed> feeds,
        PublishedLists lists,
        MeterRegistry metrics,
        Optional<Standing> standing) {
    private static final Duration FOREVER = Duration.ofDays(1);
    private static final Duration SHORTEST_QUIET = Duration.ofSeconds(5);
    private static final Duration LONGEST_QUIET = Duration.ofSeconds(30);

    /// The same with other settings.
    ScannerSetup with(MarketSettings otherMarket, PersistenceSettings otherPersistence) {
        return new ScannerSetup(
                otherMarket, redis, otherPersistence, calendar, clock, wall, feeds, lists, metrics, standing);
    }

    MarketAddresses addresses() {
        return new MarketAddresses(market.name());
    }

    boolean isDirect() {
        return persistence.mode() == PersistenceSettings.Mode.DIRECT;
    }

    long nanoTime() {
        return metrics.config().clock().monotonicTime();
    }

    /// The scanner's candidature, where there are several.
    Optional<Candidate> candidate(Vertx vertx, Candidate.Occupant scanner) {
        return standing.map(place -> new Candidate(
                vertx,
                new Candidate.Role(market.name(), NodeSettings.Role.SCANNER.key(), place.settings()),
                new ScannerLease(
                        new RedisLink(vertx, redis),
                        new Keys(market.keyPrefix()),
                        place.node(),
                        place.name(),
                        place.lease(),
                        wall),
                place.members(),
                scanner,
                wall,
                this::nanoTime));
    }

    /// @param fence the number to publish with, or [FencedConnection#NONE], which takes the next
    ScanCycle cycle(Vertx vertx, Feed feed, ScannerStats stats, long fence) {
        ScanRules rules = Rules.of(market.scan());
        Keys keys = new Keys(market.keyPrefix());
        List<String> categories =
                rules.categories().stream().map(category -> category.name()).toList();
        List<String> sessions =
                calendar.sessions().stream().map(MarketSession::name).toList();
        ScanPublisher publisher = new ScanPublisher(
                new FencedConnection(vertx, redis, keys.fence(), fence, wall),
                keys,
                market.publish(),
                sessions,
                categories,
                isDirect()
                        ? Optional.empty()
                        : Optional.of(new ScanJournal(keys, market.publish().journalBytes(), wall)),
                new OtherPublisher(keys, sessions, categories, quiet(), wall),
                standing.isPresent(),
                wall);
        return new ScanCycle(
                feed,
                new SnapshotGate(calendar, clock),
                calendar,
                new ScanEngine(rules),
                new RankedLists(categories.size()),
                new ScanEncoder(
                        rules,
                        Rules.of(market.scan().deltas()),
                        feed.symbols(),
                        isDirect()
                                ? Optional.empty()
                                : Optional.of(new JournalRows(calendar, persistence.interval(), persistence.top())),
                        standing.isPresent()),
                new Connector(publisher, patience()),
                lists,
                stats,
                this::nanoTime,
                () -> pause(vertx));
    }

    /// For how long somebody else must have published nothing: two intervals, which the other one's should not exceed.
    private Duration quiet() {
        Duration two = clock.isLockstep()
                ? SHORTEST_QUIET
                : clock.onTheWall(market.scan().interval()).multipliedBy(2);
        return two.compareTo(SHORTEST_QUIET) < 0
                ? SHORTEST_QUIET
                : two.compareTo(LONGEST_QUIET) > 0 ? LONGEST_QUIET : two;
    }

    /// How long a scan may wait for a connection: half the interval; in lockstep there is none.
    private Duration patience() {
        return clock.isLockstep()
                ? FOREVER
                : clock.onTheWall(market.scan().interval()).dividedBy(2);
    }

    /// Completes in the event loop's next turn. A task would still run in this one, before other timers and
    /// sockets.
    private static Future<Void> pause(Vertx vertx) {
        Promise<Void> turn = Promise.promise();
        vertx.setPeriodic(
                0,
                1,
                timer -> { // a timer proper cannot be due at once
                    vertx.cancelTimer(timer);
                    turn.complete();
                });
        return turn.future();
    }
}
