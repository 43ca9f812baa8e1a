package dev.atalaya.feed;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// A number of usual length as JSON writes it, read from bytes eight at a time: the characters of a word are told apart
/// and added up by a few operations on a long. Not thread safe.
final class JsonNumber {
    /// So many bytes from its beginning on may be looked at.
    static final int ROOM = 64;

    /// What [#read] answers for all that is left to a slower reader: no number, many digits.
    static final int OTHER = -1;

    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ZEROS = 0x3030303030303030L;
    private static final long LOW_BITS = 0x7f7f7f7f7f7f7f7fL;
    private static final long HIGH_BITS = 0x8080808080808080L;
    /// What makes the highest bit of a byte from a number above 9.
    private static final long ABOVE_NINE = 0x7676767676767676L;

    private static final int EIGHT_DIGITS = 100_000_000;
    private static final int[] POWERS_OF_TEN = {1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000};
    private static final double[] EXACT_POWERS_OF_TEN = {
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19
    };
    private static final long LARGEST_EXACT = 1L << 53;
    /// So many make no more than 64 bits; where they need all 64, the long is negative.
    private static final int MOST_DIGITS = 19;

    private long digits;
    private int fraction;
    private boolean negative;

    /// Eight bytes, the first the lowest.
    static long word(byte[] bytes, int at) {
        return (long) WORD.get(bytes, at);
    }

    /// Reads a number that begins there. What stands behind it is not looked at, an exponent neither.
    ///
    /// @return where it ends, or [#OTHER]
    int read(byte[] json, int from) {
        int first = from;
        long text = word(json, from);
        negative = (byte) text == '-';
        if (negative) {
            text = word(json, ++first);
        }
        long word = text ^ ZEROS;
        long others = others(word);
        long behindPoint = others & (others - 1);
        if (behindPoint == 0) {
            return readLong(json, first);
        }
        int whole = Long.numberOfTrailingZeros(others) & -Byte.SIZE; // in bits, as all lengths within a word
        int end = whole;
        if ((byte) (text >>> whole) == '.') {
            end = Long.numberOfTrailingZeros(behindPoint) & -Byte.SIZE;
            long behind = -1L << whole;
            digits = sum(((word & ~behind) | ((word >>> Byte.SIZE) & behind)) << (Long.SIZE + Byte.SIZE - end));
            fraction = ((end - whole) >>> 3) - 1;
        } else {
            digits = sum(word << (Long.SIZE - end));
            fraction = 0;
        }
        return isUsual(word, whole, end) ? first + (end >>> 3) : OTHER;
    }

    /// Whether there are digits, also behind a point, and no zero before them.
    private static boolean isUsual(long word, int whole, int end) {
        return whole > 0 && (whole == Byte.SIZE || (byte) word != 0) && end != whole + Byte.SIZE;
    }

    /// The same for one that is not all in a word.
    private int readLong(byte[] json, int first) {
        digits = 0;
        int end = addDigits(json, first);
        int whole = end - first;
        int behind = 0;
        if (json[end] == '.') {
            int point = end;
            end = addDigits(json, point + 1);
            behind = end - point - 1;
            if (behind == 0) {
                return OTHER;
            }
        }
        boolean startsWithZero = json[first] == '0';
        int count = startsWithZero ? behind : whole + behind;
        if (whole == 0 || (startsWithZero && whole > 1) || count > MOST_DIGITS || digits < 0) {
            return OTHER;
        }
        fraction = behind;
        return end;
    }

    /// Adds the digits that stand there to those before. Answers where they end; of more than [#MOST_DIGITS] there is
    /// no need to know.
    private int addDigits(byte[] json, int from) {
        int at = from;
        while (at - from <= MOST_DIGITS) {
            long word = word(json, at) ^ ZEROS;
            long others = others(word);
            if (others != 0) {
                int length = Long.numberOfTrailingZeros(others) & -Byte.SIZE;
                // in two steps, as there may be none
                digits = digits * POWERS_OF_TEN[length >>> 3] + sum(word << (Long.SIZE - Byte.SIZE - length) << 8);
                return at + (length >>> 3);
            }
            digits = digits * EIGHT_DIGITS + sum(word);
            at += Long.BYTES;
        }
        return at;
    }

    /// As [#read] for a number that nobody wants to know.
    static int skip(byte[] json, int from) {
        int first = from;
        long text = word(json, from);
        if ((byte) text == '-') {
            text = word(json, ++first);
        }
        long word = text ^ ZEROS;
        long others = others(word);
        long behindPoint = others & (others - 1);
        if (behindPoint == 0) {
            return skipLong(json, first);
        }
        int whole = Long.numberOfTrailingZeros(others) & -Byte.SIZE;
        boolean hasPoint = (byte) (text >>> whole) == '.';
        int end = hasPoint ? Long.numberOfTrailingZeros(behindPoint) & -Byte.SIZE : whole;
        return isUsual(word, whole, end) ? first + (end >>> 3) : OTHER;
    }

    private static int skipLong(byte[] json, int first) {
        int end = endOfDigits(json, first);
        int whole = end - first;
        if (json[end] == '.') {
            int point = end;
            end = endOfDigits(json, point + 1);
            if (end == point + 1) {
                return OTHER;
            }
        }
        return whole == 0 || (whole > 1 && json[first] == '0') ? OTHER : end;
    }

    private static int endOfDigits(byte[] json, int from) {
        int at = from;
        int count;
        do {
            count = Long.numberOfTrailingZeros(others(word(json, at) ^ ZEROS)) >>> 3;
            at += count;
        } while (count == Long.BYTES && at - from <= MOST_DIGITS);
        return at;
    }

    /// The highest bit of each byte that is above 9.
    private static long others(long word) {
        return (((word & LOW_BITS) + ABOVE_NINE) | word) & HIGH_BITS;
    }

    /// The number that eight digits make, the first in the lowest byte: neighbours are added up to pairs, these to
    /// fours and to eight (Daniel Lemire, Quickly parsing eight digits, 2018, after Wojciech Muła).
    private static long sum(long word) {
        long pairs = word * 10 + (word >>> 8);
        long fours = (pairs & 0x000000FF000000FFL) * (100 + (1_000_000L << 32))
                + ((pairs >>> 16) & 0x000000FF000000FFL) * (1 + (10_000L << 32));
        return fours >>> 32;
    }

    /// Whether it has no point and is above 0.
    boolean isPositiveWhole() {
        return fraction == 0 && !negative && digits > 0;
    }

    /// The number that was read, if it [#isPositiveWhole].
    long whole() {
        return digits;
    }

    /// The double nearest to the number that was read. Where its digits and the power of ten are exact, so is one
    /// division (William D. Clinger, How to Read Floating Point Numbers Accurately, 1990).
    double value() {
        double value =
                digits > LARGEST_EXACT ? Decimals.divide(digits, fraction) : digits / EXACT_POWERS_OF_TEN[fraction];
        boolean isWholeZero = digits == 0 && fraction == 0; // has no sign
        return negative && !isWholeZero ? -value : value;
    }
}
