package dev.atalaya.scanner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.bus.EncodedRows;
import dev.atalaya.config.FeedSettings;
import dev.atalaya.config.Speed;
import dev.atalaya.feed.SimulatedFeed;
import dev.atalaya.feed.SimulatedTime;
import dev.atalaya.journal.JournalEntry;
import dev.atalaya.journal.ResultColumn;
import dev.atalaya.journal.ResultRow;
import dev.atalaya.market.Column;
import dev.atalaya.market.ExchangeCalendar;
import dev.atalaya.market.MarketClock;
import dev.atalaya.market.Reference;
import dev.atalaya.market.SimulatedCalendar;
import dev.atalaya.market.Snapshot;
import dev.atalaya.market.SymbolTable;
import dev.atalaya.market.TickerColumns;
import dev.atalaya.market.TradingCalendar;
import dev.atalaya.scan.DefaultRules;
import dev.atalaya.scan.ScanEngine;
import dev.atalaya.testing.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JournalRowsTest {
    private static final Instant TIME = Instant.parse("2025-01-24T15:00:05Z");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final String FILTERS = "rvol_high\u001fprice_range";
    private static final byte[] FILTERS_JSON = JsonBytes.ascii("[\"rvol_high\",\"price_range\"]");

    private static final Set<Column> REFERENCE_DATA = EnumSet.range(Column.AVG_VOLUME_30D, Column.MARKET_CAP);

    private final RankedLists found =
            new RankedLists(DefaultRules.rules().categories().size());

    private static JournalEntry entry(Publication.Journal journal) {
        return new JournalEntry(
                1,
                TIME,
                "MARKET_OPEN",
                LocalDate.parse(journal.day()),
                Instant.parse(journal.hour()),
                Arrays.copyOf(journal.rows(), journal.size()));
    }

    /// What a reader of the published JSON makes of the kept rows.
    private List<ResultRow> published(Snapshot snapshot, SymbolTexts texts, int count) {
        EncodedRows rows = new RowEncoder(texts).encode(snapshot, DefaultRules.MARKET_OPEN, found, FILTERS_JSON);
        Buffer json = Buffer.buffer();
        int[] first = IntStream.range(0, count).toArray();
        rows.writeArray(first, count, (bytes, from, to) -> json.appendBytes(bytes, from, to - from));
        return PublishedRows.of(new JsonArray(json));
    }

    @Test
    void theRowsHaveTheValuesOfThePublishedList() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        JournalRows rows = new JournalRows(ExchangeCalendar.newYork(), HOUR, 200);
        for (int round = 0; round < 50; round++) {
            TickerColumns tickers = hostile(random, 300);
            int[] kept = random.ints(0, tickers.size()).distinct().limit(300).toArray();
            found.ranked(300, kept, random.nextInt(300));
            Snapshot snapshot = new Snapshot(TIME, tickers);
            SymbolTexts texts = new SymbolTexts();
            Publication.Journal journal = rows.encode(snapshot, found, FILTERS, texts);
            assertThat(entry(journal).decode())
                    .as("seed %d", seed)
                    .isEqualTo(published(snapshot, texts, Math.min(200, found.keptCount())));
        }
    }

    /// Up to 2^53, as far as a whole number is exact in JSON.
    private static TickerColumns hostile(Random random, int size) {
        SymbolTable symbols = new SymbolTable(size);
        TickerColumns tickers = new TickerColumns(symbols, size);
        tickers.clear();
        for (int i = 0; i < size; i++) {
            String metadata = random.nextInt(4) == 0 ? null : "{\"company_name\":\"Ñandú " + i + "\"}";
            Reference reference = new Reference(
                    hostile(random),
                    hostile(random),
                    hostile(random),
                    hostile(random),
                    hostile(random),
                    "NYSE",
                    null,
                    "Tools",
                    metadata);
            int row = tickers.add(symbols.intern("S" + i), reference);
            for (Column column : Column.values()) {
                if (!REFERENCE_DATA.contains(column)) {
                    tickers.set(column, row, hostile(random));
                }
            }
        }
        return tickers;
    }

    private static double hostile(Random random) {
        return switch (random.nextInt(9)) {
            case 0 -> Double.NaN;
            case 1 -> -0.0;
            case 2 -> Double.POSITIVE_INFINITY;
            case 3 -> random.nextInt(1_000_000) / 100.0;
            case 4 -> random.nextLong(1L << 53);
            case 5 -> random.nextGaussian() * 1e-9;
            case 6 -> -random.nextDouble() * 1e12;
            case 7 -> random.nextInt(1_000_000) + 0.5;
            default -> random.nextGaussian() * 1e300;
        };
    }

    @Test
    void aHundredRowsOfARealMarketTake25KilobytesAtMost() throws Exception {
        Vertx vertx = Vertx.vertx();
        SimulatedCalendar calendar = new SimulatedCalendar(TIME, LocalTime.of(10, 0), LocalDate.EPOCH);
        SimulatedFeed feed = new SimulatedFeed(
                vertx,
                new FeedSettings.Simulated(11_000, 42, LocalTime.of(10, 0), Optional.empty(), new Speed(1)),
                MarketClock.scaled(() -> TIME, TIME, 1, Instant.MAX),
                SimulatedTime.of(calendar),
                Duration.ofSeconds(10));
        TickerColumns market = Waiting.await(feed.next()).orElseThrow().tickers();
        Waiting.await(vertx.close());
        TickerColumns tickers = withMetadata(market, feed.symbols());
        new ScanEngine(DefaultRules.rules()).scan(tickers, DefaultRules.MARKET_OPEN, found);
        JournalRows rows = new JournalRows(calendar, HOUR, 100);
        Publication.Journal journal =
                rows.encode(new Snapshot(TIME, tickers), found, FILTERS + "\u001fvolume_min", new SymbolTexts());
        List<ResultRow> decoded = entry(journal).decode();
        assertThat(decoded)
                .hasSize(100)
                .allSatisfy(row -> assertThat(row.values()).containsKeys(ResultColumn.METADATA, ResultColumn.RVOL));
        assertThat(journal.size()).isBetween(15_000, 25_000);
    }

    /// The same market, with a hundred bytes of metadata for each symbol.
    private static TickerColumns withMetadata(TickerColumns market, SymbolTable symbols) {
        TickerColumns tickers = new TickerColumns(symbols, market.size());
        tickers.clear();
        for (int row = 0; row < market.size(); row++) {
            Reference known = market.reference(row);
            String name = Optional.ofNullable(known.metadata()).orElse("{\"company_name\":\"Unknown\"}");
            String metadata = name.replace("}", ",\"country\":\"US\",\"currency\":\"USD\",\"cik\":\"00012345\"}");
            assertThat(metadata.getBytes(StandardCharsets.UTF_8).length).isBetween(70, 130);
            tickers.add(
                    market.symbolId(row),
                    new Reference(
                            known.avgVolume30d(),
                            known.avgVolume10d(),
                            known.floatShares(),
                            known.sharesOutstanding(),
                            known.marketCap(),
                            known.exchange(),
                            known.sector(),
                            known.industry(),
                            metadata));
            for (Column column : Column.values()) {
                tickers.set(column, row, market.get(column, row));
            }
        }
        return tickers;
    }

    @Test
    void anEntryNamesTheDayAndThePeriodOfItsTimeForwardsAndBackwards() {
        TickerColumns none = new TickerColumns(new SymbolTable(1), 1);
        List<TradingCalendar> calendars =
                List.of(ExchangeCalendar.newYork(), new SimulatedCalendar(TIME, LocalTime.of(10, 0), LocalDate.EPOCH));
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (TradingCalendar calendar : calendars) {
            for (Duration interval : List.of(HOUR, Duration.ofMinutes(30), Duration.ofDays(1))) {
                JournalRows rows = new JournalRows(calendar, interval, 100);
                Instant time = TIME;
                for (int i = 0; i < 5_000; i++) {
                    time = random.nextInt(20) == 0
                            ? calendar.nextBoundary(time, interval)
                            : time.plusMillis(random.nextLong(-200_000, 1_000_000));
                    Publication.Journal journal =
                            rows.encode(new Snapshot(time, none), found, FILTERS, new SymbolTexts());
                    assertThat(Instant.parse(journal.hour()))
                            .as("%s, %s, %s, seed %d", calendar, interval, time, seed)
                            .isEqualTo(calendar.lastBoundary(time, interval));
                    assertThat(LocalDate.parse(journal.day()))
                            .as("%s, %s, %s, seed %d", calendar, interval, time, seed)
                            .isEqualTo(calendar.marketDay(time));
                }
            }
        }
    }
}
