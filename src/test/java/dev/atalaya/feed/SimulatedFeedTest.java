package dev.atalaya.feed;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.config.FeedSettings;
import dev.atalaya.config.Speed;
import dev.atalaya.market.Column;
import dev.atalaya.market.MarketClock;
import dev.atalaya.market.SimulatedCalendar;
import dev.atalaya.market.Snapshot;
import dev.atalaya.market.TickerColumns;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SimulatedFeedTest {
    private static final Instant START = Instant.parse("2026-03-04T15:16:17.890Z");
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final Vertx vertx = Vertx.vertx();
    private final SimulatedCalendar calendar =
            new SimulatedCalendar(START, LocalTime.of(9, 29), LocalDate.of(2026, 3, 4));
    private Instant wall = START;

    @AfterEach
    void closeVertx() throws Exception {
        answer(vertx.close());
    }

    @Test
    void inLockstepTheFirstSnapshotIsTheClocksAndEachLaterOneAnIntervalOn() throws Exception {
        MarketClock clock = MarketClock.lockstep(() -> wall, START);
        Feed feed = feed(clock);

        Snapshot first = answer(feed.next()).orElseThrow();
        assertThat(first.time()).isEqualTo(START);
        assertThat(first.tickers().size()).isEqualTo(100);
        assertThat(first.tickers().column(Column.OPEN)[0]).isNaN();
        assertThat(answer(feed.next()).orElseThrow().time()).isEqualTo(START.plusSeconds(10));
        for (int i = 0; i < 5; i++) {
            answer(feed.next());
        }

        assertThat(clock.instant()).isEqualTo(START.plusSeconds(60));
        assertThat(first.tickers().column(Column.OPEN)[0])
                .as("the columns are filled again, after the bell")
                .isPositive();
        assertThat(feed.symbols().size()).isEqualTo(100);
    }

    @Test
    void aMovingClockGivesNothingUntilItMoved() throws Exception {
        Feed feed = feed(MarketClock.scaled(() -> wall, START, 600, Instant.MAX));

        assertThat(answer(feed.next()).orElseThrow().time()).isEqualTo(START);
        assertThat(answer(feed.next())).isEmpty();
        wall = wall.plusNanos(1_000);
        assertThat(answer(feed.next())).as("less than a millisecond").isEmpty();
        wall = wall.plusMillis(100);
        assertThat(answer(feed.next()).map(Snapshot::time)).contains(START.plusSeconds(60));
        wall = wall.minusMillis(50);
        assertThat(answer(feed.next())).as("the wall clock was set back").isEmpty();
    }

    @Test
    void theAnswerComesOnTheCallersContext() throws Exception {
        Feed feed = feed(MarketClock.live(() -> wall));
        Context context = vertx.getOrCreateContext();
        CompletableFuture<Boolean> sameContext = new CompletableFuture<>();

        context.runOnContext(
                start -> feed.next().onComplete(done -> sameContext.complete(context.equals(Vertx.currentContext()))));

        assertThat(sameContext.get(20, SECONDS)).isTrue();
    }

    @Test
    void lastTradesAreNotLaterThanTheSnapshot() throws Exception {
        Snapshot snapshot = answer(feed(MarketClock.live(() -> wall)).next()).orElseThrow();

        for (int row = 0; row < snapshot.tickers().size(); row++) {
            boolean traded = snapshot.tickers().get(Column.VOLUME_TODAY, row) > 0;
            long earliest = traded ? START.minusSeconds(329 * 60).toEpochMilli() : TickerColumns.NO_TIME;
            long latest = traded ? START.toEpochMilli() : TickerColumns.NO_TIME;
            assertThat(snapshot.tickers().lastTradeMillis(row)).isBetween(earliest, latest);
        }
    }

    private Feed feed(MarketClock clock) {
        FeedSettings.Simulated settings =
                new FeedSettings.Simulated(100, 42, LocalTime.of(9, 29), Optional.empty(), Speed.MAX);
        return new SimulatedFeed(vertx, settings, clock, SimulatedTime.of(calendar), INTERVAL);
    }

    private static <T> T answer(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, SECONDS);
    }
}
