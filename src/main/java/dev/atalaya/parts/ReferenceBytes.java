package dev.atalaya.parts;

import dev.atalaya.market.Reference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reference data as bytes and back, exactly: five doubles and four texts. A text is the number of its characters, or
/// -1 where it is unknown; a byte, 0 if one byte each is enough for them and 1 if it takes two; and the characters.
/// UTF-8 would not do: what stands in reference data need not be valid Unicode.
final class ReferenceBytes {
    private static final int NUMBERS = 5;
    private static final int UNKNOWN = -1;
    private static final int WIDEST_LATIN = 0xff;

    private ReferenceBytes() {}

    static byte[] encode(Reference reference) {
        int length = NUMBERS * Double.BYTES
                + Stream.of(reference.exchange(), reference.sector(), reference.industry(), reference.metadata())
                        .mapToInt(ReferenceBytes::lengthOf)
                        .sum();
        ByteBuffer out = ByteBuffer.allocate(length);
        out.putDouble(reference.avgVolume30d());
        out.putDouble(reference.avgVolume10d());
        out.putDouble(reference.floatShares());
        out.putDouble(reference.sharesOutstanding());
        out.putDouble(reference.marketCap());
        put(out, reference.exchange());
        put(out, reference.sector());
        put(out, reference.industry());
        put(out, reference.metadata());
        return out.array();
    }

    private static int lengthOf(@Nullable String text) {
        return text == null ? Integer.BYTES : Integer.BYTES + 1 + text.length() * (isWide(text) ? 2 : 1);
    }

    private static boolean isWide(String text) {
        return text.chars().anyMatch(c -> c > WIDEST_LATIN);
    }

    private static void put(ByteBuffer out, @Nullable String text) {
        if (text == null) {
            out.putInt(UNKNOWN);
            return;
        }
        boolean isWide = isWide(text);
        out.putInt(text.length()).put((byte) (isWide ? 1 : 0));
        if (isWide) {
            text.chars().forEach(c -> out.putChar((char) c));
        } else {
            out.put(text.getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    /// @throws RuntimeException if they are not what [#encode] makes
    static Reference decode(byte[] bytes, int from, int length) {
        ByteBuffer in = ByteBuffer.wrap(bytes, from, length);
        return new Reference(
                in.getDouble(),
                in.getDouble(),
                in.getDouble(),
                in.getDouble(),
                in.getDouble(),
                text(in),
                text(in),
                text(in),
                text(in));
    }

    private static @Nullable String text(ByteBuffer in) {
        int length = in.getInt();
        if (length == UNKNOWN) {
            return null;
        }
        boolean isWide = in.get() != 0;
        if (length < 0 || length > in.remaining()) {
            throw new IllegalArgumentException("A text of " + length + " characters in " + in.remaining() + " bytes");
        }
        if (!isWide) {
            byte[] latin = new byte[length];
            in.get(latin);
            return new String(latin, StandardCharsets.ISO_8859_1);
        }
        char[] wide = new char[length];
        for (int i = 0; i < length; i++) {
            wide[i] = in.getChar();
        }
        return new String(wide);
    }
}
