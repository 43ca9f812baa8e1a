package dev.atalaya.scanner;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonBytesTest {
    private static String written(double value) {
        return text(new JsonBytes(1).number(value));
    }

    private static String text(JsonBytes json) {
        return new String(json.array(), 0, json.size(), StandardCharsets.UTF_8);
    }

    @Test
    void aCopyOfAPartIsCutIntoPieces() {
        JsonBytes json = new JsonBytes(1);
        for (int i = 0; i < 100_000; i++) {
            json.number(i);
        }
        List<Buffer> pieces = json.copy(5, json.size() - 7);
        Buffer whole = Buffer.buffer();
        pieces.forEach(whole::appendBuffer);
        assertThat(whole.toString()).isEqualTo(text(json).substring(5, json.size() - 7));
        assertThat(pieces)
                .hasSize(4)
                .allSatisfy(piece -> assertThat(piece.length()).isLessThanOrEqualTo(128 * 1024));
    }

    @Test
    void numbersAreTheShortestDecimalsWithoutExponent() {
        assertThat(written(10)).isEqualTo("10");
        assertThat(written(-0.0)).isEqualTo("0");
        assertThat(written(10.5)).isEqualTo("10.5");
        assertThat(written(-0.01)).isEqualTo("-0.01");
        assertThat(written(0.1 + 0.2)).isEqualTo("0.30000000000000004");
        assertThat(written(1e22)).isEqualTo("10000000000000000000000");
        assertThat(written(-1.25e-7)).isEqualTo("-0.000000125");
        assertThat(written(123456789012345.67)).isEqualTo("123456789012345.67");
        assertThat(written(Double.MIN_VALUE)).startsWith("0.000").endsWith("49");
        assertThat(written(12345678.9)).isEqualTo("12345678.9");
    }

    @Test
    void whatIsUnknownIsNull() {
        assertThat(written(Double.NaN)).isEqualTo("null");
        assertThat(written(Double.POSITIVE_INFINITY)).isEqualTo("null");
    }

    @Test
    void anyDoubleReadsBackTheSameAndIsAsShortAsBigDecimalMakesIt() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 200_000; i++) {
            double value = switch (i % 4) {
                case 0 -> Double.longBitsToDouble(random.nextLong());
                case 1 -> random.nextInt(1_000_000) / 1e4;
                case 2 -> (random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(30) - 12);
                default -> random.nextInt(100_000) / 100.0 * (random.nextInt(2000) / 1000.0);
            };
            if (!Double.isFinite(value) || value == 0) {
                continue;
            }
            String text = written(value);
            String expected =
                    new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
            assertThat(text).as("seed %d, %s", seed, value).isEqualTo(expected);
        }
    }

    @Test
    void wholeNumbersOfAnySizeAreWritten() {
        for (long value : new long[] {0, 9, 10, 99, 100, Long.MAX_VALUE, Long.MIN_VALUE, -7}) {
            assertThat(text(new JsonBytes(1).number(value))).isEqualTo(Long.toString(value));
        }
    }

    @Test
    void textsAreEscapedAndKeepTheirAccents() {
        assertThat(text(new JsonBytes(1).text("a\"b\\c\n\u0001ñ€😀"))).isEqualTo("\"a\\\"b\\\\c\\u000a\\u0001ñ€😀\"");
        assertThat(text(new JsonBytes(1).text(null))).isEqualTo("null");
    }
}
