package dev.atalaya.feed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.atalaya.bench.VendorMarket;
import dev.atalaya.market.Reference;
import dev.atalaya.market.Snapshot;
import dev.atalaya.market.SymbolTable;
import dev.atalaya.testing.SharedData;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/// Feeds mutated snapshots, in both forms, for a minute: nothing but a refusal escapes, and the columns are
/// those that the library's tree model gives. `-Datalaya.fuzz.seconds=5` makes it shorter.
class SnapshotFuzzTest {
    private static final int SECONDS = Integer.getInteger("atalaya.fuzz.seconds", 60);

    /// So many mutants are fed to the same decoders, which must remember nothing of the last.
    private static final int ROUND = 500;

    private static final Instant TIME = Instant.parse("2025-01-24T15:00:00Z");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final Mutations mutations = new Mutations(random);
    private VendorSnapshotDecoder decoder = newDecoder();
    private VendorSnapshotDecoder parser = newDecoder();
    private int accepted;
    private int refused;

    /// Its helper is this thread or another.
    private VendorSnapshotDecoder newDecoder() {
        Executor helper = random.nextBoolean() ? Runnable::run : Thread::startVirtualThread;
        return new VendorSnapshotDecoder(new SymbolTable(16), 2, helper, 1);
    }

    private interface Decoding {
        Snapshot decode() throws SnapshotFormatException, InterruptedException;
    }

    private static String outcome(Decoding decoding) {
        try {
            return TreeModelSnapshots.told(decoding.decode());
        } catch (SnapshotFormatException e) {
            return TreeModelSnapshots.REFUSED;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whateverTheSnapshotIsTheColumnsAreThoseOfTheTreeModel() throws IOException {
        System.out.println("SnapshotFuzzTest: seed " + seed + ", " + SECONDS + " s");
        List<byte[]> texts = texts();
        List<List<byte[]>> hashes = new ArrayList<>();
        for (byte[] text : texts) {
            hashes.add(hash(text));
        }
        long end = System.nanoTime() + SECONDS * 1_000_000_000L;
        while (System.nanoTime() < end) {
            for (int i = 0; i < ROUND; i++) {
                int sample = random.nextInt(texts.size());
                if (random.nextInt(3) > 0) {
                    text(mutations.mutate(texts.get(sample)));
                } else {
                    hash(mutated(hashes.get(sample)));
                }
            }
            decoder = newDecoder();
            parser = newDecoder();
        }
        System.out.println("SnapshotFuzzTest: " + refused + " snapshots were refused, " + accepted + " were not");
        assertThat(refused).isGreaterThan(ROUND / 10);
        assertThat(accepted).isGreaterThan(ROUND / 10);
    }

    /// Snapshots of the synthetic market, and the vendor's own samples where they are.
    private static List<byte[]> texts() throws IOException {
        List<byte[]> texts = new ArrayList<>();
        for (int size : new int[] {1, 2, 4, 9}) {
            texts.add(new VendorMarket(size, 5).next(TIME, 1));
        }
        Optional<Path> vendor = SharedData.find("vendor");
        if (vendor.isPresent()) {
            for (String sample : List.of("stocks-gainers.json", "stocks-tickers-index.json")) {
                texts.add(Files.readAllBytes(vendor.get().resolve(sample)));
            }
        }
        return texts;
    }

    /// The same snapshot in the hash form.
    private static List<byte[]> hash(byte[] text) throws IOException {
        List<byte[]> hash = new ArrayList<>();
        for (JsonNode ticker : JSON.readTree(text).path("tickers")) {
            hash.add(ticker.path("ticker").textValue().getBytes(StandardCharsets.UTF_8));
            hash.add(JSON.writeValueAsBytes(ticker));
        }
        hash.add("__meta__".getBytes(StandardCharsets.UTF_8));
        hash.add(("{\"timestamp\":\"" + TIME + "\",\"count\":1}").getBytes(StandardCharsets.UTF_8));
        return hash;
    }

    private List<byte[]> mutated(List<byte[]> hash) {
        List<byte[]> mutant = new ArrayList<>();
        for (int i = 0; i < hash.size(); i++) {
            boolean isMeta = i >= hash.size() - 2;
            mutant.add(random.nextInt(isMeta ? 20 : 3) == 0 ? mutations.mutate(hash.get(i)) : hash.get(i));
        }
        return mutant;
    }

    private void text(byte[] json) {
        Instant updatesUntil = random.nextBoolean() ? null : TIME.plusSeconds(1);
        String expected = TreeModelSnapshots.expected(json, updatesUntil);
        count(expected);
        compare(
                "decoder",
                expected,
                json,
                () -> decoder.decode(SnapshotBytes.of(json, json.length), id -> Reference.UNKNOWN, updatesUntil));
        compare("parser", expected, json, () -> parser.parse(json, json.length, id -> Reference.UNKNOWN, updatesUntil));
    }

    private void hash(List<byte[]> hash) {
        Buffer all = Buffer.buffer();
        SnapshotBytes bytes = new SnapshotBytes(16, 1_000_000);
        for (byte[] text : hash) {
            all.appendBytes(text).appendByte((byte) '\n');
            bytes.begin(text.length);
            bytes.handle(Buffer.buffer(text));
        }
        bytes.end();
        String expected = TreeModelSnapshots.expected(hash);
        count(expected);
        compare("hash", expected, all.getBytes(), () -> decoder.decodeHash(bytes, id -> Reference.UNKNOWN));
    }

    private void count(String expected) {
        if (expected.equals(TreeModelSnapshots.REFUSED)) {
            refused++;
        } else {
            accepted++;
        }
    }

    private void compare(String who, String expected, byte[] json, Decoding decoding) {
        String outcome;
        try {
            outcome = outcome(decoding);
        } catch (RuntimeException | StackOverflowError e) {
            throw new AssertionError(described(who, json), e);
        }
        if (!isArbitrary(json)) {
            assertThat(outcome).as(() -> described(who, json)).isEqualTo(expected);
        }
    }

    /// The byte FF is in no UTF-8, but Jackson pads the names that it knows with it: whether it takes `\xFFvw` for
    /// `vw` or refuses it depends on what was parsed before.
    private static boolean isArbitrary(byte[] json) {
        for (byte b : json) {
            if (b == (byte) 0xFF) {
                return true;
            }
        }
        return false;
    }

    private String described(String who, byte[] json) {
        return who + ", seed " + seed + ", number " + (accepted + refused) + ": "
                + new String(json, StandardCharsets.ISO_8859_1) + "\nin base 64: "
                + Base64.getEncoder().encodeToString(json);
    }
}
