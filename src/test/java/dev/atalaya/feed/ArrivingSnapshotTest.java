package dev.atalaya.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.atalaya.bench.VendorMarket;
import dev.atalaya.market.Reference;
import dev.atalaya.market.Snapshot;
import dev.atalaya.market.SymbolTable;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A snapshot is decoded while its bytes come: however they are cut and however late they are, the outcome is that of
/// all at once.
@Timeout(60)
class ArrivingSnapshotTest {
    private static final Instant TIME = Instant.parse("2025-01-24T15:00:00Z");

    private static final Pattern BETWEEN_TICKERS = Pattern.compile("(?<=}),(?=\\{\"ticker\")");

    private final Random random = new Random(3);
    private final VendorSnapshotDecoder decoder = decoder();
    private final SnapshotBytes bytes = new SnapshotBytes(16, 10_000_000);

    private static VendorSnapshotDecoder decoder() {
        return new VendorSnapshotDecoder(new SymbolTable(16), 4, Thread::startVirtualThread, 1_000);
    }

    /// The tickers' JSON, one by one.
    private static String[] tickers(String json) {
        String list = json.substring(json.indexOf('[') + 1, json.lastIndexOf(']'));
        return BETWEEN_TICKERS.splitAsStream(list).toArray(String[]::new);
    }

    private static String whole(byte[] json) throws Exception {
        try {
            return TreeModelSnapshots.told(decoder().parse(json, json.length, id -> Reference.UNKNOWN, null));
        } catch (SnapshotFormatException e) {
            return TreeModelSnapshots.REFUSED;
        }
    }

    private interface Decoding {
        Snapshot decode() throws Exception;
    }

    /// Sends the texts piece by piece from another thread, and decodes meanwhile.
    private String arriving(Decoding decoding, byte[]... texts) throws Exception {
        bytes.clear();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread sender = Thread.ofVirtual()
                .uncaughtExceptionHandler((thread, e) -> failure.set(e))
                .start(() -> {
                    for (byte[] text : texts) {
                        bytes.begin(text.length);
                        for (int at = 0; at < text.length; ) {
                            int length =
                                    Math.min(1 + random.nextInt(random.nextBoolean() ? 100_000 : 10), text.length - at);
                            bytes.handle(Buffer.buffer(Arrays.copyOfRange(text, at, at + length)));
                            at += length;
                            if (random.nextInt(50) == 0) {
                                LockSupport.parkNanos(100_000);
                            }
                        }
                    }
                    bytes.end();
                });
        try {
            return TreeModelSnapshots.told(decoding.decode());
        } catch (SnapshotFormatException e) {
            return TreeModelSnapshots.REFUSED;
        } finally {
            sender.join();
            assertThat(failure).hasNullValue();
        }
    }

    private String arriving(byte[] json) throws Exception {
        return arriving(() -> decoder.decode(bytes, id -> Reference.UNKNOWN), json);
    }

    @Test
    void aSnapshotInPiecesIsTheWhole() throws Exception {
        VendorMarket market = new VendorMarket(1_500, 5);
        for (int i = 0; i < 20; i++) {
            byte[] json = market.next(TIME.plusSeconds(i), 0.5);
            assertThat(arriving(json)).isEqualTo(whole(json)).isNotEqualTo(TreeModelSnapshots.REFUSED);
        }
    }

    @Test
    void oneThatIsDamagedOrCutOffSomewhereIsWhatItIsAsAWhole() throws Exception {
        byte[] sound = new VendorMarket(40, 5).next(TIME, 1);
        for (int i = 0; i < 300; i++) {
            byte[] json = sound.clone();
            json[random.nextInt(json.length)] = (byte) " {}[],:\"5x".charAt(random.nextInt(10));
            assertThat(arriving(json)).isEqualTo(whole(json));
            byte[] cut = Arrays.copyOf(sound, random.nextInt(sound.length));
            assertThat(arriving(cut)).isEqualTo(TreeModelSnapshots.REFUSED);
        }
    }

    /// The bytes of the last snapshot are still behind those that came.
    @Test
    void nothingIsTakenFromTheSnapshotBefore() throws Exception {
        byte[] json = new VendorMarket(40, 5).next(TIME, 1);
        assertThat(arriving(json)).isEqualTo(whole(json));
        for (int length = json.length - 1500; length < json.length; length++) {
            assertThat(arriving(Arrays.copyOf(json, length))).isEqualTo(TreeModelSnapshots.REFUSED);
        }
    }

    @Test
    void aTickerLongerThanUsualIsWaitedFor() throws Exception {
        String usual = new String(new VendorMarket(60, 5).next(TIME, 1), StandardCharsets.UTF_8);
        byte[] json = usual.replaceFirst("\"fmv\"", "\"note\":\"" + "long ".repeat(20_000) + "\",\"fmv\"")
                .getBytes(StandardCharsets.UTF_8);
        assertThat(arriving(json)).isEqualTo(whole(json)).isNotEqualTo(TreeModelSnapshots.REFUSED);
    }

    @Test
    void aHashInPiecesIsTheWhole() throws Exception {
        VendorMarket market = new VendorMarket(800, 5);
        String json = new String(market.next(TIME, 1), StandardCharsets.UTF_8);
        String[] tickers = tickers(json);
        byte[][] texts = new byte[2 * tickers.length + 2][];
        for (int i = 0; i < tickers.length; i++) {
            texts[2 * i] = market.symbol(i).getBytes(StandardCharsets.UTF_8);
            texts[2 * i + 1] = tickers[i].getBytes(StandardCharsets.UTF_8);
        }
        texts[2 * tickers.length] = "__meta__".getBytes(StandardCharsets.UTF_8);
        texts[2 * tickers.length + 1] = ("{\"timestamp\":\"" + TIME + "\"}").getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 10; i++) {
            assertThat(arriving(() -> decoder.decodeHash(bytes, id -> Reference.UNKNOWN), texts))
                    .isEqualTo(whole(json.getBytes(StandardCharsets.UTF_8)));
        }
    }

    @Test
    void oneThatNeverEndsIsRefusedWhenNoMoreCanCome() throws Exception {
        byte[] json = new VendorMarket(100, 5).next(TIME, 1);
        bytes.clear();
        bytes.begin(json.length);
        bytes.handle(Buffer.buffer(Arrays.copyOf(json, json.length / 2)));
        Thread.ofVirtual().start(() -> {
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            bytes.end();
        });
        assertThatExceptionOfType(SnapshotFormatException.class)
                .isThrownBy(() -> decoder.decode(bytes, id -> Reference.UNKNOWN));
    }

    /// Fields that are there or not, in another order, with blanks.
    @Test
    void tickersOfManyLayoutsInTurnAreWhatTheParserReads() throws Exception {
        String json = new String(new VendorMarket(300, 5).next(TIME, 1), StandardCharsets.UTF_8);
        String[] tickers = tickers(json);
        for (int i = 0; i < tickers.length; i++) {
            tickers[i] = switch (random.nextInt(12)) {
                case 0 -> tickers[i].replaceFirst(",\"lastQuote\":\\{[^}]*}", "");
                case 1 -> tickers[i].replaceFirst("\"day\":\\{[^}]*}", "\"day\":null");
                case 2 -> tickers[i].replaceFirst("\"min\":\\{[^}]*}", "\"min\":{}");
                case 3 -> tickers[i].replace(",", ", ");
                case 4 -> tickers[i].replace(":", ": ");
                case 5 -> tickers[i].replaceFirst("\"rvol\":[^,]*,", "");
                case 6 -> tickers[i].replaceFirst("\"rvol\":[^,]*,", "\"rvol\":1.5e-7,");
                case 7 -> tickers[i].replaceFirst("\\{", "{\"extra\":{\"a\":[1,2]},");
                case 8 -> tickers[i].replaceFirst("\"todaysChange\":[^,]*", "\"todaysChange\":\"none\"");
                default -> tickers[i];
            };
        }
        byte[] mixed = (json.substring(0, json.indexOf('[') + 1) + String.join(",", tickers) + "]}")
                .getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 5; i++) {
            assertThat(arriving(mixed)).isEqualTo(whole(mixed)).isNotEqualTo(TreeModelSnapshots.REFUSED);
        }
    }
}
