package dev.atalaya.scanner;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Writes numbers as JSON has them into an array: the shortest decimals that read back the same, without
/// exponent, whatever the locale. It works on eight digits at a time, and writes eight bytes where fewer count:
/// what follows overwrites the rest, so the array must have room for [#MOST_BYTES] wherever it begins.
final class NumberText {
    /// What the longest number, a subnormal one, takes, and what is overwritten behind it.
    static final int MOST_BYTES = 352;

    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle FOUR_BYTES =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int NULL = 'n' | 'u' << 8 | 'l' << 16 | 'l' << 24;
    private static final long ZEROS = 0x3030_3030_3030_3030L;
    private static final int EIGHT_DIGITS = 100_000_000;
    private static final byte[] LEAST = Long.toString(Long.MIN_VALUE).getBytes(StandardCharsets.US_ASCII);

    /// Below this every whole number is a double, and its digits are the shortest decimal.
    private static final double WHOLE = 1L << 53;

    private static final double TEN_THOUSANDTHS = 1e15;

    private static final long[] POWERS = new long[ShortestDecimal.DIGITS + 1];

    static {
        POWERS[0] = 1;
        for (int i = 1; i < POWERS.length; i++) {
            POWERS[i] = POWERS[i - 1] * 10;
        }
    }

    private NumberText() {}

    /// NaN and infinities, which JSON does not know, are `null`, and -0 is 0.
    ///
    /// @return where it ends
    static int write(double value, byte[] out, int at) {
        long whole = (long) value;
        if (whole == value && Math.abs(value) < WHOLE) {
            return write(whole, out, at);
        }
        // Of at most fifteen digits there is no shorter decimal for the same double: see IEEE 754, decimal precision.
        double scaled = Math.rint(value * 1e4);
        if (scaled / 1e4 == value && Math.abs(scaled) < TEN_THOUSANDTHS) {
            return writeTenThousandths((long) scaled, out, at);
        }
        if (!Double.isFinite(value)) {
            FOUR_BYTES.set(out, at, NULL);
            return at + 4;
        }
        int begin = at;
        if (value < 0) {
            out[begin++] = '-';
        }
        return writeShortest(Math.abs(value), out, begin);
    }

    /// @return where it ends
    static int write(long value, byte[] out, int at) {
        if (value >= 0) {
            return digits(value, out, at);
        }
        if (value == Long.MIN_VALUE) {
            System.arraycopy(LEAST, 0, out, at, LEAST.length);
            return at + LEAST.length;
        }
        out[at] = '-';
        return digits(-value, out, at + 1);
    }

    /// Not a whole number of ones.
    private static int writeTenThousandths(long scaled, byte[] out, int at) {
        int begin = at;
        if (scaled < 0) {
            out[begin++] = '-';
        }
        long size = Math.abs(scaled);
        long ones = size / 10_000;
        int point = digits(ones, out, begin);
        out[point] = '.';
        int fraction = (int) (eight((int) (size - ones * 10_000)) >>> 32);
        FOUR_BYTES.set(out, point + 1, fraction | (int) ZEROS);
        return point + 5 - Integer.numberOfLeadingZeros(fraction) / 8;
    }

    /// Where there is a fraction, it ends with its last digit that is not 0.
    private static int writeShortest(double value, byte[] out, int at) {
        int scale = ShortestDecimal.scale(value);
        long units = ShortestDecimal.units(value, scale);
        if (scale >= 0) {
            return zeros(scale, out, digits(units, out, at));
        }
        int places = -scale;
        long ones = (long) value; // the decimal's too: a whole number between the two would be a double of its own
        int end = digits(ones, out, at);
        out[end++] = '.';
        if (places > ShortestDecimal.DIGITS) {
            end = zeros(places - ShortestDecimal.DIGITS, out, end);
            places = ShortestDecimal.DIGITS;
        }
        end = write(ones == 0 ? units : units - ones * POWERS[places], places, out, end);
        while (out[end - 1] == '0') {
            end--;
        }
        return end;
    }

    private static int zeros(int count, byte[] out, int at) {
        for (int i = 0; i < count; i += 8) {
            EIGHT_BYTES.set(out, at + i, ZEROS);
        }
        return at + count;
    }

    /// A number from 0 on, without zeros before it.
    private static int digits(long value, byte[] out, int at) {
        if (value >= EIGHT_DIGITS) {
            long high = value / EIGHT_DIGITS;
            int end = digits(high, out, at);
            EIGHT_BYTES.set(out, end, eight((int) (value - high * EIGHT_DIGITS)) | ZEROS);
            return end + 8;
        }
        long eight = eight((int) value);
        int before = Math.min(7, Long.numberOfTrailingZeros(eight) / 8);
        EIGHT_BYTES.set(out, at, (eight | ZEROS) >>> (before * 8));
        return at + 8 - before;
    }

    /// A number from 0 on that has at most so many digits, with zeros before it.
    ///
    /// @param count at least 1
    /// @return where it ends
    static int write(long value, int count, byte[] out, int at) {
        if (count > 8) {
            long high = value / EIGHT_DIGITS;
            int end = write(high, count - 8, out, at);
            EIGHT_BYTES.set(out, end, eight((int) (value - high * EIGHT_DIGITS)) | ZEROS);
            return end + 8;
        }
        EIGHT_BYTES.set(out, at, (eight((int) value) | ZEROS) >>> ((8 - count) * 8));
        return at + count;
    }

    /// The eight digits of a number below 10^8, one a byte, the first in the lowest. The number is halved into
    /// digits side by side: two of four, four of two, eight of one. A quotient is the product with a reciprocal
    /// that is exact enough for a dividend of so few digits.
    private static long eight(int value) {
        int high = value / 10_000;
        long fours = high | (long) (value - high * 10_000) << 32;
        long hundreds = ((fours * 5243) >>> 19) & 0x0000_007f_0000_007fL;
        long twos = hundreds | ((fours - hundreds * 100) << 16);
        long tens = ((twos * 103) >>> 10) & 0x000f_000f_000f_000fL;
        return tens | ((twos - tens * 10) << 8);
    }
}
