package dev.atalaya.scanner;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// JSON text as UTF-8 bytes, appended to one array that is used again each cycle. Numbers are the shortest
/// decimals that read back the same, without exponent, whatever the locale; NaN is `null`. Not thread safe.
final class JsonBytes {
    private static final byte[] NULL = ascii("null");
    private static final byte[] HEX = ascii("0123456789abcdef");
    private static final double LARGEST_WHOLE = 1L << 53;

    private static final int PIECE = 128 * 1024;

    private byte[] bytes;
    private int size;

    JsonBytes(int capacity) {
        bytes = new byte[capacity];
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    void clear() {
        size = 0;
    }

    int size() {
        return size;
    }

    /// The bytes themselves, of which the first [#size] count, until more are appended.
    byte[] array() {
        return bytes;
    }

    /// A copy of a part, in pieces of moderate size: one array of a megabyte is a burden to some garbage
    /// collectors.
    List<Buffer> copy(int from, int to) {
        List<Buffer> pieces = new ArrayList<>();
        for (int at = from; at < to; at += PIECE) {
            int length = Math.min(PIECE, to - at);
            pieces.add(Buffer.buffer(length).appendBytes(bytes, at, length));
        }
        return pieces;
    }

    JsonBytes raw(byte[] text) {
        return raw(text, 0, text.length);
    }

    /// Appends a part of what another holds.
    JsonBytes from(JsonBytes other, int start, int end) {
        return raw(other.bytes, start, end - start);
    }

    private JsonBytes raw(byte[] text, int offset, int length) {
        ensure(length);
        System.arraycopy(text, offset, bytes, size, length);
        size += length;
        return this;
    }

    JsonBytes raw(char c) {
        ensure(1);
        bytes[size++] = (byte) c;
        return this;
    }

    /// A text without quotes or anything that JSON escapes, such as a symbol.
    @SuppressWarnings("deprecation") // copies the low bytes of each character: that is what ASCII is
    JsonBytes plain(String text) {
        int length = text.length();
        ensure(length);
        text.getBytes(0, length, bytes, size);
        size += length;
        return this;
    }

    /// A text in quotes, escaped, or `null`.
    JsonBytes text(@Nullable String text) {
        if (text == null) {
            return raw(NULL);
        }
        raw('"');
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b == '"' || b == '\\') {
                raw('\\').raw((char) b);
            } else if (b >= 0 && b < 0x20) {
                plain("\\u00").raw((char) HEX[b >> 4]).raw((char) HEX[b & 15]);
            } else {
                ensure(1);
                bytes[size++] = b;
            }
        }
        return raw('"');
    }

    JsonBytes number(long value) {
        ensure(20);
        if (value < 0) {
            return value == Long.MIN_VALUE ? plain(Long.toString(value)) : raw('-').number(-value);
        }
        int digits = 1;
        for (long rest = value; rest >= 10; rest /= 10) {
            digits++;
        }
        long rest = value;
        for (int i = size + digits - 1; i >= size; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        size += digits;
        return this;
    }

    /// NaN and infinities, which JSON does not know, are `null`.
    JsonBytes number(double value) {
        if (!Double.isFinite(value)) {
            return raw(NULL);
        }
        if (value == Math.rint(value) && Math.abs(value) < LARGEST_WHOLE) {
            return number((long) value);
        }
        // Of at most fifteen digits there is no shorter decimal for the same double: see IEEE 754, decimal precision.
        double scaled = Math.rint(value * 1e4);
        if (scaled / 1e4 == value && Math.abs(scaled) < 1e15) {
            return tenThousandths((long) scaled);
        }
        return decimal(Double.toString(value));
    }

    private JsonBytes tenThousandths(long scaled) {
        if (scaled < 0) {
            return raw('-').tenThousandths(-scaled);
        }
        number(scaled / 10_000).raw('.');
        int fraction = (int) (scaled % 10_000);
        for (int unit = 1000; fraction > 0; unit /= 10) {
            raw((char) ('0' + fraction / unit));
            fraction %= unit;
        }
        return this;
    }

    /// The shortest decimal, as `Double.toString` finds it, with its exponent written out.
    private JsonBytes decimal(String shortest) {
        int e = shortest.indexOf('E');
        if (e < 0) {
            return plain(shortest.endsWith(".0") ? shortest.substring(0, shortest.length() - 2) : shortest);
        }
        boolean negative = shortest.charAt(0) == '-';
        int dot = shortest.indexOf('.');
        String fraction = shortest.substring(dot + 1, e);
        String digits = shortest.substring(negative ? 1 : 0, dot) + (fraction.equals("0") ? "" : fraction);
        int point = dot - (negative ? 1 : 0) + Integer.parseInt(shortest.substring(e + 1));
        if (negative) {
            raw('-');
        }
        if (point <= 0) {
            plain("0.");
            zeros(-point);
            return plain(digits);
        }
        if (point >= digits.length()) {
            plain(digits);
            zeros(point - digits.length());
            return this;
        }
        return plain(digits.substring(0, point)).raw('.').plain(digits.substring(point));
    }

    private void zeros(int count) {
        for (int i = 0; i < count; i++) {
            raw('0');
        }
    }

    private void ensure(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
