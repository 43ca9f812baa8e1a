package dev.atalaya.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.bench.VendorMarket;
import dev.atalaya.market.Column;
import dev.atalaya.market.Reference;
import dev.atalaya.market.SkipReason;
import dev.atalaya.market.Snapshot;
import dev.atalaya.market.SymbolTable;
import dev.atalaya.market.TickerColumns;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Holds the reader of usual snapshots against Jackson: whatever the bytes are, the outcome is the same.
class UsualSnapshotDecoderTest {
    private static final Instant TIME = Instant.parse("2025-01-24T15:00:00Z");
    private static final String[] ODD = {
        "null",
        "true",
        "-0",
        "-0.0",
        "1e5",
        "01",
        "1.",
        ".5",
        "\"7\"",
        "\"\\u0041\"",
        "\"ñ\"",
        "[]",
        "{}",
        "[1,{\"a\":[]}]",
        "123456789012345678",
        "9223372036854775807",
        "9999999999999999999",
        "12345678901234567890",
        "0.1234567890123456789",
        "1.7976931348623157e308",
        "4503599627370497.5",
        "NaN",
        "-",
        "",
        " ",
        ",",
        "tru",
        "nullx",
        "\"\u0001\"",
        "\u0000"
    };

    private static String outcome(Snapshot snapshot) {
        TickerColumns tickers = snapshot.tickers();
        StringBuilder outcome = new StringBuilder().append(snapshot.time());
        for (SkipReason reason : SkipReason.values()) {
            outcome.append(' ').append(tickers.skipped(reason));
        }
        for (int row = 0; row < tickers.size(); row++) {
            outcome.append('\n').append(tickers.symbol(row)).append(' ').append(tickers.lastTradeMillis(row));
            for (Column column : Column.values()) {
                if (!column.isDerived()) {
                    outcome.append(' ').append(tickers.get(column, row));
                }
            }
        }
        return outcome.toString();
    }

    private static String decoded(byte[] json) {
        try {
            return outcome(new VendorSnapshotDecoder(new SymbolTable(16), 4)
                    .decode(json, json.length, id -> Reference.UNKNOWN));
        } catch (SnapshotFormatException e) {
            return "refused";
        }
    }

    private static String parsed(byte[] json) {
        try {
            return outcome(new VendorSnapshotDecoder(new SymbolTable(16), 4)
                    .parse(json, json.length, id -> Reference.UNKNOWN, null));
        } catch (SnapshotFormatException e) {
            return "refused";
        }
    }

    @Test
    void aUsualSnapshotIsReadWithoutARealParser() throws Exception {
        byte[] json = new VendorMarket(300, 5).next(TIME, 1);
        SymbolTable symbols = new SymbolTable(16);
        Snapshot snapshot = new UsualSnapshotDecoder(symbols, new TickerColumns(symbols, 16), new TickerDraft())
                .decode(json, json.length, id -> Reference.UNKNOWN, null);
        assertThat(outcome(snapshot)).isEqualTo(parsed(json));
        assertThat(snapshot.tickers().size()).isEqualTo(300);
    }

    @Test
    void whateverStandsInThePlaceOfAValueTheOutcomeIsTheParsers() {
        String json = new String(new VendorMarket(2, 5).next(TIME, 1), StandardCharsets.UTF_8);
        List<Integer> values = new ArrayList<>();
        for (int at = json.indexOf(':'); at >= 0; at = json.indexOf(':', at + 1)) {
            values.add(at + 1);
        }
        for (int start : values) {
            int end = start;
            while (",}]".indexOf(json.charAt(end)) < 0) {
                end++;
            }
            for (String odd : ODD) {
                byte[] damaged =
                        (json.substring(0, start) + odd + json.substring(end)).getBytes(StandardCharsets.UTF_8);
                assertThat(decoded(damaged)).as("%s at %d", odd, start).isEqualTo(parsed(damaged));
            }
        }
    }

    @Test
    void whateverIsDamagedTheOutcomeIsTheParsers() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        byte[] json = new VendorMarket(4, 5).next(TIME, 1);
        int refused = 0;
        for (int i = 0; i < 30_000; i++) {
            byte[] damaged = damage(json, random);
            String expected = parsed(damaged);
            refused += expected.equals("refused") ? 1 : 0;
            assertThat(decoded(damaged)).as("seed %d, number %d", seed, i).isEqualTo(expected);
        }
        assertThat(refused).as("some are refused, some are not").isBetween(1000, 29_000);
    }

    private static byte[] damage(byte[] json, Random random) {
        int at = random.nextInt(json.length);
        int to = Math.min(json.length, at + 1 + random.nextInt(12));
        byte[] damaged = json.clone();
        switch (random.nextInt(6)) {
            case 0 -> damaged[at] = (byte) random.nextInt(256);
            case 1 -> damaged[at] = (byte) "{}[],:\" 0123456789.-eEtfn\\".charAt(random.nextInt(26));
            case 2 -> damaged = Arrays.copyOf(json, at);
            case 3 -> { // a part is missing
                damaged = new byte[json.length - (to - at)];
                System.arraycopy(json, 0, damaged, 0, at);
                System.arraycopy(json, to, damaged, at, json.length - to);
            }
            case 4 -> System.arraycopy(json, at, damaged, random.nextInt(json.length - (to - at)), to - at);
            default -> { // a digit is another
                while (damaged[at] < '0' || damaged[at] > '9') {
                    at = (at + 1) % damaged.length;
                }
                damaged[at] = (byte) ('0' + random.nextInt(10));
            }
        }
        return damaged;
    }
}
