package dev.atalaya.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.bench.VendorMarket;
import dev.atalaya.market.Reference;
import dev.atalaya.market.SymbolTable;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/// Snapshots of which another thread decodes a part.
class TailDecoderTest {
    private static final Instant TIME = Instant.parse("2025-01-24T15:00:00Z");
    private static final int TICKERS = 200;

    private final VendorMarket market = new VendorMarket(TICKERS, 5);
    private final VendorSnapshotDecoder decoder = decoder(Thread::startVirtualThread);

    /// Its helper is never too late.
    private final VendorSnapshotDecoder waiting = decoder(task -> {
        try {
            Thread.startVirtualThread(task).join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    });

    private static VendorSnapshotDecoder decoder(Executor helper) {
        return new VendorSnapshotDecoder(new SymbolTable(16), 4, helper, 1);
    }

    private static String told(VendorSnapshotDecoder decoder, byte[] json, IntFunction<Reference> references)
            throws Exception {
        try {
            return TreeModelSnapshots.told(decoder.decode(SnapshotBytes.of(json, json.length), references));
        } catch (SnapshotFormatException e) {
            return TreeModelSnapshots.REFUSED;
        }
    }

    private static String told(VendorSnapshotDecoder decoder, byte[] json) throws Exception {
        return told(decoder, json, symbolId -> Reference.UNKNOWN);
    }

    private static String parsed(byte[] json) throws Exception {
        try {
            return TreeModelSnapshots.told(
                    decoder(Runnable::run).parse(json, json.length, symbolId -> Reference.UNKNOWN, null));
        } catch (SnapshotFormatException e) {
            return TreeModelSnapshots.REFUSED;
        }
    }

    private String next() {
        return new String(market.next(TIME, 1), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void bothHalvesMakeUpTheWholeAndEachThreadHasOne() throws Exception {
        told(waiting, bytes(next())); // the symbols and the layout are learned
        for (int i = 0; i < 20; i++) {
            byte[] json = bytes(next());
            Set<Integer> byThisThread = new HashSet<>();
            Set<Integer> byAnother = ConcurrentHashMap.newKeySet();
            Thread self = Thread.currentThread();
            assertThat(told(waiting, json, symbolId -> {
                        (Thread.currentThread().equals(self) ? byThisThread : byAnother).add(symbolId);
                        return Reference.UNKNOWN;
                    }))
                    .isEqualTo(parsed(json))
                    .isNotEqualTo(TreeModelSnapshots.REFUSED);
            assertThat(byAnother)
                    .hasSizeBetween(TICKERS / 2 - 3, TICKERS / 2 + 3)
                    .doesNotContainAnyElementsOf(byThisThread);
            assertThat(byThisThread).hasSize(TICKERS - byAnother.size());
        }
    }

    @Test
    void aHelperThatNeverComesIsNotWaitedFor() throws Exception {
        VendorSnapshotDecoder alone = decoder(task -> {});
        for (int i = 0; i < 3; i++) {
            byte[] json = bytes(next());
            assertThat(told(alone, json)).isEqualTo(parsed(json));
        }
    }

    @Test
    void aHelperThatComesTooLateFindsNothingToDo() throws Exception {
        Runnable[] late = new Runnable[1];
        VendorSnapshotDecoder decoder = decoder(task -> late[0] = task);
        told(decoder, bytes(next()));
        for (int i = 0; i < 3; i++) {
            byte[] json = bytes(next());
            String told = told(decoder, json);
            late[0].run();
            assertThat(told).isEqualTo(parsed(json));
        }
    }

    @Test
    void whatOnlyLooksLikeATickerIsNone() throws Exception {
        String nested = "\"legs\":[" + "{\"ticker\":\"ZZ\",\"fmv\":1},".repeat(400) + "{\"ticker\":\"ZZ\"}],\"fmv\"";
        for (int i = 0; i < 5; i++) {
            String usual = next();
            int middle = usual.indexOf("\"fmv\"", usual.length() / 2);
            byte[] json = bytes(usual.substring(0, middle) + nested + usual.substring(middle + 5));
            told(decoder, bytes(usual));
            assertThat(told(decoder, json)).isEqualTo(parsed(json)).doesNotContain("ZZ ");
        }
    }

    @Test
    void newSymbolsRepeatedOnesAndDamageInTheSecondHalfAreWhatTheyAre() throws Exception {
        Random random = new Random(11);
        String[] changes = {
            "{\"ticker\":\"NEW#\"",
            "{\"ticker\":\"AB\"",
            "{\"ticker\":\"?!\"",
            "{\"tick\":\"AB\"",
            "{ \"ticker\":null",
            "{,",
            "[\"ticker\":"
        };
        for (int i = 0; i < 300; i++) {
            String usual = next();
            told(decoder, bytes(usual));
            StringBuilder json = new StringBuilder(usual);
            for (int change = random.nextInt(3); change >= 0; change--) {
                int at = json.indexOf("{\"ticker\":\"", random.nextInt(json.length()));
                if (at >= 0) {
                    int end = json.indexOf("\"", at + 11) + 1;
                    json.replace(at, end, changes[random.nextInt(changes.length)].replace("#", "" + i));
                }
            }
            assertThat(told(decoder, bytes(json.toString()))).isEqualTo(parsed(bytes(json.toString())));
        }
    }

    @Test
    void aHashIsDecodedByBothToo() throws Exception {
        for (int i = 0; i < 20; i++) {
            SnapshotBytes hash = new SnapshotBytes(16, 10_000_000);
            String json = next();
            String[] tickers =
                    json.substring(json.indexOf('[') + 1, json.lastIndexOf(']')).split(",(?=\\{\"ticker\")", -1);
            int meta = i * TICKERS / 20;
            for (int ticker = 0; ticker < TICKERS; ticker++) {
                if (ticker == meta) {
                    add(hash, "__meta__", "{\"timestamp\":\"" + TIME + "\"}");
                }
                add(hash, market.symbol(ticker), tickers[ticker]);
            }
            hash.end();
            Set<Integer> others = ConcurrentHashMap.newKeySet();
            Thread self = Thread.currentThread();
            String told = TreeModelSnapshots.told(waiting.decodeHash(hash, symbolId -> {
                if (!Thread.currentThread().equals(self)) {
                    others.add(symbolId);
                }
                return Reference.UNKNOWN;
            }));
            assertThat(told).isEqualTo(parsed(bytes(json)));
            assertThat(others).hasSizeBetween(i == 0 ? 0 : TICKERS / 2 - 1, TICKERS / 2 + 1);
        }
    }

    private static void add(SnapshotBytes hash, String... texts) {
        for (String text : texts) {
            hash.begin(text.length());
            hash.handle(Buffer.buffer(text));
        }
    }
}
