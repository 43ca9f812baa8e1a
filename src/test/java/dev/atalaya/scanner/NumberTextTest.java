package dev.atalaya.scanner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NumberTextTest {
    private final byte[] bytes = new byte[NumberText.MOST_BYTES + 1];
    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    private String text(int end) {
        return new String(bytes, 1, end - 1, StandardCharsets.US_ASCII);
    }

    private String written(double value) {
        return text(NumberText.write(value, bytes, 1));
    }

    private void isShortest(double value) {
        String text = written(value);
        if (!text.equals(NaiveEncoder.number(value))) { // an assertion that is described takes longer than a number
            assertThat(text).as("seed %d, %s", seed, value).isEqualTo(NaiveEncoder.number(value));
        }
    }

    private void isShortestWithItsNeighbours(double value) {
        isShortest(value);
        isShortest(-value);
        isShortest(Math.nextUp(value));
        isShortest(Math.nextDown(value));
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
        assertThat(written(Double.NEGATIVE_INFINITY)).isEqualTo("null");
    }

    @Test
    void powersOfTwoAndTheirNeighboursAreTheShortest() {
        for (int exponent = Double.MIN_EXPONENT - 52; exponent <= Double.MAX_EXPONENT; exponent++) {
            isShortestWithItsNeighbours(Math.scalb(1.0, exponent));
        }
        isShortestWithItsNeighbours(Double.MAX_VALUE);
    }

    @Test
    void shortDecimalsOfEverySizeAreWrittenAsTheyAreRead() {
        for (int exponent = -323; exponent <= 308; exponent++) {
            for (int digits = 1; digits < 100; digits++) {
                isShortestWithItsNeighbours(Double.parseDouble(digits + "e" + exponent));
            }
        }
        for (double value = 1; value < 200; value++) {
            isShortest(value * Double.MIN_VALUE);
        }
    }

    @Test
    void anyDoubleIsTheShortestDecimal() {
        for (int i = 0; i < 400_000; i++) {
            isShortest(
                    switch (i % 6) {
                        case 0 -> Double.longBitsToDouble(random.nextLong());
                        case 1 -> random.nextInt(1_000_000) / 1e4;
                        case 2 -> (random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(30) - 12);
                        case 3 -> Double.longBitsToDouble(random.nextLong(1L << 52) >>> random.nextInt(52));
                        case 4 -> random.nextLong() >> random.nextInt(64);
                        default -> random.nextInt(100_000) / 100.0 * (random.nextInt(2000) / 1000.0);
                    });
        }
    }

    @Test
    void wholeNumbersOfAnySizeAreWritten() {
        for (long value : new long[] {0, 9, 10, 99, 100, Long.MAX_VALUE, Long.MIN_VALUE, -7}) {
            assertThat(text(NumberText.write(value, bytes, 1))).isEqualTo(Long.toString(value));
        }
        for (int i = 0; i < 1_000_000; i++) {
            long value = random.nextLong() >> random.nextInt(64);
            String text = text(NumberText.write(value, bytes, 1));
            if (!text.equals(Long.toString(value))) {
                assertThat(text).as("seed %d", seed).isEqualTo(Long.toString(value));
            }
        }
    }

    @Test
    void whatIsWrittenStaysWithinTheRoomThatIsAskedFor() {
        double longest = -Double.longBitsToDouble(0x000f_ffff_ffff_fffdL);
        assertThat(written(longest).length()).isLessThan(NumberText.MOST_BYTES - 8);
        assertThat(written(Double.longBitsToDouble(0x7L)).length()).isLessThan(NumberText.MOST_BYTES - 8);
        assertThat(written(-Double.MIN_VALUE).length()).isLessThan(NumberText.MOST_BYTES - 8);
    }
}
