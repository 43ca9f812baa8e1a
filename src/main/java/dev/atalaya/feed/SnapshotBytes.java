package dev.atalaya.feed;

import dev.atalaya.redis.TextPieces;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;

/// The bytes of a snapshot as they come in, in one array that is used again. Filled on the event loop, then
/// read by one worker.
final class SnapshotBytes implements TextPieces {
    private final int most;
    private byte[] bytes;
    private int length;
    private int[] begins = new int[64];
    private int texts;

    /// @param expected how many bytes there is room for from the start
    /// @param most how many there may be
    SnapshotBytes(int expected, int most) {
        this.most = most;
        this.bytes = new byte[Math.min(expected, most)];
    }

    void clear() {
        length = 0;
        texts = 0;
    }

    /// A text of so many bytes begins: a snapshot is one, or the names and values of a hash in turn.
    @Override
    public void begin(long more) {
        requireRoom(more);
        if (begins.length <= texts) {
            begins = Arrays.copyOf(begins, texts * 2);
        }
        begins[texts++] = length;
    }

    int texts() {
        return texts;
    }

    /// Where a text begins in the array.
    int startOf(int text) {
        return begins[text];
    }

    /// Where a text ends in the array.
    int endOf(int text) {
        return text + 1 < texts ? begins[text + 1] : length;
    }

    /// The array, of which the first [#length] bytes count.
    byte[] array() {
        return bytes;
    }

    int length() {
        return length;
    }

    /// Whether so many more bytes may be read.
    ///
    /// @throws IllegalStateException if it is too large, saying what to do
    void requireRoom(long more) {
        if (length + more > most) {
            throw new IllegalStateException(
                    "The snapshot has " + (length + more) + " bytes or more, market.feed.max_bytes allows " + most);
        }
    }

    @Override
    public void handle(Buffer piece) {
        requireRoom(piece.length());
        if (bytes.length < length + piece.length()) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(most, Math.max(bytes.length * 2L, length + piece.length())));
        }
        piece.getBytes(bytes, length);
        length += piece.length();
    }
}
