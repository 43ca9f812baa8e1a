package dev.atalaya.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atalaya.market.Column;
import dev.atalaya.market.Reference;
import dev.atalaya.market.SkipReason;
import dev.atalaya.market.Snapshot;
import dev.atalaya.market.SymbolTable;
import dev.atalaya.market.TickerColumns;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VendorSnapshotDecoderTest {
    private final VendorSnapshotDecoder decoder = new VendorSnapshotDecoder(new SymbolTable(16), 16);

    private Snapshot decode(String json) throws Exception {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return decoder.decode(SnapshotBytes.of(bytes, bytes.length), symbol -> Reference.UNKNOWN);
    }

    private TickerColumns tickers(String... tickers) throws Exception {
        return decode("{\"timestamp\":\"2025-01-24T15:00:00Z\",\"count\":1,\"tickers\":[" + String.join(",", tickers)
                        + "]}")
                .tickers();
    }

    @Test
    void aVendorsTickerBecomesARow() throws Exception {
        TickerColumns columns = tickers("""
                {"ticker":"BCAT","todaysChange":-0.124,"updated":1605192894630916600,
                 "day":{"c":20.506,"h":20.64,"l":20.5,"o":20.63,"v":37216,"vw":20.616},
                 "lastQuote":{"P":20.6,"S":22,"p":20.5,"s":13,"t":1605192959994246100},
                 "lastTrade":{"c":[14,41],"i":"71675577320245","p":20.51,"s":2416,"t":1605192894630916600,"x":4},
                 "min":{"av":37217.5,"c":20.506,"h":0,"l":0,"o":20.506,"v":5000,"vw":20.5105,"t":1684428600000,"n":5},
                 "prevDay":{"c":20.63,"h":21,"l":20.5,"o":20.79,"v":292738,"vw":20.6939},
                 "rvol":2.5,"atr":0.4,"atr_percent":1.9,"intraday_high":20.7,"intraday_low":20.4,"more":{"x":[1,{}]}}""");
        assertThat(columns.symbol(0)).isEqualTo("BCAT");
        assertThat(columns.lastTradeMillis(0)).isEqualTo(1605192894630L);
        double[] expected = {
            20.51, 20.5, 20.6, 37217.5, 20.63, 20.64, 20.5, 20.7, 20.4, 20.63, 292738, 20.616, 2.5, 0.4, 1.9
        };
        for (int i = 0; i < expected.length; i++) {
            assertThat(columns.get(Column.values()[i], 0))
                    .as(Column.values()[i].key())
                    .isEqualTo(expected[i]);
        }
    }

    @Test
    void priceAndVolumeAreTheFirstAboveZero() throws Exception {
        TickerColumns columns = tickers(
                "{\"ticker\":\"A\",\"lastTrade\":{\"p\":0},\"day\":{\"c\":9,\"v\":8},\"prevDay\":{\"c\":7}}",
                "{\"ticker\":\"B\",\"day\":{\"c\":0,\"v\":0},\"prevDay\":{\"c\":7},\"min\":{\"av\":0}}",
                "{\"ticker\":\"C\",\"lastTrade\":null,\"day\":[1,2],\"min\":\"x\",\"prevDay\":{\"c\":\"7\"}}");
        assertThat(columns.get(Column.PRICE, 0)).isEqualTo(9);
        assertThat(columns.get(Column.VOLUME_TODAY, 0)).isEqualTo(8);
        assertThat(columns.get(Column.PRICE, 1)).isEqualTo(7);
        assertThat(columns.get(Column.VOLUME_TODAY, 1)).isNaN();
        assertThat(columns.get(Column.PRICE, 2)).isNaN();
    }

    @Test
    void anInvalidSymbolAndARepeatedOneAreSkippedAndCounted() throws Exception {
        TickerColumns columns = tickers(
                "{\"ticker\":\"A\",\"lastTrade\":{\"p\":1}}",
                "{\"ticker\":\"A\",\"lastTrade\":{\"p\":2}}",
                "{\"ticker\":\"<script>\"}",
                "{\"ticker\":7}",
                "5",
                "{\"ticker\":\"B\",\"lastTrade\":{\"p\":3}}");
        assertThat(columns.size()).isEqualTo(2);
        assertThat(columns.get(Column.PRICE, 0)).isEqualTo(1);
        assertThat(columns.get(Column.PRICE, 1)).isEqualTo(3);
        assertThat(columns.skipped(SkipReason.DUPLICATE)).isEqualTo(1);
        assertThat(columns.skipped(SkipReason.INVALID_SYMBOL)).isEqualTo(3);
    }

    @Test
    void whereAKeyStandsTwiceTheLastCounts() throws Exception {
        TickerColumns columns = decode("""
                {"timestamp":"never","timestamp":"2025-01-24T15:00:00Z",
                 "tickers":[{"ticker":"OLD"}],
                 "tickers":[{"ticker":"X","ticker":"A","day":{"o":1,"h":2},"day":{"o":3}},
                            {"ticker":"B","day":{"o":1},"day":null},
                            {"ticker":"C","ticker":7}]}""").tickers();
        assertThat(columns.size()).isEqualTo(2);
        assertThat(columns.symbol(0)).isEqualTo("A");
        assertThat(columns.get(Column.OPEN, 0)).isEqualTo(3);
        assertThat(columns.get(Column.HIGH, 0)).isNaN();
        assertThat(columns.get(Column.OPEN, 1)).isNaN();
        assertThat(columns.skipped(SkipReason.INVALID_SYMBOL)).isEqualTo(1);
    }

    @Test
    void theNextSnapshotFillsTheSameColumnsAnew() throws Exception {
        TickerColumns first = tickers("{\"ticker\":\"A\",\"lastTrade\":{\"p\":1}}");
        TickerColumns second = tickers("{\"ticker\":\"A\"}");
        assertThat(second).isSameAs(first);
        assertThat(second.size()).isEqualTo(1);
        assertThat(second.get(Column.PRICE, 0)).isNaN();
    }

    @ParameterizedTest
    @CsvSource({
        "2025-01-24T15:00:00Z, 2025-01-24T15:00:00Z",
        "2025-01-24T15:00:00.123456, 2025-01-24T15:00:00.123456Z",
        "2025-01-24 15:00:00, 2025-01-24T15:00:00Z",
        "2025-01-24T10:00:00-05:00, 2025-01-24T15:00:00Z",
        "2025-01-24T15:00:00+00:00, 2025-01-24T15:00:00Z"
    })
    void aTimestampWithoutOffsetIsUtc(String text, String instant) throws Exception {
        assertThat(decode("{\"tickers\":[],\"timestamp\":\"" + text + "\"}").time())
                .isEqualTo(Instant.parse(instant));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "7",
                "{",
                "{}",
                "{\"timestamp\":\"2025-01-24T15:00:00Z\"}",
                "{\"tickers\":[]}",
                "{\"timestamp\":\"yesterday\",\"tickers\":[]}",
                "{\"timestamp\":\"2025-01-24T15:00:00Z\",\"tickers\":[{\"ticker\":\"A\"",
                "{\"timestamp\":\"2025-01-24T15:00:00Z\",\"tickers\":["
            })
    void whatIsNoSnapshotIsRefusedWhole(String json) {
        assertThatThrownBy(() -> decode(json)).isInstanceOf(SnapshotFormatException.class);
    }

    private Snapshot decodeHash(String... namesAndValues) throws Exception {
        SnapshotBytes bytes = new SnapshotBytes(16, 1_000_000);
        for (String text : namesAndValues) {
            Buffer piece = Buffer.buffer(text);
            bytes.begin(piece.length());
            bytes.handle(piece.slice(0, piece.length() / 2));
            bytes.handle(piece.slice(piece.length() / 2, piece.length()));
        }
        bytes.end();
        return decoder.decodeHash(bytes, symbol -> Reference.UNKNOWN);
    }

    @Test
    void aHashHasATickerAFieldAndTheTimestampInOneOfItsOwn() throws Exception {
        Snapshot snapshot = decodeHash(
                "A",
                "{\"ticker\":\"A\",\"lastTrade\":{\"p\":1}}",
                "B",
                "{\"lastTrade\":{\"p\":2}}",
                "__meta__",
                "{\"count\":[3],\"timestamp\":\"2025-01-24T15:00:00\"}",
                "C",
                "{\"ticker\":\"D\",\"lastTrade\":{\"p\":\"3\"}, \"more\":\"\\u00e1\"}");
        assertThat(snapshot.time()).isEqualTo("2025-01-24T15:00:00Z");
        TickerColumns tickers = snapshot.tickers();
        assertThat(List.of(tickers.symbol(0), tickers.symbol(1), tickers.symbol(2)))
                .containsExactly("A", "B", "D");
        assertThat(tickers.get(Column.PRICE, 1)).isEqualTo(2);
        assertThat(tickers.get(Column.PRICE, 2)).isNaN();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "5",
                "[]",
                "{",
                "{\"ticker\":\"BAD\"",
                "{\"ticker\":\"BAD\"}}",
                "{\"ticker\":\"BAD\"},{\"ticker\":\"WORSE\"}",
                "{\"ticker\":\"BAD\",\"lastTrade\":{\"p\":}}"
            })
    void aFieldThatIsNoTickerCostsNoOther(String value) throws Exception {
        TickerColumns tickers = decodeHash(
                        "BAD",
                        value,
                        "GOOD",
                        "{\"lastTrade\":{\"p\":1}}",
                        "__meta__",
                        "{\"timestamp\":\"2025-01-24T15:00:00Z\"}")
                .tickers();
        assertThat(tickers.size()).isEqualTo(1);
        assertThat(tickers.symbol(0)).isEqualTo("GOOD");
        assertThat(tickers.skipped(SkipReason.NOT_JSON)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{}",
                "[]",
                "{\"timestamp\":7}",
                "{\"timestamp\":\"soon\"}",
                "{\"timestamp\":\"2025-01-24T15:00:00Z\"} 7"
            })
    void aHashWithoutATimestampIsRefusedWhole(String meta) {
        assertThatThrownBy(() -> decodeHash("A", "{\"ticker\":\"A\"}", "__meta__", meta))
                .isInstanceOf(SnapshotFormatException.class);
        assertThatThrownBy(() -> decodeHash("A", "{\"ticker\":\"A\"}")).isInstanceOf(SnapshotFormatException.class);
    }

    @Test
    void referenceDataIsReadAndItsRestIsMetadata() {
        Reference reference = new ReferenceDecoder()
                .decode("""
                        {"symbol":"A","company_name":"Ñandú","exchange":"NYSE","sector":null,"industry":"Tools",
                         "market_cap":5e9,"float_shares":0,"avg_volume_30d":123.5,"list":[1,{"a":2}]}""".getBytes(StandardCharsets.UTF_8))
                .orElseThrow();
        assertThat(reference.exchange()).isEqualTo("NYSE");
        assertThat(reference.sector()).isNull();
        assertThat(reference.industry()).isEqualTo("Tools");
        assertThat(reference.marketCap()).isEqualTo(5e9);
        assertThat(reference.floatShares()).isNaN();
        assertThat(reference.avgVolume30d()).isEqualTo(123.5);
        assertThat(reference.metadata()).isEqualTo("{\"company_name\":\"Ñandú\",\"list\":[1,{\"a\":2}]}");
        assertThat(new ReferenceDecoder().decode("[]".getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
        assertThat(new ReferenceDecoder().decode("{\"a\":".getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
    }

    @Test
    void whatOthersCouldNotReadOfReferenceDataCostsThatFieldOnly() {
        Reference reference = new ReferenceDecoder()
                .decode(("{\"deep\":" + "[".repeat(998) + "]".repeat(998) + ",\"huge\":1e999,\"market_cap\":1e999,"
                                + "\"list\":[-1e999,1e308],\"\\u0000name\":{\"a\\u0000\":\"\\u0000\\\\u0000\"},"
                                + "\"sector\":\"Energy\"}")
                        .getBytes(StandardCharsets.UTF_8))
                .orElseThrow();
        assertThat(reference.metadata())
                .isEqualTo("{\"deep\":" + "[".repeat(64) + "null" + "]".repeat(64)
                        + ",\"huge\":null,\"list\":[null,1.0E308],\"name\":{\"a\":\"\\\\u0000\"}}");
        assertThat(reference.marketCap()).isNaN();
        assertThat(reference.sector()).isEqualTo("Energy");
    }
}
