package dev.atalaya.feed;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.atalaya.config.FeedSettings;
import dev.atalaya.config.Speed;
import dev.atalaya.market.Column;
import dev.atalaya.market.MarketClock;
import dev.atalaya.market.Snapshot;
import dev.atalaya.market.SymbolTable;
import dev.atalaya.market.TickerColumns;
import dev.atalaya.testing.SharedData;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/// A recorded day, replayed and computed from the files' lines by the words of the design.
class RecordedDayTest {
    private static final LocalDate DAY = LocalDate.of(2025, 1, 24);

    private final Path data = SharedData.folder();

    private record Bar(String symbol, LocalTime minute, double open, double high, double low, double close, double v) {}

    @Test
    void theReplayedDayIsWhatTheFilesSay() throws Exception {
        List<Bar> bars = bars();
        List<String> symbols = bars.stream().map(Bar::symbol).distinct().toList();
        FeedSettings.Replay settings =
                new FeedSettings.Replay(data, DAY, LocalTime.of(4, 0), LocalTime.of(19, 59), Speed.MAX);
        Vertx vertx = Vertx.vertx();
        ReplayFeed feed = new ReplayFeed(
                vertx, settings, MarketClock.lockstep(() -> Instant.EPOCH, ReplayFeed.startOf(settings)));
        try {
            int snapshots = 0;
            for (Optional<Snapshot> next = next(feed); next.isPresent(); next = next(feed)) {
                snapshots++;
                LocalTime minute = LocalTime.ofInstant(next.get().time(), ZoneId.of("America/New_York"))
                        .withSecond(0);
                assertThat(next.get().time().getEpochSecond() % 60).isEqualTo(59);
                boolean checkAll = List.of("09:29", "09:35", "12:00", "15:59", "16:30", "19:59")
                        .contains(minute.toString());
                for (String symbol : checkAll ? symbols : List.of("AAPL", "NVDA", "JNJ")) {
                    check(next.get().tickers(), symbol, minute, bars);
                }
            }
            assertThat(snapshots).isEqualTo(960);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(20, SECONDS);
        }
    }

    private static void check(TickerColumns tickers, String symbol, LocalTime minute, List<Bar> all) {
        List<Bar> bars = all.stream()
                .filter(bar -> bar.symbol().equals(symbol) && !bar.minute().isAfter(minute))
                .toList();
        List<Bar> regular = bars.stream()
                .filter(bar -> !bar.minute().isBefore(LocalTime.of(9, 30))
                        && bar.minute().isBefore(LocalTime.of(16, 0)))
                .toList();
        int row = row(tickers, symbol);
        assertThat(row >= 0).as("%s at %s", symbol, minute).isEqualTo(!bars.isEmpty());
        if (row < 0) {
            return;
        }
        same(tickers, row, Column.PRICE, bars.getLast().close());
        same(
                tickers,
                row,
                Column.VOLUME_TODAY,
                bars.stream().mapToDouble(Bar::v).sum());
        same(tickers, row, Column.INTRADAY_HIGH, max(bars.stream().mapToDouble(Bar::high)));
        same(tickers, row, Column.INTRADAY_LOW, -max(bars.stream().mapToDouble(bar -> -bar.low())));
        same(
                tickers,
                row,
                Column.OPEN,
                regular.isEmpty() ? Double.NaN : regular.getFirst().open());
        same(tickers, row, Column.HIGH, max(regular.stream().mapToDouble(Bar::high)));
        same(tickers, row, Column.LOW, -max(regular.stream().mapToDouble(bar -> -bar.low())));
    }

    private static double max(DoubleStream values) {
        return values.max().orElse(Double.NaN);
    }

    @Test
    void theUniverseGivesPreviousCloseAndMeanVolume() throws Exception {
        FeedSettings.Replay settings =
                new FeedSettings.Replay(data, DAY, LocalTime.of(4, 0), LocalTime.of(19, 59), Speed.MAX);
        SymbolTable symbols = new SymbolTable(99);
        TickerColumns tickers = new TickerColumns(symbols, 99);
        ReplayDay.load(settings, symbols).fill(959, tickers);
        // the names hold commas: the numbers are counted from the line's end
        Map<String, List<Double>> volumes = new HashMap<>();
        for (int ago = 60; ago >= 1; ago--) {
            Path file = data.resolve("universe/universe-" + DAY.minusDays(ago) + ".csv.gz");
            for (String line : Files.exists(file) ? lines(file) : List.<String>of()) {
                String[] field = line.split(",", -1);
                volumes.computeIfAbsent(field[0], symbol -> new ArrayList<>())
                        .add(Double.valueOf(field[field.length - 1]));
            }
        }
        int checked = 0;
        for (String line : lines(data.resolve("universe/universe-" + DAY + ".csv.gz"))) {
            String[] field = line.split(",", -1);
            int row = row(tickers, field[0]);
            if (row >= 0) {
                List<Double> days = volumes.getOrDefault(field[0], List.of());
                double mean = days.subList(Math.max(0, days.size() - 30), days.size()).stream()
                        .mapToDouble(volume -> volume)
                        .average()
                        .orElseThrow();
                same(tickers, row, Column.AVG_VOLUME_30D, days.size() < 10 ? Double.NaN : mean);
                double last = Double.parseDouble(field[field.length - 4]);
                same(tickers, row, Column.PREV_CLOSE, last - Double.parseDouble(field[field.length - 3]));
                String marketCap = field[field.length - 5];
                same(tickers, row, Column.MARKET_CAP, marketCap.isEmpty() ? Double.NaN : Double.parseDouble(marketCap));
                checked++;
            }
        }
        assertThat(checked).isEqualTo(98);
    }

    private static int row(TickerColumns tickers, String symbol) {
        return IntStream.range(0, tickers.size())
                .filter(row -> tickers.symbol(row).equals(symbol))
                .findFirst()
                .orElse(-1);
    }

    private static void same(TickerColumns tickers, int row, Column column, double expected) {
        double actual = tickers.get(column, row);
        assertThat(Double.isNaN(actual))
                .as("%s of %s", column, tickers.symbol(row))
                .isEqualTo(Double.isNaN(expected));
        if (!Double.isNaN(expected)) {
            assertThat(actual).as("%s of %s", column, tickers.symbol(row)).isCloseTo(expected, within(1e-9));
        }
    }

    private List<Bar> bars() throws IOException {
        return lines(data.resolve("bars/bars-" + DAY + ".csv.gz")).stream()
                .map(line -> line.split(",", -1))
                .map(field -> new Bar(
                        field[0],
                        LocalTime.ofInstant(
                                Instant.parse(field[1].replace("Z", ":00Z")), ZoneId.of("America/New_York")),
                        Double.parseDouble(field[2]),
                        Double.parseDouble(field[3]),
                        Double.parseDouble(field[4]),
                        Double.parseDouble(field[5]),
                        Double.parseDouble(field[6])))
                .toList();
    }

    private static List<String> lines(Path file) throws IOException {
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            return lines.lines().skip(1).toList();
        }
    }

    private static Optional<Snapshot> next(Feed feed) throws Exception {
        return feed.next().toCompletionStage().toCompletableFuture().get(20, SECONDS);
    }
}
