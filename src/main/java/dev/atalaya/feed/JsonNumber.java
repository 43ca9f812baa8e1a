package dev.atalaya.feed;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// A number of usual length as JSON writes it, read from bytes eight at a time: the characters of a word are told apart
/// and added up by a few operations on a long. Not thread safe.
final class JsonNumber {
    /// So many bytes from its beginning on may be looked at.
    static final int ROOM = 64;

    /// What [#read] answers for all that is left to a slower reader: no number, an exponent, many digits.
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

    /// Reads a number that begins there with a digit or a minus sign. What stands behind it is not looked at.
    ///
    /// @return where it ends, or [#OTHER]
    int read(byte[] json, int from) {
        boolean isNegative = json[from] == '-';
        int first = isNegative ? from + 1 : from;
        long word = word(json, first) ^ ZEROS;
        long others = others(word);
        long behindPoint = others & (others - 1);
        int whole = Long.numberOfTrailingZeros(others) >>> 3;
        int point = 0;
        int end;
        long value;
        if (behindPoint != 0 && json[first + whole] == '.') { // all of it in one word: without the point
            int length = Long.numberOfTrailingZeros(behindPoint) >>> 3;
            long behind = -1L << (whole * 8);
            value = sum(((word & ~behind) | ((word >>> 8) & behind)) << (Long.SIZE - (length - 1) * 8));
            end = first + length;
            point = first + whole;
        } else {
            end = endOfDigits(json, first);
            whole = end - first;
            value = digits(json, first, end, 0);
            if (json[end] == '.') {
                point = end;
                end = endOfDigits(json, point + 1);
                value = digits(json, point + 1, end, value);
            }
        }
        int behind = point == 0 ? 0 : end - point - 1;
        boolean startsWithZero = json[first] == '0';
        int count = startsWithZero ? behind : whole + behind;
        byte next = json[end];
        if (whole == 0
                || (startsWithZero && whole > 1)
                || (point > 0 && behind == 0)
                || count > MOST_DIGITS
                || value < 0
                || next == 'e'
                || next == 'E') {
            return OTHER;
        }
        negative = isNegative;
        fraction = behind;
        digits = value;
        return end;
    }

    /// The same for a number that nobody wants to know.
    static int skip(byte[] json, int from) {
        int first = json[from] == '-' ? from + 1 : from;
        long others = others(word(json, first) ^ ZEROS);
        long behindPoint = others & (others - 1);
        int whole = Long.numberOfTrailingZeros(others) >>> 3;
        int end;
        if (behindPoint != 0 && json[first + whole] == '.') {
            end = first + (Long.numberOfTrailingZeros(behindPoint) >>> 3);
            if (end == first + whole + 1) {
                return OTHER;
            }
        } else {
            end = endOfDigits(json, first);
            whole = end - first;
            if (json[end] == '.') {
                int point = end;
                end = endOfDigits(json, point + 1);
                if (end == point + 1) {
                    return OTHER;
                }
            }
        }
        byte next = json[end];
        return whole == 0 || (whole > 1 && json[first] == '0') || next == 'e' || next == 'E' ? OTHER : end;
    }

    /// Of more than so many there is no need to know the end.
    private static int endOfDigits(byte[] json, int from) {
        int at = from;
        int count;
        do {
            count = Long.numberOfTrailingZeros(others(word(json, at) ^ ZEROS)) >>> 3;
            at += count;
        } while (count == Long.BYTES && at - from <= MOST_DIGITS);
        return at;
    }

    /// The number that digits make behind those of another.
    private static long digits(byte[] json, int from, int to, long before) {
        long value = before;
        int at = from;
        for (; to - at >= Long.BYTES; at += Long.BYTES) {
            value = value * EIGHT_DIGITS + sum(word(json, at) ^ ZEROS);
        }
        int count = to - at;
        return count == 0
                ? value
                : value * POWERS_OF_TEN[count] + sum((word(json, at) ^ ZEROS) << (Long.SIZE - count * 8));
    }

    /// The highest bit of each byte that is above 9.
    private static long others(long word) {
        return (((word & LOW_BITS) + ABOVE_NINE) | word) & HIGH_BITS;
    }

    /// The number that eight digits make, the first in the lowest byte: neighbours are added up to pairs, these to
    /// fours
    /// and to eight (Daniel Lemire, Quickly parsing eight digits, 2018, after Wojciech Muła).
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
