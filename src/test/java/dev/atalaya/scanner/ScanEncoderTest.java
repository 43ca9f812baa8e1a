package dev.atalaya.scanner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.bus.EncodedRows;
import dev.atalaya.bus.PublishedLists.PublishedList;
import dev.atalaya.market.Column;
import dev.atalaya.market.MarketSession;
import dev.atalaya.market.Reference;
import dev.atalaya.market.Snapshot;
import dev.atalaya.market.SymbolTable;
import dev.atalaya.market.TickerColumns;
import dev.atalaya.scan.DefaultRules;
import dev.atalaya.scan.DeltaThresholds;
import dev.atalaya.scan.ScanEngine;
import dev.atalaya.scan.ScanRules;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ScanEncoderTest {
    private static final DeltaThresholds THRESHOLDS = new DeltaThresholds(0.01, 1000, 0.01, 0.05);
    private static final int TICKERS = 1_500;

    private final ScanRules rules = DefaultRules.rules();
    private final ScanEngine engine = new ScanEngine(rules);
    private final RankedLists found = new RankedLists(rules.categories().size());
    private final SymbolTable symbols = new SymbolTable(TICKERS);
    private final TickerColumns tickers = new TickerColumns(symbols, TICKERS);
    private final ScanEncoder encoder = new ScanEncoder(rules, THRESHOLDS, symbols, Optional.empty(), false);
    private final NaiveEncoder naive = new NaiveEncoder(rules, THRESHOLDS, symbols);
    private final long[] sequences = new long[rules.categories().size()];
    private final long[] naiveSequences = new long[sequences.length];
    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    /// By ticker: what stands in the next snapshot.
    private final double[][] values = new double[TICKERS][Column.RVOL.ordinal()];

    private final long[] tradedAt = new long[TICKERS];
    private final Reference[] references = new Reference[TICKERS];

    private static String text(Consumer<EncodedRows.Sink> json) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        json.accept((part, from, to) -> bytes.write(part, from, to - from));
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static List<NaiveEncoder.Text> lists(Publication publication) {
        return publication.lists().stream()
                .map(list -> new NaiveEncoder.Text(list.name(), list.sequence(), text(list::write)))
                .toList();
    }

    private List<NaiveEncoder.Text> messages(Publication publication) {
        List<String> categories =
                publication.lists().stream().map(PublishedList::name).toList();
        return publication.messages().stream()
                .map(message -> new NaiveEncoder.Text(
                        message.list(),
                        publication
                                .lists()
                                .get(categories.indexOf(message.list()))
                                .sequence(),
                        text(message.json())))
                .toList();
    }

    private Publication scan(Instant time, MarketSession session) {
        Snapshot snapshot = new Snapshot(time, tickers);
        engine.scan(tickers, session, found);
        return encoder.encode(snapshot, session, found, 7, sequences);
    }

    /// The next snapshot: a share of the tickers trades, some are left out, some have new reference data.
    private void fill(double share) {
        tickers.clear();
        for (int i = 0; i < TICKERS; i++) {
            if (references[i] == null || random.nextDouble() < share) {
                trade(i);
            }
            int row = random.nextInt(50) == 0 ? -1 : tickers.add(symbols.intern("S" + i), references[i]);
            for (int column = 0; row >= 0 && column < values[i].length; column++) {
                if (!Column.values()[column].name().matches("AVG.*|.*SHARES.*|MARKET_CAP")) {
                    tickers.set(Column.values()[column], row, values[i][column]);
                }
            }
            if (row >= 0) {
                tickers.setLastTradeMillis(row, tradedAt[i]);
            }
        }
    }

    private void trade(int i) {
        if (references[i] == null || random.nextInt(20) == 0) {
            references[i] = new Reference(
                    number(), number(), number(), number(), number(), words(), words(), words(), metadata());
        }
        for (int column = 0; column < values[i].length; column++) {
            values[i][column] = number();
        }
        values[i][Column.PRICE.ordinal()] = 1 + random.nextInt(100_000) / 100.0;
        values[i][Column.VOLUME_TODAY.ordinal()] = 100_000 + random.nextInt(1_000_000);
        values[i][Column.FEED_RVOL.ordinal()] =
                2 + random.nextInt(4) + (random.nextBoolean() ? 0 : random.nextDouble());
        tradedAt[i] = random.nextInt(8) == 0
                ? TickerColumns.NO_TIME
                : 1_737_700_000_000L + random.nextInt(200_000_000) / (random.nextBoolean() ? 1 : 1000) * 1000L;
    }

    private double number() {
        return switch (random.nextInt(10)) {
            case 0 -> Double.NaN;
            case 1 -> -0.0;
            case 2 -> random.nextLong(1L << 60);
            case 3, 4 -> random.nextInt(1_000_000) / 100.0;
            case 5 -> random.nextInt(1_000_000) / 10_000.0;
            case 6 -> random.nextGaussian() * 1e-9;
            case 7 -> random.nextGaussian() * 1e25;
            default -> random.nextGaussian() * 100;
        };
    }

    private @Nullable String words() {
        return switch (random.nextInt(4)) {
            case 0 -> null;
            case 1 -> "a \"quoted\" \\ \n text";
            default -> "Ñandú & Söhne €";
        };
    }

    private @Nullable String metadata() {
        return switch (random.nextInt(100)) {
            case 0 -> "{\"company_name\":\"" + "long ".repeat(random.nextInt(20_000)) + "\"}";
            case 1, 2, 3 -> null;
            default -> "{\"company_name\":\"Ñandú " + random.nextInt() + "\"}";
        };
    }

    @Test
    void everyByteIsThatOfTheNaiveEncoderWhateverHasChangedSinceTheLastScan() {
        Instant time = Instant.parse("2025-01-24T14:59:59Z");
        List<Publication> published = new ArrayList<>();
        List<List<NaiveEncoder.Text>> expected = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            if (random.nextInt(8) > 0) {
                time = time.plusNanos(random.nextLong(2_000_000_000L));
            }
            if (random.nextInt(10) == 0) {
                encoder.forget();
                naive.forget();
            }
            fill(List.of(0.0, 0.05, 0.3, 1.0).get(random.nextInt(4)));
            MarketSession session = random.nextInt(5) == 0 ? DefaultRules.PRE_MARKET : DefaultRules.MARKET_OPEN;
            Publication publication = scan(time, session);
            NaiveEncoder.Texts naively = naive.encode(new Snapshot(time, tickers), session, found, 7, naiveSequences);
            assertThat(lists(publication).equals(naively.lists()))
                    .as("seed %d, lists of scan %d", seed, i)
                    .isTrue();
            assertThat(messages(publication).equals(naively.messages()))
                    .as("seed %d, messages of scan %d", seed, i)
                    .isTrue();
            assertThat(sequences).as("seed %d", seed).isEqualTo(naiveSequences);
            published.add(publication);
            expected.add(naively.lists());
        }
        assertThat(found.keptCount()).isEqualTo(1000);
        for (int i = 0; i < published.size(); i++) { // what others hold is not overwritten by later scans
            assertThat(lists(published.get(i)).equals(expected.get(i)))
                    .as("seed %d, scan %d", seed, i)
                    .isTrue();
        }
    }

    @Test
    void theLengthsAreThoseOfTheBytes() {
        Instant time = Instant.parse("2025-01-24T15:00:00Z");
        for (int i = 0; i < 5; i++) {
            fill(0.5);
            Publication publication = scan(time.plusSeconds(i), DefaultRules.MARKET_OPEN);
            long bytes = 0;
            for (PublishedList list : publication.lists()) {
                bytes += list.length();
                assertThat(text(list::write).getBytes(StandardCharsets.UTF_8)).hasSize(list.length());
                assertThat(list.top(Integer.MAX_VALUE)).hasToString(text(list::write));
            }
            for (Publication.Message message : publication.messages()) {
                bytes += message.length();
                assertThat(text(message.json()).getBytes(StandardCharsets.UTF_8))
                        .hasSize(message.length());
            }
            assertThat(publication.bytes()).isEqualTo(bytes);
        }
    }

    /// The rows have fresh arrays each time, since others may still hold the last ones; all else is used again.
    @Test
    void aScanAllocatesLittleMoreThanItsRows() {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        Instant time = Instant.parse("2025-01-24T15:00:00Z");
        fill(1);
        Arrays.fill(tradedAt, time.toEpochMilli());
        Arrays.fill(references, Reference.UNKNOWN);
        long allocated = 0;
        long rows = 0;
        for (int i = 0; i < 100; i++) {
            fill(0);
            long before = threads.getCurrentThreadAllocatedBytes();
            Publication publication = scan(time.plusSeconds(i), DefaultRules.MARKET_OPEN);
            if (i >= 50) {
                allocated += threads.getCurrentThreadAllocatedBytes() - before;
                rows += publication.lists().getFirst().length();
            }
        }
        assertThat(allocated / 50).isLessThan(rows / 50 * 6 / 5 + 256 * 1024);
    }
}
