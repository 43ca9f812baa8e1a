package dev.atalaya.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JournalEntryTest {
    private static final Instant TIME = Instant.parse("2025-01-24T15:00:05Z");
    private static final Instant HOUR = Instant.parse("2025-01-24T15:00:00Z");

    private final JournalEncoder encoder = new JournalEncoder();
    private final double[] values = new double[JournalEntry.numbers().size()];

    private JournalEntry entry() {
        return new JournalEntry(
                7,
                TIME,
                "MARKET_OPEN",
                LocalDate.parse("2025-01-24"),
                HOUR,
                Arrays.copyOf(encoder.array(), encoder.size()));
    }

    private void set(ResultColumn column, double value) {
        values[column.ordinal()] = value;
    }

    @Test
    void whatIsWrittenIsReadBack() throws Exception {
        Arrays.fill(values, Double.NaN);
        encoder.begin(2, "price_range\u001fvolume_min");
        set(ResultColumn.PRICE, 0.1 + 0.2);
        set(ResultColumn.VOLUME, 1_234_567.4);
        set(ResultColumn.FLOAT_SHARES, -3);
        set(ResultColumn.SCORE, Double.MIN_VALUE);
        encoder.row("BRK.B", values);
        byte[] metadata = "{\"company_name\":\"Ñandú\"}".getBytes(UTF_8);
        encoder.metadata(metadata, 0, metadata.length);
        Arrays.fill(values, Double.NaN);
        encoder.row("A", values);
        encoder.noMetadata();
        assertThat(entry().decode())
                .containsExactly(
                        new ResultRow(
                                "BRK.B",
                                Map.of(
                                        ResultColumn.PRICE,
                                        0.1 + 0.2,
                                        ResultColumn.VOLUME,
                                        1_234_567L,
                                        ResultColumn.FLOAT_SHARES,
                                        -3L,
                                        ResultColumn.SCORE,
                                        Double.MIN_VALUE,
                                        ResultColumn.RANK,
                                        1,
                                        ResultColumn.FILTERS_MATCHED,
                                        "price_range\u001fvolume_min",
                                        ResultColumn.METADATA,
                                        "{\"company_name\":\"Ñandú\"}")),
                        new ResultRow(
                                "A",
                                Map.of(
                                        ResultColumn.RANK,
                                        2,
                                        ResultColumn.FILTERS_MATCHED,
                                        "price_range\u001fvolume_min")));
    }

    @Test
    void aValueThatTheColumnCannotHoldIsUnknown() throws Exception {
        Arrays.fill(values, 1e308);
        set(ResultColumn.SCORE, Double.POSITIVE_INFINITY);
        encoder.begin(1, "");
        encoder.row("A", values);
        encoder.noMetadata();
        Map<ResultColumn, Object> known = entry().decode().getFirst().values();
        assertThat(known)
                .containsEntry(ResultColumn.PRICE, 1e308)
                .doesNotContainKeys(
                        ResultColumn.VOLUME, ResultColumn.VOLUME_TODAY, ResultColumn.MARKET_CAP, ResultColumn.SCORE);
    }

    @Test
    void noRowsAreNoRows() throws Exception {
        encoder.begin(0, "a");
        assertThat(entry().decode()).isEmpty();
    }

    /// Whatever stands in the stream, reading it ends in rows or in a [JournalFormatException].
    @Test
    void whatIsBrokenIsRefused() {
        Arrays.fill(values, 3.5);
        encoder.begin(3, "a");
        for (String symbol : List.of("AA", "BB", "CC")) {
            encoder.row(symbol, values);
            encoder.noMetadata();
        }
        byte[] whole = Arrays.copyOf(encoder.array(), encoder.size());
        for (int length = 0; length < whole.length; length++) {
            JournalEntry cut = entry(Arrays.copyOf(whole, length));
            assertThatThrownBy(cut::decode).isInstanceOf(JournalFormatException.class);
        }
        assertThatThrownBy(() -> entry(Arrays.copyOf(whole, whole.length + 1)).decode())
                .isInstanceOf(JournalFormatException.class);
        Random random = new Random(5);
        for (int i = 0; i < 20_000; i++) {
            byte[] mutant = whole.clone();
            mutant[random.nextInt(mutant.length)] = (byte) random.nextInt(256);
            try {
                assertThat(entry(mutant).decode()).hasSizeLessThan(mutant.length);
            } catch (JournalFormatException refused) {
                assertThat(refused).hasMessageContaining("scan 7");
            }
        }
    }

    private JournalEntry entry(byte[] rows) {
        return new JournalEntry(7, TIME, "MARKET_OPEN", LocalDate.parse("2025-01-24"), HOUR, rows);
    }

    @Test
    void anEntryIsReadFromItsFields() throws Exception {
        Map<String, String> fields = Map.of(
                "v", "1", "time", TIME.toString(), "session", "MARKET_OPEN", "day", "2025-01-24", "hour", "" + HOUR);
        JournalEntry entry = JournalEntry.of(JournalEntry.id(1_737_730_800_123L), fields, new byte[0]);
        assertThat(entry.scanNo()).isEqualTo(1_737_730_800_123L);
        assertThat(entry.time()).isEqualTo(TIME);
        assertThat(entry.hour()).isEqualTo(HOUR);
        assertThatThrownBy(() -> JournalEntry.of("7-0", Map.of("v", "2"), new byte[0]))
                .isInstanceOf(JournalFormatException.class)
                .hasMessage("The journal's entry 7-0 has the version '2', this one reads 1");
        assertThatThrownBy(() -> JournalEntry.of("7", fields, new byte[0])).isInstanceOf(JournalFormatException.class);
        assertThatThrownBy(() -> JournalEntry.of("7-0", Map.of("v", "1"), new byte[0]))
                .isInstanceOf(JournalFormatException.class);
    }
}
