package dev.atalaya.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.bench.VendorMarket;
import dev.atalaya.market.Column;
import dev.atalaya.market.PartSet;
import dev.atalaya.market.Reference;
import dev.atalaya.market.SkipReason;
import dev.atalaya.market.Snapshot;
import dev.atalaya.market.SymbolTable;
import dev.atalaya.market.TickerColumns;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Snapshots of which each decoder reads some parts: together they read what one reads that reads all.
class PartDecodingTest {
    private static final Instant TIME = Instant.parse("2025-01-24T15:00:00Z");
    private static final int TICKERS = 60;
    private static final int ROUNDS = 120;

    private static final List<String> CHANGES = List.of(
            "{\"ticker\":\"NEW#\"",
            "{\"ticker\":\"AB\"",
            "{\"ticker\":\"" + "X".repeat(32) + "\"",
            "{\"ticker\":\"" + "X".repeat(33) + "\"",
            "{\"ticker\":\"?!\"",
            "{\"ticker\":\"A\\u0042\"",
            "{\"tick\":\"AB\"",
            "{ \"ticker\":null",
            "{\"lastTrade\":null,\"ticker\":\"BC\"",
            "{,");

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final VendorMarket market = new VendorMarket(TICKERS, seed);

    private VendorSnapshotDecoder decoder() {
        Executor helper = random.nextBoolean() ? Runnable::run : Thread::startVirtualThread;
        return new VendorSnapshotDecoder(new SymbolTable(16), 4, helper, 1);
    }

    /// What became of a snapshot, or of parts of one, whatever the order of its rows.
    private record Outcome(Map<String, List<String>> rows, Map<SkipReason, Integer> skipped, List<Instant> times) {
        Outcome() {
            this(new TreeMap<>(), new EnumMap<>(SkipReason.class), new ArrayList<>());
        }

        void add(Snapshot snapshot) {
            TickerColumns tickers = snapshot.tickers();
            if (!times.contains(snapshot.time())) {
                times.add(snapshot.time());
            }
            for (int row = 0; row < tickers.size(); row++) {
                rows.computeIfAbsent(tickers.symbol(row), unseen -> new ArrayList<>())
                        .add(told(tickers, row));
            }
            for (SkipReason reason : SkipReason.values()) {
                skipped.merge(reason, tickers.skipped(reason), Integer::sum);
            }
        }

        private static String told(TickerColumns tickers, int row) {
            return Arrays.stream(Column.values())
                            .filter(column -> !column.isDerived())
                            .map(column -> "" + tickers.get(column, row))
                            .toList()
                    + " " + tickers.lastTradeMillis(row);
        }
    }

    private interface Reading {
        Snapshot read(VendorSnapshotDecoder decoder) throws SnapshotFormatException, InterruptedException;
    }

    /// Together with whether it was refused.
    private static String outcome(List<VendorSnapshotDecoder> decoders, Reading reading) throws Exception {
        Outcome outcome = new Outcome();
        int refused = 0;
        for (VendorSnapshotDecoder decoder : decoders) {
            try {
                outcome.add(reading.read(decoder));
            } catch (SnapshotFormatException e) {
                refused++;
            }
        }
        assertThat(refused).as("refused by some, not by all").isIn(0, decoders.size());
        return refused > 0 ? "refused" : outcome.toString();
    }

    /// As many decoders as there are parts or fewer, each with some of the parts.
    private List<VendorSnapshotDecoder> cut(int parts) {
        List<List<Integer>> members = new ArrayList<>();
        int nodes = 1 + random.nextInt(parts);
        for (int i = 0; i < nodes; i++) {
            members.add(new ArrayList<>());
        }
        for (int part = 0; part < parts; part++) {
            members.get(random.nextInt(nodes)).add(part);
        }
        return members.stream()
                .map(some -> {
                    VendorSnapshotDecoder decoder = decoder();
                    decoder.only(PartSet.of(parts, some));
                    return decoder;
                })
                .toList();
    }

    private static Snapshot text(VendorSnapshotDecoder decoder, byte[] json)
            throws SnapshotFormatException, InterruptedException {
        return decoder.decode(SnapshotBytes.of(json, json.length), symbolId -> Reference.UNKNOWN);
    }

    private String next(int round) {
        StringBuilder json = new StringBuilder(new String(market.next(TIME, 1), StandardCharsets.UTF_8));
        for (int change = random.nextInt(4); change > 0; change--) {
            int at = json.indexOf("{\"ticker\":\"", random.nextInt(json.length()));
            if (at >= 0) {
                int end = json.indexOf("\"", at + 11) + 1;
                int which = random.nextInt(CHANGES.size() - (random.nextInt(4) > 0 ? 1 : 0)); // seldom no JSON
                json.replace(at, end, CHANGES.get(which).replace("#", "" + round));
            }
        }
        return json.toString();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 7, 64})
    void thePartsOfATextAreTheWhole(int parts) throws Exception {
        List<VendorSnapshotDecoder> whole = List.of(decoder());
        List<VendorSnapshotDecoder> some = cut(parts);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] json = next(round).getBytes(StandardCharsets.UTF_8);
            assertThat(outcome(some, decoder -> text(decoder, json)))
                    .as("seed %s, round %s", seed, round)
                    .isEqualTo(outcome(whole, decoder -> text(decoder, json)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 7, 64})
    void thePartsOfAHashAreTheWhole(int parts) throws Exception {
        List<VendorSnapshotDecoder> whole = List.of(decoder());
        List<VendorSnapshotDecoder> some = cut(parts);
        for (int round = 0; round < ROUNDS; round++) {
            String json = next(round);
            String[] tickers =
                    json.substring(json.indexOf('[') + 1, json.lastIndexOf(']')).split(",(?=\\{\"ticker\")", -1);
            List<String> texts = new ArrayList<>(List.of("__meta__", "{\"timestamp\":\"" + TIME + "\"}"));
            for (int i = 0; i < tickers.length; i++) {
                texts.addAll(List.of(market.symbol(i), tickers[i]));
            }
            assertThat(outcome(some, decoder -> hash(decoder, texts)))
                    .as("seed %s, round %s", seed, round)
                    .isEqualTo(outcome(whole, decoder -> hash(decoder, texts)));
        }
    }

    private static Snapshot hash(VendorSnapshotDecoder decoder, List<String> texts)
            throws SnapshotFormatException, InterruptedException {
        SnapshotBytes bytes = new SnapshotBytes(16, 10_000_000);
        for (String text : texts) {
            Buffer piece = Buffer.buffer(text);
            bytes.begin(piece.length());
            bytes.handle(piece);
        }
        bytes.end();
        return decoder.decodeHash(bytes, symbolId -> Reference.UNKNOWN);
    }
}
