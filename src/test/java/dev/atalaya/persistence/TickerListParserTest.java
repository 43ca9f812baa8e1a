package dev.atalaya.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atalaya.journal.ResultColumn;
import dev.atalaya.journal.ResultRow;
import dev.atalaya.persistence.TickerListParser.Parsed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TickerListParserTest {
    private static Parsed parse(String json, int top, boolean whole) throws IOException {
        return new TickerListParser().parse(json.getBytes(StandardCharsets.UTF_8), top, whole);
    }

    private static Map<ResultColumn, Object> values(String fields) throws IOException {
        return parse("[{\"symbol\":\"AAA\"," + fields + "}]", 10, false)
                .rows()
                .getFirst()
                .values();
    }

    @Test
    void aTickerIsReadWithAllItsColumns() throws IOException {
        ResultRow row = parse("""
                        [{"symbol":"BRK.B","timestamp":"2025-01-24T15:00:00Z","price":10.5,"bid":null,"volume":1200,
                          "volume_today":1300,"prev_close":9,"change_percent":-2.25,"float_shares":1e9,"market_cap":5000000000,
                          "sector":"Energy","rvol":3.5,"rvol_slot":3.5,"price_from_high":-1,"price_from_low":2.5,
                          "score":42.5,"rank":7,"filters_matched":["rvol_high","price_range"],
                          "metadata":{"exchange":"XNYS","tags":[1,2.5,true,null]},"unknown":{"a":[{}]}}]
                        """, 10, false).rows().getFirst();

        assertThat(row.symbol()).isEqualTo("BRK.B");
        assertThat(row.values())
                .containsOnlyKeys(ResultColumn.values())
                .containsEntry(ResultColumn.PRICE, 10.5)
                .containsEntry(ResultColumn.VOLUME, 1200L)
                .containsEntry(ResultColumn.VOLUME_TODAY, 1300L)
                .containsEntry(ResultColumn.CHANGE_PERCENT, -2.25)
                .containsEntry(ResultColumn.FLOAT_SHARES, 1_000_000_000L)
                .containsEntry(ResultColumn.MARKET_CAP, 5_000_000_000L)
                .containsEntry(ResultColumn.RANK, 7)
                .containsEntry(ResultColumn.FILTERS_MATCHED, "rvol_high\u001fprice_range")
                .containsEntry(ResultColumn.METADATA, "{\"exchange\":\"XNYS\",\"tags\":[1,2.5,true,null]}");
    }

    @Test
    void onlyTheTopIsTaken() throws IOException {
        assertThat(parse("[{\"symbol\":\"A\"},{\"symbol\":\"B\"},{\"symbol\":\"C\"}]", 2, false)
                        .rows())
                .extracting(ResultRow::symbol)
                .containsExactly("A", "B");
    }

    @Test
    void nullIsUnknown() throws IOException {
        assertThat(values("\"price\":null,\"volume\":null,\"rank\":null,\"filters_matched\":null,\"metadata\":null"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"market_cap\":1e30",
                "\"market_cap\":99999999999999999999999999",
                "\"market_cap\":\"12\"",
                "\"price\":1e999",
                "\"price\":NaN",
                "\"price\":-Infinity",
                "\"price\":{\"a\":1}",
                "\"price\":true",
                "\"rank\":5000000000",
                "\"rank\":[1]",
                "\"filters_matched\":\"rvol_high\"",
                "\"metadata\":[1]",
                "\"metadata\":\"text\""
            })
    void aValueThatItsColumnCannotHoldIsUnknown(String field) throws IOException {
        assertThat(values(field + ",\"score\":1")).containsOnly(Map.entry(ResultColumn.SCORE, 1.0));
    }

    @ParameterizedTest
    @CsvSource({"1.4, 1", "1.5, 2", "9223372036854775807, 9223372036854775807", "1E3, 1000", "-3, -3"})
    void wholeColumnsAreRounded(String number, long stored) throws IOException {
        assertThat(values("\"volume\":" + number)).containsEntry(ResultColumn.VOLUME, stored);
    }

    @Test
    void metadataIsCleanedOfWhatJsonbRefuses() throws IOException {
        String deep = "[".repeat(500) + "]".repeat(500);

        assertThat(values("\"metadata\":{\"a\\u0000b\":\"c\\u0000\",\"n\":1e999,\"t\":1e-99999,\"x\":" + deep
                        + "},\"score\":1"))
                .containsEntry(ResultColumn.SCORE, 1.0)
                .extractingByKey(ResultColumn.METADATA)
                .asString()
                .startsWith("{\"ab\":\"c\",\"n\":null,\"t\":0.0,\"x\":[[[")
                .contains("[null]");
    }

    @Test
    void namesOfFiltersKeepTheirCommas() throws IOException {
        assertThat(values("\"filters_matched\":[\"a,b\",3,\"c\\u0000d\\u001f\",[\"e\"]]"))
                .containsEntry(ResultColumn.FILTERS_MATCHED, "a,b\u001fcd ");
        assertThat(values("\"filters_matched\":[]")).containsEntry(ResultColumn.FILTERS_MATCHED, "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "\"A B\"", "\"A\\u0000\"", "\"ABCDEFGHIJKLMNOPQRSTUVWXYZ1234567\"", "null", "7"})
    void aTickerWithoutAUsableSymbolIsSkipped(String symbol) throws IOException {
        assertThat(parse("[{\"symbol\":" + symbol + ",\"price\":1},17,{\"symbol\":\"OK\"}]", 10, false)
                        .rows())
                .extracting(ResultRow::symbol)
                .containsExactly("OK");
    }

    @Test
    void theNewestTimestampOfTheWholeListIsFound() throws IOException {
        String list = """
                [{"symbol":"A","timestamp":"2025-01-24T15:00:00"},
                 {"symbol":"B","timestamp":"nonsense"},
                 {"symbol":"C","timestamp":"2025-01-24T10:00:07.5-05:00"}]
                """;

        assertThat(parse(list, 1, true).newest()).contains(Instant.parse("2025-01-24T15:00:07.5Z"));
        assertThat(parse(list, 1, true).rows()).hasSize(1);
        assertThat(parse("[]", 1, true).newest()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "[{\"symbol\":\"A\"", "[{\"symbol\":\"A\"} nonsense"})
    void whatIsNoArrayIsRefused(String json) {
        assertThatThrownBy(() -> parse(json, 10, false)).isInstanceOf(IOException.class);
    }
}
