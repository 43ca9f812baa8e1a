package dev.atalaya.scanner;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// JSON text as UTF-8 bytes, appended to one array, which grows where it must. Not thread safe.
final class JsonBytes {
    private static final byte[] NULL = ascii("null");
    private static final byte[] HEX = ascii("0123456789abcdef");
    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[] bytes;
    private int size;

    JsonBytes(int capacity) {
        bytes = new byte[capacity];
    }

    /// A short text that is appended often: eight bytes at a time, of which what is too much is overwritten by
    /// what follows.
    static final class Name {
        /// What the longest takes, with what is overwritten behind it.
        static final int MOST_BYTES = 32;

        private final long[] eights;
        private final int length;

        Name(String ascii) {
            length = ascii.length();
            eights = new long[(length + 7) / 8];
            if (eights.length * 8 > MOST_BYTES) {
                throw new IllegalArgumentException("A name has " + MOST_BYTES + " bytes at most: " + ascii);
            }
            byte[] bytes = Arrays.copyOf(ascii(ascii), eights.length * 8);
            Arrays.setAll(eights, i -> (long) EIGHT_BYTES.get(bytes, i * 8));
        }

        /// Writes it where there is room for [#MOST_BYTES].
        ///
        /// @return where it ends
        int write(byte[] out, int at) {
            for (int i = 0; i < eights.length; i++) {
                EIGHT_BYTES.set(out, at + i * 8, eights[i]);
            }
            return at + length;
        }
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

    /// The array, with room for so many more bytes behind the first [#size]; [#wrote] says what came of it.
    byte[] room(int more) {
        ensure(more);
        return bytes;
    }

    /// Somebody has written into [#room].
    ///
    /// @param to where that ends
    void wrote(int to) {
        size = to;
    }

    JsonBytes raw(byte[] text) {
        return raw(text, 0, text.length);
    }

    /// The bytes from one place up to but without another.
    JsonBytes raw(byte[] text, int from, int to) {
        int length = to - from;
        ensure(length);
        System.arraycopy(text, from, bytes, size, length);
        size += length;
        return this;
    }

    JsonBytes raw(Name name) {
        ensure(Name.MOST_BYTES);
        size = name.write(bytes, size);
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
        ensure(NumberText.MOST_BYTES);
        size = NumberText.write(value, bytes, size);
        return this;
    }

    /// The shortest decimal that reads back the same, without exponent; what JSON does not know is `null`.
    JsonBytes number(double value) {
        ensure(NumberText.MOST_BYTES);
        size = NumberText.write(value, bytes, size);
        return this;
    }

    /// The number's last `count` digits, with zeros before it.
    JsonBytes digits(int value, int count) {
        ensure(NumberText.MOST_BYTES);
        size = NumberText.write(value, count, bytes, size);
        return this;
    }

    private void ensure(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
