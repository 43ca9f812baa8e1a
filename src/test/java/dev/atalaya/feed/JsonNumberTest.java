package dev.atalaya.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonNumberTest {
    private static final String[] FOLLOWERS = {",", "}", "]", " ", "x", ".", "-"};
    private final Random random = new Random(11);
    private final JsonNumber number = new JsonNumber();
    private final byte[] json = new byte[200];

    /// Where it ends, counted from its beginning, or [JsonNumber#OTHER].
    private int read(String text) {
        int from = random.nextInt(20);
        Arrays.fill(json, (byte) '9');
        byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(ascii, 0, json, from, ascii.length);
        int to = number.read(json, from);
        return to == JsonNumber.OTHER ? to : to - from;
    }

    private void assertRead(String text) {
        String follower = FOLLOWERS[random.nextInt(text.indexOf('.') < 0 ? 5 : FOLLOWERS.length)];
        assertThat(read(text + follower)).as(text).isEqualTo(text.length());
        double expected = text.equals("-0") ? 0.0 : Double.parseDouble(text);
        assertThat(number.value()).as(text).isEqualTo(expected);
        boolean isPositiveWhole = text.indexOf('.') < 0 && expected > 0;
        assertThat(number.isPositiveWhole()).as(text).isEqualTo(isPositiveWhole);
        if (isPositiveWhole) {
            assertThat(number.whole()).isEqualTo(Long.parseLong(text));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "-0.0",
                "0.0",
                "7",
                "-7",
                "0.1",
                "12.5",
                "123.456",
                "1234.567",
                "12345.6",
                "123456.7",
                "1234567",
                "12345678",
                "123456789",
                "1.2345678",
                "0.00000001",
                "12345678.12345678",
                "9007199254740993",
                "9223372036854775807",
                "0.0000000000000000001",
                "0.3717460465116279",
                "8.988465674311579",
                "900719925474099.3",
                "4503599627370497.5"
            })
    void usualNumbersAreReadToTheirEnd(String text) {
        assertRead(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-",
                "-.5",
                "01",
                "-01",
                "00",
                "1.",
                "1.,",
                "1.e5",
                "9223372036854775808",
                "12345678901234567890",
                "1.2345678901234567890",
                "123456789012345678901234567890"
            })
    void whatIsUnusualIsLeftToOthers(String text) {
        assertThat(read(text + ",")).isEqualTo(JsonNumber.OTHER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e5", "1.5E3", "0e0", "123456789e1"})
    void anExponentIsBehindIt(String text) {
        assertThat(read(text + ",")).isEqualTo(text.toLowerCase(Locale.ROOT).indexOf('e'));
    }

    @Test
    void anyDecimalIsTheDoubleThatTheLibraryGives() {
        for (int i = 0; i < 500_000; i++) {
            assertRead(decimal());
        }
    }

    private String decimal() {
        double value = switch (random.nextInt(4)) {
            case 0 -> random.nextDouble() * Math.pow(10, random.nextInt(9));
            case 1 -> Math.rint(random.nextDouble() * 1e7) / Math.pow(10, random.nextInt(5));
            case 2 -> Math.scalb(1.0 + random.nextInt(1 << 20), -random.nextInt(18)); // often between two doubles
            default -> (double) random.nextInt(100_000_000);
        };
        String plain = new BigDecimal(random.nextBoolean() ? Double.toString(value) : Float.toString((float) value))
                .stripTrailingZeros()
                .toPlainString();
        long digits = plain.chars().filter(c -> c != '.').count();
        return (random.nextInt(5) == 0 ? "-" : "") + (digits > 18 ? plain.substring(0, 18) + "1" : plain);
    }

    @Test
    void halfwayBetweenTwoDoublesTheEvenOneIsTheNearest() {
        for (int i = 0; i < 200_000; i++) {
            long odd = (1L << 53) + 2 * random.nextLong(1L << 52) + 1; // between two doubles
            assertThat(Decimals.divide(odd, 0)).isEqualTo((double) odd);
            int fraction = 1 + random.nextInt(Decimals.MOST_FRACTION_DIGITS);
            assertThat(Decimals.divide(odd, fraction)).isEqualTo(Double.parseDouble(odd + "e-" + fraction));
        }
    }
}
