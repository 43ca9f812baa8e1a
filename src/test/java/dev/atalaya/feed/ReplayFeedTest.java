package dev.atalaya.feed;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atalaya.config.FeedSettings;
import dev.atalaya.config.Speed;
import dev.atalaya.market.Column;
import dev.atalaya.market.MarketClock;
import dev.atalaya.market.Snapshot;
import dev.atalaya.market.TickerColumns;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayFeedTest {
    private static final LocalDate DAY = LocalDate.of(2025, 3, 12);
    private static final LocalTime FIRST = LocalTime.of(4, 0);
    private static final LocalTime LAST = LocalTime.of(19, 59);

    private final Vertx vertx = Vertx.vertx();

    private final RecordedFolder recorded;
    private final Path folder;

    ReplayFeedTest(@TempDir Path folder) {
        this.folder = folder;
        recorded = new RecordedFolder(folder);
    }

    @AfterEach
    void closeVertx() throws Exception {
        answer(vertx.close());
    }

    @Test
    void aSnapshotHoldsWhatTheBarsAddUpToSoFar() throws Exception {
        recorded.universe(DAY, "AAA,\"Aaa \"\"A\"\" Inc.\",NYSE,Finance,Banks,USA,1000000,11.5,0.2,1.8,999");
        recorded.bars(
                DAY,
                "AAA,2025-03-12T13:28Z,10,10.5,9.5,10.2,100",
                "BBB,2025-03-12T13:30Z,5,5,5,5,7",
                "AAA,2025-03-12T13:30Z,10.3,10.4,10.1,10.35,20.5",
                "AAA,2025-03-12T13:32Z,10.4,10.9,10.3,10.6,30",
                "AAA,2025-03-12T20:00Z,10.5,11.5,9,11.4,40");
        ReplayFeed feed = lockstep(LocalTime.of(9, 27), LAST);

        Snapshot snapshot = next(feed);
        assertThat(snapshot.time()).isEqualTo("2025-03-12T13:27:59Z");
        assertThat(snapshot.tickers().size()).isZero();

        snapshot = next(feed);
        assertThat(values(snapshot, "AAA", Column.PRICE, Column.VOLUME_TODAY, Column.INTRADAY_HIGH))
                .containsExactly(10.2, 100, 10.5);
        assertThat(values(snapshot, "AAA", Column.OPEN, Column.HIGH, Column.LOW, Column.VWAP, Column.FEED_RVOL))
                .containsOnly(Double.NaN);
        assertThat(snapshot.tickers().size()).isOne();

        next(feed);
        snapshot = next(feed);
        assertThat(snapshot.time()).isEqualTo("2025-03-12T13:30:59Z");
        assertThat(snapshot.tickers().size()).isEqualTo(2);
        assertThat(values(snapshot, "AAA", Column.PRICE, Column.VOLUME_TODAY, Column.OPEN, Column.HIGH, Column.LOW))
                .containsExactly(10.35, 120.5, 10.3, 10.4, 10.1);
        assertThat(values(snapshot, "AAA", Column.PREV_CLOSE, Column.MARKET_CAP))
                .containsExactly(11.3, 1_000_000);
        assertThat(values(snapshot, "BBB", Column.PREV_CLOSE, Column.MARKET_CAP))
                .as("not in the universe")
                .containsOnly(Double.NaN);
        int row = row(snapshot.tickers(), "AAA");
        assertThat(snapshot.tickers().reference(row).exchange()).isEqualTo("NYSE");
        assertThat(snapshot.tickers().reference(row).sector()).isEqualTo("Finance");
        assertThat(snapshot.tickers().reference(row).industry()).isEqualTo("Banks");
        assertThat(snapshot.tickers().reference(row).metadata()).isEqualTo("{\"company_name\":\"Aaa \\\"A\\\" Inc.\"}");

        while (!feed.isFinished()) {
            snapshot = next(feed);
        }
        assertThat(snapshot.time()).isEqualTo("2025-03-12T23:59:59Z");
        assertThat(values(snapshot, "AAA", Column.PRICE, Column.VOLUME_TODAY, Column.OPEN, Column.HIGH, Column.LOW))
                .as("the regular session's stand still")
                .containsExactly(11.4, 190.5, 10.3, 10.9, 10.1);
        assertThat(values(snapshot, "AAA", Column.INTRADAY_HIGH, Column.INTRADAY_LOW))
                .containsExactly(11.5, 9);
    }

    @Test
    void theSessionIsRegularUntilOneOnAnEarlyClose() throws Exception {
        LocalDate eve = LocalDate.of(2025, 7, 3);
        recorded.bars(eve, "AAA,2025-07-03T16:59Z,10,11,9,10,1", "AAA,2025-07-03T17:00Z,10,20,5,10,1");
        FeedSettings.Replay settings = new FeedSettings.Replay(folder, eve, LocalTime.of(13, 0), LAST, Speed.MAX);

        Snapshot snapshot = next(new ReplayFeed(vertx, settings, clockFor(settings)));

        assertThat(values(snapshot, "AAA", Column.HIGH, Column.LOW, Column.INTRADAY_HIGH, Column.INTRADAY_LOW))
                .containsExactly(11, 9, 20, 5);
    }

    @Test
    void everyMinuteHasASnapshotAndThenThereIsNoneForEver() throws Exception {
        recorded.bars(DAY, "AAA,2025-03-12T08:00Z,1,1,1,1,1", "AAA,2025-03-12T23:59Z,1,1,1,1,1");
        ReplayFeed feed = lockstep(FIRST, LAST);
        List<Instant> times = new ArrayList<>();
        for (Optional<Snapshot> next = answer(feed.next()); next.isPresent(); next = answer(feed.next())) {
            times.add(next.get().time());
        }

        Instant first = Instant.parse("2025-03-12T08:00:59Z");
        assertThat(times)
                .containsExactlyElementsOf(IntStream.range(0, 960)
                        .mapToObj(minute -> first.plusSeconds(60L * minute))
                        .toList());
        assertThat(feed.isFinished()).isTrue();
        assertThat(answer(feed.next())).isEmpty();
    }

    @Test
    void earlierMinutesAreNotShownButCountAndUntilIsTheLast() throws Exception {
        recorded.bars(DAY, "AAA,2025-03-12T08:00Z,1,1,1,1,10", "AAA,2025-03-12T14:00Z,2,2,2,2,20");
        FeedSettings.Replay settings = settings(LocalTime.of(10, 0), LocalTime.of(10, 1));
        ReplayFeed feed = new ReplayFeed(vertx, settings, clockFor(settings));

        Snapshot first = next(feed);
        assertThat(first.time()).isEqualTo("2025-03-12T14:00:59Z").isEqualTo(ReplayFeed.startOf(settings));
        assertThat(values(first, "AAA", Column.VOLUME_TODAY, Column.INTRADAY_LOW))
                .containsExactly(30, 1);
        assertThat(feed.isFinished()).isFalse();
        assertThat(next(feed).time()).isEqualTo("2025-03-12T14:01:59Z").isEqualTo(ReplayFeed.endOf(settings));
        assertThat(feed.isFinished()).isTrue();
        assertThat(answer(feed.next())).isEmpty();
    }

    @Test
    void aClockThatRunsAheadSkipsNoSnapshotAndOneThatIsBehindIsWaitedFor() throws Exception {
        recorded.bars(DAY, "AAA,2025-03-12T13:30Z,1,1,1,1,10");
        FeedSettings.Replay settings = settings(LocalTime.of(9, 30), LAST);
        Instant[] wall = {Instant.EPOCH};
        MarketClock clock =
                MarketClock.scaled(() -> wall[0], ReplayFeed.startOf(settings), 60, ReplayFeed.endOf(settings));
        ReplayFeed feed = new ReplayFeed(vertx, settings, clock);

        assertThat(next(feed).time()).isEqualTo("2025-03-12T13:30:59Z");
        assertThat(answer(feed.next())).isEmpty();
        wall[0] = wall[0].plusMillis(2_500);
        assertThat(next(feed).time()).isEqualTo("2025-03-12T13:31:59Z");
        assertThat(next(feed).time()).isEqualTo("2025-03-12T13:32:59Z");
        assertThat(answer(feed.next())).isEmpty();
        wall[0] = wall[0].plusSeconds(86_400);
        int rest = 0;
        while (answer(feed.next()).isPresent()) {
            rest++;
        }
        assertThat(rest).isEqualTo(10 * 60 + 30 - 3);
    }

    @Test
    void withoutBarsTheUniverseIsTheOneSnapshotBeforeTheClose() throws Exception {
        recorded.universe(
                DAY,
                "BRK/B,Berkshire,NYSE,,,United States,,463.19,3.36,0.731,3069159",
                "ABR^D,Arbor,NYSE,,,United States,,18.49,0.17,0.928,6488",
                "NEW,New Inc.,NASDAQ,Finance,Blank Checks,,,10.05,10.05,,500");
        FeedSettings.Replay settings = settings(FIRST, LAST);
        ReplayFeed feed = new ReplayFeed(vertx, settings, clockFor(settings));

        Snapshot only = next(feed);

        assertThat(only.time())
                .isEqualTo("2025-03-12T19:59:59Z")
                .isEqualTo(ReplayFeed.startOf(settings))
                .isEqualTo(ReplayFeed.endOf(settings));
        assertThat(values(only, "BRK.B", Column.PRICE, Column.VOLUME_TODAY, Column.PREV_CLOSE))
                .containsExactly(463.19, 3_069_159, 459.83);
        assertThat(values(only, "ABRpD", Column.PRICE)).containsExactly(18.49);
        assertThat(values(only, "NEW", Column.PRICE)).containsExactly(10.05);
        assertThat(values(only, "NEW", Column.PREV_CLOSE, Column.OPEN, Column.HIGH, Column.LOW, Column.INTRADAY_HIGH))
                .containsOnly(Double.NaN);
        assertThat(only.tickers().reference(row(only.tickers(), "BRK.B")).sector())
                .isNull();
        assertThat(answer(feed.next())).isEmpty();
        assertThat(feed.isFinished()).isTrue();
    }

    @Test
    void theMeanVolumeIsThatOfTheLatestThirtyDaysAndUnknownBelowTen() throws Exception {
        recorded.bars(DAY, "OFTEN,2025-03-12T13:30Z,1,1,1,1,1", "RARE,2025-03-12T13:30Z,1,1,1,1,1");
        for (int ago = 1; ago <= 61; ago++) {
            List<String> rows = new ArrayList<>();
            if (ago <= 45) {
                rows.add("OFTEN,,,,,,,1,0,0," + ago * 1_000);
            }
            if (ago <= 9 || ago == 61) {
                rows.add("RARE,,,,,,,1,0,0,1000");
            }
            recorded.universe(DAY.minusDays(ago), rows.toArray(String[]::new));
        }
        recorded.universe(DAY, "OFTEN,,,,,,,1,0,0,999999999", "RARE,,,,,,,1,0,0,999999999");

        Snapshot snapshot = next(lockstep(LocalTime.of(9, 30), LAST));

        assertThat(values(snapshot, "OFTEN", Column.AVG_VOLUME_30D)).containsExactly(15_500);
        assertThat(values(snapshot, "RARE", Column.AVG_VOLUME_30D)).containsOnly(Double.NaN);
        recorded.universe(DAY.minusDays(60), "RARE,,,,,,,1,0,0,3000");
        snapshot = next(lockstep(LocalTime.of(9, 30), LAST));
        assertThat(values(snapshot, "RARE", Column.AVG_VOLUME_30D)).containsExactly(1_200);
    }

    @Test
    void aDayThatIsNotThereFailsWithWhatToDoAndIsTriedAgain() throws Exception {
        ReplayFeed feed = lockstep(FIRST, LAST);

        assertThatThrownBy(() -> answer(feed.next()))
                .hasCauseInstanceOf(IOException.class)
                .hasMessageContaining("bars-2025-03-12.csv.gz")
                .hasMessageContaining("universe-2025-03-12.csv.gz")
                .hasMessageContaining("market.feed.replay.folder");

        recorded.bars(DAY, "AAA,2025-03-12T08:00Z,1,1,1,1,1");
        assertThat(next(feed).tickers().size()).isOne();
    }

    @Test
    void aWrongFileIsNamedWithItsLine() throws Exception {
        recorded.bars(DAY, "AAA,2025-03-12T08:00Z,1,1,1,1,1", "AAA,2025-03-12T08:01Z,1,1,1,x,1");
        assertFailure("bars-2025-03-12.csv.gz, line 3: close 'x' is no number");

        recorded.bars(DAY, "AAA,2025-03-12T08:01Z,,1,1,1,1");
        assertFailure("line 2: open is empty");

        recorded.bars(DAY, "AAA,2025-03-13T00:00Z,1,1,1,1,1");
        assertFailure("line 2: minute_utc '2025-03-13T00:00Z'");

        recorded.bars(DAY, "AAA,08:00,1,1,1,1,1");
        assertFailure("line 2: minute_utc '08:00'");

        recorded.write("bars/bars-2025-03-12.csv.gz", "symbol,price", "AAA,1");
        assertFailure("minute_utc");

        Files.writeString(folder.resolve("bars/bars-2025-03-12.csv.gz"), "not compressed");
        assertFailure("bars-2025-03-12.csv.gz cannot be read");
    }

    private void assertFailure(String message) {
        assertThatThrownBy(() -> answer(lockstep(FIRST, LAST).next()))
                .hasCauseInstanceOf(IOException.class)
                .hasMessageContaining(message);
    }

    private ReplayFeed lockstep(LocalTime from, LocalTime until) {
        FeedSettings.Replay settings = settings(from, until);
        return new ReplayFeed(vertx, settings, clockFor(settings));
    }

    private FeedSettings.Replay settings(LocalTime from, LocalTime until) {
        return new FeedSettings.Replay(folder, DAY, from, until, Speed.MAX);
    }

    private static MarketClock clockFor(FeedSettings.Replay settings) {
        return MarketClock.lockstep(() -> Instant.EPOCH, ReplayFeed.startOf(settings));
    }

    private static Snapshot next(Feed feed) throws Exception {
        return answer(feed.next()).orElseThrow();
    }

    private static double[] values(Snapshot snapshot, String symbol, Column... columns) {
        int row = row(snapshot.tickers(), symbol);
        double[] values = new double[columns.length];
        for (int i = 0; i < columns.length; i++) {
            values[i] = snapshot.tickers().get(columns[i], row);
        }
        return values;
    }

    private static int row(TickerColumns tickers, String symbol) {
        return IntStream.range(0, tickers.size())
                .filter(row -> tickers.symbol(row).equals(symbol))
                .findFirst()
                .orElseThrow();
    }

    private static <T> T answer(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, SECONDS);
    }
}
