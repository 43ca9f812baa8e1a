package dev.atalaya.feed;

import java.math.BigInteger;

/// Decimal numbers as doubles.
final class Decimals {
    /// So many digits behind the point [#divide] takes.
    static final int MOST_FRACTION_DIGITS = 19;

    /// By number of digits behind the point: the reciprocal of that power of ten, its highest 128 bits rounded up.
    private static final long[] RECIPROCAL_HIGH = new long[MOST_FRACTION_DIGITS + 1];

    private static final long[] RECIPROCAL_LOW = new long[MOST_FRACTION_DIGITS + 1];

    /// And its binary exponent.
    private static final int[] EXPONENT = new int[MOST_FRACTION_DIGITS + 1];

    private static final int MANTISSA_BITS = 52;
    private static final int EXPONENT_BIAS = 1023;
    /// What is left of 64 bits beside a mantissa with its first bit, one for rounding and one that the product may
    /// lack.
    private static final int SPARE_BITS = Long.SIZE - MANTISSA_BITS - 3;

    static {
        for (int digits = 0; digits <= MOST_FRACTION_DIGITS; digits++) {
            BigInteger five = BigInteger.valueOf(5).pow(digits);
            int bits = five.subtract(BigInteger.ONE).bitLength();
            BigInteger reciprocal =
                    BigInteger.ONE.shiftLeft(bits + 127).divide(five).add(BigInteger.ONE);
            if (digits == 0) {
                reciprocal = BigInteger.ONE.shiftLeft(127);
            }
            RECIPROCAL_HIGH[digits] = reciprocal.shiftRight(Long.SIZE).longValue();
            RECIPROCAL_LOW[digits] = reciprocal.longValue();
            EXPONENT[digits] = -bits - digits;
        }
    }

    private Decimals() {}

    /// The double nearest to a whole number divided by a power of ten, to the even one of two that are as near (Daniel
    /// Lemire, Number Parsing at a Gigabyte per Second, Software: Practice and Experience 51 (8), 2021, section 5).
    ///
    /// @param number above 0
    /// @param fraction the power, at most [#MOST_FRACTION_DIGITS]
    static double divide(long number, int fraction) {
        int zeros = Long.numberOfLeadingZeros(number);
        long first = number << zeros;
        long high = Math.unsignedMultiplyHigh(first, RECIPROCAL_HIGH[fraction]);
        long low = first * RECIPROCAL_HIGH[fraction];
        long spare = (1L << SPARE_BITS) - 1;
        if ((high & spare) == spare) { // only then the reciprocal's lower half can matter
            long more = Math.unsignedMultiplyHigh(first, RECIPROCAL_LOW[fraction]);
            low += more;
            if (Long.compareUnsigned(low, more) < 0) {
                high++;
            }
        }
        int top = (int) (high >>> (Long.SIZE - 1));
        int shift = top + SPARE_BITS;
        long mantissa = high >>> shift;
        int exponent = EXPONENT[fraction] + Long.SIZE - 1 - zeros + top;
        boolean isHalfWay = Long.compareUnsigned(low, 1) <= 0 && (mantissa & 3) == 1 && mantissa << shift == high;
        if (isHalfWay) {
            mantissa--;
        }
        mantissa = (mantissa + (mantissa & 1)) >>> 1;
        if (mantissa == 2L << MANTISSA_BITS) {
            mantissa >>>= 1;
            exponent++;
        }
        return Double.longBitsToDouble(
                (long) (exponent + EXPONENT_BIAS) << MANTISSA_BITS | (mantissa & ((1L << MANTISSA_BITS) - 1)));
    }
}
