package dev.atalaya.feed;

/// Reads decimals from characters without making a text of them.
final class Decimals {
    private static final double[] POWERS_OF_TEN = {
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22
    };

    private static final long LARGEST_EXACT = 1L << 53;

    private Decimals() {}

    /// The number that a JSON parser has found there, or NaN if it is not a plain decimal whose digits fit into a
    /// double exactly: then somebody else has to read it. Where both the digits and the power of ten are exact, one
    /// division gives the nearest double (Clinger, How to read floating point numbers accurately, 1990).
    static double parse(char[] text, int offset, int length) {
        int end = offset + length;
        int at = offset;
        boolean negative = text[at] == '-';
        if (negative) {
            at++;
        }
        long digits = 0;
        int fraction = 0;
        int step = 0;
        for (; at < end; at++) {
            int digit = text[at] - '0';
            if (digit >= 0 && digit <= 9) {
                digits = digits * 10 + digit;
                fraction += step;
                if (digits > LARGEST_EXACT) {
                    return Double.NaN;
                }
            } else if (text[at] == '.' && step == 0) {
                step = 1;
            } else {
                return Double.NaN;
            }
        }
        if (fraction >= POWERS_OF_TEN.length) {
            return Double.NaN;
        }
        double value = digits / POWERS_OF_TEN[fraction];
        return negative ? -value : value;
    }
}
