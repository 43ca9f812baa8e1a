package dev.atalaya.scanner;

import java.math.BigInteger;

/// The shortest decimal that reads back as the same double, and of the shortest the closest: the digits of
/// [Double#toString(double)] as a whole number, without a text.
///
/// The method is that of Raffaello Giulietti, "The Schubfach way to render doubles" (2020): the decimals of a
/// power of ten that is just finer than the double's own spacing are so close to one another that the interval
/// which rounds to the double holds at least one of them, and one of the next power at most one. So four
/// candidates are enough, two of each power. Where they lie is known from the products of the interval's ends
/// with a power of ten of 126 bits, rounded to odd, which is exact enough for every double, as the paper proves.
final class ShortestDecimal {
    /// The most digits that a double needs.
    static final int DIGITS = 17;

    private static final int MIN_SCALE = -324;
    private static final int MAX_SCALE = 292;
    private static final int FRACTION_BITS = 52;
    private static final long IMPLICIT_BIT = 1L << FRACTION_BITS;
    private static final int MIN_EXPONENT = -1074;
    private static final long LOW_63 = Long.MAX_VALUE;

    /// By scale from the least on: 10^-scale with 126 bits, rounded up, in two halves of 63.
    private static final long[] HIGH = new long[MAX_SCALE - MIN_SCALE + 1];

    private static final long[] LOW = new long[HIGH.length];

    static {
        for (int scale = MIN_SCALE; scale <= MAX_SCALE; scale++) {
            int shift = log2(-scale) - 125;
            BigInteger power = BigInteger.TEN.pow(Math.abs(scale));
            BigInteger bits = scale <= 0
                    ? power.shiftRight(shift) // to the left where it is negative
                    : BigInteger.ONE.shiftLeft(-shift).divide(power);
            BigInteger above = bits.add(BigInteger.ONE);
            HIGH[scale - MIN_SCALE] = above.shiftRight(63).longValue();
            LOW[scale - MIN_SCALE] = above.longValue() & LOW_63;
        }
    }

    private ShortestDecimal() {}

    /// The power of ten that [#units] counts in.
    ///
    /// @param value finite, not 0
    static int scale(double value) {
        long bits = Double.doubleToRawLongBits(value);
        int biased = (int) (bits >>> FRACTION_BITS) & 0x7ff;
        long fraction = bits & (IMPLICIT_BIT - 1);
        if (biased == 0) {
            return fraction < 3 ? MIN_SCALE - 1 : log10(MIN_EXPONENT);
        }
        int exponent = biased + MIN_EXPONENT - 1;
        return fraction == 0 && biased > 1 ? log10OfThreeQuarters(exponent) : log10(exponent);
    }

    /// The decimal's digits, the sign left out; there may be zeros at the end.
    ///
    /// @param value finite, not 0
    /// @param scale its [#scale]
    static long units(double value, int scale) {
        long bits = Double.doubleToRawLongBits(value);
        int biased = (int) (bits >>> FRACTION_BITS) & 0x7ff;
        long fraction = bits & (IMPLICIT_BIT - 1);
        if (biased == 0 && fraction < 3) {
            return fraction == 1 ? 49 : 99; // the two that Double.toString writes with a digit more than they need
        }
        long significand = biased == 0 ? fraction : fraction | IMPLICIT_BIT;
        int exponent = Math.max(biased, 1) + MIN_EXPONENT - 1;
        boolean isUneven = fraction == 0 && biased > 1; // the next double below is half as far as the next above
        int odd = (int) significand & 1; // the interval has its ends where the significand is even

        int shift = exponent + log2(-scale) + 2;
        long high = HIGH[scale - MIN_SCALE];
        long low = LOW[scale - MIN_SCALE];
        // In quarters of a unit, so that the middles between two doubles are whole before they are scaled.
        long quarters = significand << 2;
        long middle = times(high, low, quarters << shift);
        long lower = times(high, low, (quarters - (isUneven ? 1 : 2)) << shift) + odd;
        long upper = times(high, low, (quarters + 2) << shift) - odd;

        long below = middle >> 2;
        if (below >= 100) {
            long tensBelow = below / 10 * 10;
            boolean isBelowIn = lower <= tensBelow << 2;
            boolean isAboveIn = (tensBelow + 10) << 2 <= upper;
            if (isBelowIn != isAboveIn) {
                return isBelowIn ? tensBelow : tensBelow + 10;
            }
        }
        boolean isBelowIn = lower <= below << 2;
        boolean isAboveIn = (below + 1) << 2 <= upper;
        if (isBelowIn != isAboveIn) {
            return isBelowIn ? below : below + 1;
        }
        long fromMiddle = middle - ((below + below + 1) << 1);
        return fromMiddle < 0 || (fromMiddle == 0 && (below & 1) == 0) ? below : below + 1;
    }

    /// The product divided by 2^127, with the lowest bit set where something was cut off.
    private static long times(long high, long low, long factor) {
        long middle = ((high * factor) >>> 1) + Math.multiplyHigh(low, factor);
        long product = Math.multiplyHigh(high, factor) + (middle >>> 63);
        return product | (((middle & LOW_63) + LOW_63) >>> 63);
    }

    /// floor(log10(2^exponent)), for all of a double's.
    private static int log10(int exponent) {
        return (exponent * 1_262_611) >> 22;
    }

    /// floor(log10(3/4 · 2^exponent)), for all of a double's.
    private static int log10OfThreeQuarters(int exponent) {
        return (exponent * 1_262_611 - 524_031) >> 22;
    }

    /// floor(log2(10^exponent)), for all scales.
    private static int log2(int exponent) {
        return (exponent * 1_741_647) >> 19;
    }
}
