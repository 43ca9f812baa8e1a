package dev.atalaya.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.bench.VendorMarket;
import dev.atalaya.market.Reference;
import dev.atalaya.market.Snapshot;
import dev.atalaya.market.SymbolTable;
import dev.atalaya.market.TickerColumns;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Holds the reader of usual snapshots against Jackson: whatever stands where a value should, the outcome is
/// the same. Every other kind of damage is [SnapshotFuzzTest]'s.
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

    private static String decoded(byte[] json) {
        try {
            return TreeModelSnapshots.told(new VendorSnapshotDecoder(new SymbolTable(16), 4)
                    .decode(SnapshotBytes.of(json, json.length), id -> Reference.UNKNOWN));
        } catch (SnapshotFormatException e) {
            return TreeModelSnapshots.REFUSED;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String parsed(byte[] json) {
        try {
            return TreeModelSnapshots.told(new VendorSnapshotDecoder(new SymbolTable(16), 4)
                    .parse(json, json.length, id -> Reference.UNKNOWN, null));
        } catch (SnapshotFormatException e) {
            return TreeModelSnapshots.REFUSED;
        }
    }

    @Test
    void aUsualSnapshotIsReadWithoutARealParser() throws Exception {
        byte[] json = new VendorMarket(300, 5).next(TIME, 1);
        SymbolTable symbols = new SymbolTable(16);
        OwnSymbols own = new OwnSymbols(symbols);
        Snapshot snapshot = new UsualSnapshotDecoder(
                        symbols,
                        own,
                        new TickerColumns(symbols, 16),
                        new TickerDraft(),
                        new TailDecoder(symbols, own, 16, Runnable::run, Integer.MAX_VALUE))
                .decode(SnapshotBytes.of(json, json.length), id -> Reference.UNKNOWN, null);
        assertThat(TreeModelSnapshots.told(snapshot)).isEqualTo(parsed(json));
        assertThat(snapshot.tickers().size()).isEqualTo(300);
    }

    @Test
    void whateverStandsInThePlaceOfAValueTheOutcomeIsTheParsers() {
        String json = new String(new VendorMarket(3, 5).next(TIME, 1), StandardCharsets.UTF_8);
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
}
