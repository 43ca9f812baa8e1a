package dev.atalaya.feed;

import ch.randelshofer.fastdoubleparser.JavaDoubleParser;
import java.nio.charset.StandardCharsets;

/// Reads JSON from bytes without making tokens of it, as strictly as a parser, but only what is usual in a
/// snapshot: ASCII, no escapes. Whatever else stands there ends the reading with [Unusual], and a real parser
/// has to say what it is. Not thread safe.
final class JsonBytesReader {
    /// Something that this reader leaves to a real parser, whether it is valid or not.
    static final class Unusual extends Exception {
        private static final long serialVersionUID = 1;

        private Unusual() {
            super("Left to a real parser", null, false, false);
        }
    }

    private static final int PACKED = 7;
    private static final int DEEPEST = 100;
    /// So many a long always holds.
    private static final int MOST_DIGITS = 18;

    private static final int LONGEST_NUMBER = 100;
    private static final double[] POWERS_OF_TEN = {
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18
    };
    private static final long LARGEST_EXACT = 1L << 53;
    private static final long EACH_BYTE = 0x0101010101010101L;

    private byte[] bytes = new byte[0];
    private int at;
    private int end;

    private int textStart;
    private int textLength;
    private long packedKey;
    private long digits;
    private int fraction;
    private boolean negative;
    private boolean isWhole;
    private boolean isPlain;

    /// Reads the bytes from one place up to but without another.
    void begin(byte[] json, int from, int to) {
        bytes = json;
        at = from;
        end = to;
    }

    /// There are more bytes than there were.
    void goOnUntil(int to) {
        end = to;
    }

    /// What it reads from.
    byte[] bytes() {
        return bytes;
    }

    /// Where the next byte stands.
    int position() {
        return at;
    }

    /// The next byte is another.
    void goTo(int position) {
        at = position;
    }

    /// Up to where it reads.
    int end() {
        return end;
    }

    static Unusual unusual() {
        return new Unusual();
    }

    /// Leaves it to a real parser unless something holds.
    static void require(boolean holds) throws Unusual {
        if (!holds) {
            throw unusual();
        }
    }

    /// The next byte that is no white space; it stays the next.
    byte peek() throws Unusual {
        if (at < end && bytes[at] > ' ') {
            return bytes[at];
        }
        while (at < end) {
            byte b = bytes[at];
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return b;
            }
            at++;
        }
        throw unusual();
    }

    void expect(char c) throws Unusual {
        if (peek() != c) {
            throw unusual();
        }
        at++;
    }

    /// Whether that is next; if so it is behind us.
    boolean accept(char c) throws Unusual {
        if (peek() != c) {
            return false;
        }
        at++;
        return true;
    }

    /// Whether nothing but white space is left.
    boolean isAtEnd() {
        for (int i = at; i < end; i++) {
            byte b = bytes[i];
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return false;
            }
        }
        return true;
    }

    /// Reads a text; it is asked for by [#textEquals], [#text] and [#symbol].
    void readText() throws Unusual {
        expect('"');
        byte[] json = bytes;
        int i = at;
        while (i + Long.BYTES <= end && !endsText(JsonNumber.word(json, i))) {
            i += Long.BYTES;
        }
        while (i < end && json[i] >= ' ' && json[i] != '"' && json[i] != '\\') { // bytes above 127 are negative
            i++;
        }
        if (i == end || json[i] != '"') {
            throw unusual();
        }
        textStart = at;
        textLength = i - at;
        at = i + 1;
    }

    /// Whether one of eight bytes ends a text, or is none of a usual one.
    private static boolean endsText(long word) {
        long quotes = word ^ (EACH_BYTE * '"');
        long slashes = word ^ (EACH_BYTE * '\\');
        long controls = word - EACH_BYTE * ' ';
        long ends = ((quotes - EACH_BYTE) & ~quotes) | ((slashes - EACH_BYTE) & ~slashes) | controls | word;
        return (ends & (EACH_BYTE << 7)) != 0;
    }

    /// Reads a key and the colon behind it, as [#readText]; it is asked for by [#isKey].
    void readKey() throws Unusual {
        readText();
        packedKey = pack(bytes, textStart, textLength);
        expect(':');
    }

    /// A text's length and its first seven characters in one number: most keys are told apart by that alone.
    static long pack(byte[] text, int offset, int length) {
        long packed = Math.min(length, 127);
        int count = Math.min(length, PACKED);
        for (int i = 0; i < count; i++) {
            packed = packed << 8 | text[offset + i];
        }
        return packed;
    }

    /// Whether the key just read is this one.
    ///
    /// @param packed what [#pack] makes of it
    boolean isKey(long packed, byte[] key) {
        return packedKey == packed && (key.length <= PACKED || textEquals(key));
    }

    boolean textEquals(byte[] other) {
        if (textLength != other.length) {
            return false;
        }
        for (int i = 0; i < other.length; i++) {
            if (bytes[textStart + i] != other[i]) {
                return false; // most differ in the first
            }
        }
        return true;
    }

    String text() {
        return new String(bytes, textStart, textLength, StandardCharsets.US_ASCII);
    }

    /// The number of the symbol that was read.
    int symbol(SymbolNumbers symbols) throws Unusual {
        return symbols.of(bytes, textStart, textLength);
    }

    /// Whether a number is next.
    boolean isNumber() throws Unusual {
        byte b = peek();
        return b == '-' || (b >= '0' && b <= '9');
    }

    /// Reads a number; it is asked for by [#number] and [#whole].
    void readNumber() throws Unusual {
        peek();
        textStart = at;
        negative = bytes[at] == '-';
        if (negative) {
            at++;
        }
        digits = 0;
        int first = at;
        int count = readDigits();
        if (count == 0 || (count > 1 && bytes[first] == '0')) {
            throw unusual();
        }
        fraction = 0;
        if (at < end && bytes[at] == '.') {
            at++;
            fraction = readDigits();
            if (fraction == 0) {
                throw unusual();
            }
        }
        isWhole = fraction == 0;
        isPlain = count + fraction <= MOST_DIGITS;
        if (at < end && (bytes[at] == 'e' || bytes[at] == 'E')) {
            readExponent();
            isWhole = false;
            isPlain = false;
        }
        textLength = at - textStart;
        if (at == end || !isDelimiter(bytes[at]) || textLength > LONGEST_NUMBER) {
            throw unusual();
        }
    }

    private void readExponent() throws Unusual {
        at++;
        if (at < end && (bytes[at] == '+' || bytes[at] == '-')) {
            at++;
        }
        if (readDigits() == 0) {
            throw unusual();
        }
    }

    private int readDigits() {
        byte[] json = bytes;
        int i = at;
        long value = digits;
        while (i < end) {
            int digit = json[i] - '0';
            if (digit < 0 || digit > 9) {
                break;
            }
            value = value * 10 + digit;
            i++;
        }
        int count = i - at;
        digits = value;
        at = i;
        return count;
    }

    private static boolean isDelimiter(byte b) {
        return b == ',' || b == '}' || b == ']' || b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }

    /// The number just read. Where both its digits and the power of ten are exact, one division gives the
    /// nearest double (Clinger, How to read floating point numbers accurately, 1990).
    double number() {
        if (!isPlain || digits > LARGEST_EXACT) {
            return JavaDoubleParser.parseDouble(bytes, textStart, textLength);
        }
        double value = digits / POWERS_OF_TEN[fraction];
        boolean isMinusZero = digits == 0 && fraction > 0; // a whole one has no sign
        return negative && (digits > 0 || isMinusZero) ? -value : value;
    }

    /// The number just read if it is whole and has at most 19 digits, exactly.
    ///
    /// @throws Unusual if it is not
    long whole() throws Unusual {
        int count = negative ? textLength - 1 : textLength;
        if (!isWhole || count > MOST_DIGITS + 1 || digits < 0) {
            throw unusual();
        }
        return negative ? -digits : digits;
    }

    void skipValue() throws Unusual {
        skipValue(0);
    }

    private void skipValue(int depth) throws Unusual {
        switch (peek()) {
            case '"' -> readText();
            case '{' -> {
                at++;
                skipMembers('}', true, depth);
            }
            case '[' -> {
                at++;
                skipMembers(']', false, depth);
            }
            case 't' -> skipLiteral("true");
            case 'f' -> skipLiteral("false");
            case 'n' -> skipLiteral("null");
            default -> readNumber();
        }
    }

    private void skipMembers(char close, boolean keys, int depth) throws Unusual {
        if (depth == DEEPEST) {
            throw unusual();
        }
        if (accept(close)) {
            return;
        }
        do {
            if (keys) {
                readKey();
            }
            skipValue(depth + 1);
        } while (accept(','));
        expect(close);
    }

    private void skipLiteral(String literal) throws Unusual {
        for (int i = 0; i < literal.length(); i++) {
            if (at == end || bytes[at++] != literal.charAt(i)) {
                throw unusual();
            }
        }
        if (at == end || !isDelimiter(bytes[at])) {
            throw unusual();
        }
    }
}
