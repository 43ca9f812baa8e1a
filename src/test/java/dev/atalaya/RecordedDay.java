package dev.atalaya;

import static java.util.Comparator.comparingDouble;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/// What a scan of a recorded day finds, computed from its files in the plainest way: as the design's sentences
/// say it, with nothing of the service. The rules are the defaults, but rvol is enough from 0.02 on. Unknown is
/// NaN.
final class RecordedDay {
    static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
    private static final LocalTime OPEN = LocalTime.of(9, 30);
    private static final LocalTime CLOSE = LocalTime.of(16, 0);

    /// @param minute when it starts, New York time
    private record Bar(
            String symbol, LocalTime minute, double open, double high, double low, double close, double volume) {}

    /// A ticker that was kept.
    record Ticker(
            String symbol,
            double price,
            double volume,
            double changePercent,
            double changeFromOpen,
            double fromHigh,
            double fromLow,
            double rvol,
            double score) {}

    /// The lists at a time.
    ///
    /// @param kept in rank order
    /// @param categories each in its order
    record Lists(String session, List<Ticker> kept, Map<String, List<Ticker>> categories) {}

    private final Map<String, List<Bar>> bars = new TreeMap<>();
    private final Map<String, Double> prevCloses = new HashMap<>();
    private final Map<String, List<Double>> volumes = new HashMap<>();

    RecordedDay(Path folder, LocalDate day) throws IOException {
        for (Map<String, String> row : rows(folder.resolve("bars/bars-" + day + ".csv.gz"))) {
            Bar bar = new Bar(
                    symbol(row),
                    OffsetDateTime.parse(row.getOrDefault("minute_utc", ""))
                            .atZoneSameInstant(NEW_YORK)
                            .toLocalTime(),
                    number(row, "open"),
                    number(row, "high"),
                    number(row, "low"),
                    number(row, "close"),
                    number(row, "volume"));
            bars.computeIfAbsent(bar.symbol(), symbol -> new ArrayList<>()).add(bar);
        }
        bars.values().forEach(ofSymbol -> ofSymbol.sort(Comparator.comparing(Bar::minute)));
        for (Map<String, String> row : rows(universe(folder, day))) {
            if (!row.getOrDefault("last", "").isEmpty()
                    && !row.getOrDefault("net_change", "").isEmpty()) {
                BigDecimal last = new BigDecimal(row.getOrDefault("last", ""));
                BigDecimal change = new BigDecimal(row.getOrDefault("net_change", ""));
                prevCloses.put(symbol(row), last.subtract(change).doubleValue());
            }
        }
        for (LocalDate before = day.minusDays(1); !before.isBefore(day.minusDays(60)); before = before.minusDays(1)) {
            if (Files.exists(universe(folder, before))) {
                for (Map<String, String> row : rows(universe(folder, before))) {
                    volumes.computeIfAbsent(symbol(row), symbol -> new ArrayList<>())
                            .add(number(row, "volume"));
                }
            }
        }
    }

    private static Path universe(Path folder, LocalDate day) {
        return folder.resolve("universe/universe-" + day + ".csv.gz");
    }

    private static String symbol(Map<String, String> row) {
        return row.getOrDefault("symbol", "").replace('/', '.').replace('^', 'p');
    }

    private static double number(Map<String, String> row, String column) {
        return Double.parseDouble(row.getOrDefault(column, ""));
    }

    /// These files have no quotes.
    private static List<Map<String, String>> rows(Path file) throws IOException {
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            String[] columns = lines.readLine().split(",", -1);
            return lines.lines()
                    .map(line -> {
                        String[] fields = line.split(",", -1);
                        Map<String, String> row = new HashMap<>();
                        for (int i = 0; i < columns.length; i++) {
                            row.put(columns[i], fields[i]);
                        }
                        return row;
                    })
                    .toList();
        }
    }

    /// The lists at a full minute: those of the snapshot of the minute before, which ends a second earlier.
    Lists at(LocalTime time) {
        String session = time.minusMinutes(1).isBefore(OPEN)
                ? "PRE_MARKET"
                : time.minusMinutes(1).isBefore(CLOSE) ? "MARKET_OPEN" : "POST_MARKET";
        List<Ticker> kept = bars.values().stream()
                .map(ofSymbol -> ofSymbol.stream()
                        .filter(bar -> bar.minute().isBefore(time))
                        .toList())
                .filter(soFar -> !soFar.isEmpty())
                .map(this::ticker)
                .filter(ticker -> ticker.price() >= 0.5 && ticker.volume() > 0)
                .filter(ticker -> ticker.rvol() >= 0.02 || Double.isNaN(ticker.rvol()))
                .filter(ticker -> ticker.price() >= 1 && ticker.volume() >= 100_000)
                .sorted(descending(comparingDouble(Ticker::score)))
                .limit(1000)
                .toList();
        return new Lists(session, kept, categories(kept, session.equals("MARKET_OPEN")));
    }

    private Ticker ticker(List<Bar> soFar) {
        String symbol = soFar.getFirst().symbol();
        double price = soFar.getLast().close();
        double volume = soFar.stream().mapToDouble(Bar::volume).sum();
        double prevClose = prevCloses.getOrDefault(symbol, Double.NaN);
        double open = soFar.stream()
                .filter(bar -> !bar.minute().isBefore(OPEN) && bar.minute().isBefore(CLOSE))
                .mapToDouble(Bar::open)
                .findFirst()
                .orElse(Double.NaN);
        List<Double> days = volumes.getOrDefault(symbol, List.of());
        double average = days.size() < 10
                ? Double.NaN
                : days.stream().limit(30).collect(Collectors.averagingDouble(each -> each));
        double rvol = volume / average;
        return new Ticker(
                symbol,
                price,
                volume,
                prevClose > 0 ? percent(price, prevClose) : Double.NaN,
                percent(price, open),
                percent(price, soFar.stream().mapToDouble(Bar::high).max().orElseThrow()),
                percent(price, soFar.stream().mapToDouble(Bar::low).min().orElseThrow()),
                rvol,
                Double.isNaN(rvol) ? 0 : rvol * 10 + rvol * 5);
    }

    private static double percent(double value, double base) {
        return (value - base) / base * 100;
    }

    private static Map<String, List<Ticker>> categories(List<Ticker> kept, boolean open) {
        Comparator<Ticker> change = comparingDouble(Ticker::changePercent);
        Comparator<Ticker> falling = ascending(change);
        Comparator<Ticker> rising = descending(change);
        Map<String, List<Ticker>> lists = new LinkedHashMap<>();
        lists.put("gappers_up", top(kept, ticker -> ticker.changePercent() >= 2, rising));
        lists.put("gappers_down", top(kept, ticker -> ticker.changePercent() <= -2, falling));
        lists.put("momentum_up", top(kept, ticker -> open && ticker.changePercent() >= 3, rising));
        lists.put("momentum_down", top(kept, ticker -> open && ticker.changePercent() <= -3, falling));
        lists.put("winners", top(kept, ticker -> ticker.changePercent() >= 5, rising));
        lists.put("losers", top(kept, ticker -> ticker.changePercent() <= -5, falling));
        lists.put("anomalies", top(kept, ticker -> ticker.rvol() >= 3, descending(comparingDouble(Ticker::rvol))));
        lists.put("high_volume", top(kept, ticker -> ticker.rvol() >= 2, descending(comparingDouble(Ticker::volume))));
        lists.put(
                "new_highs",
                top(kept, ticker -> ticker.fromHigh() >= -0.5, descending(comparingDouble(Ticker::fromHigh))));
        lists.put(
                "new_lows", top(kept, ticker -> ticker.fromLow() <= 0.5, ascending(comparingDouble(Ticker::fromLow))));
        lists.put(
                "reversals",
                top(
                        kept,
                        ticker -> (ticker.changePercent() >= 2 && ticker.changeFromOpen() <= -1)
                                || (ticker.changePercent() <= -2 && ticker.changeFromOpen() >= 1),
                        descending(comparingDouble(Ticker::score))));
        return lists;
    }

    private static List<Ticker> top(List<Ticker> kept, Predicate<Ticker> in, Comparator<Ticker> order) {
        return kept.stream().filter(in).sorted(order).limit(100).toList();
    }

    private static Comparator<Ticker> ascending(Comparator<Ticker> order) {
        return order.thenComparing(Ticker::symbol);
    }

    private static Comparator<Ticker> descending(Comparator<Ticker> order) {
        return ascending(order.reversed());
    }
}
