package dev.atalaya.feed;

import io.vertx.core.buffer.Buffer;
import java.util.Arrays;

/// The bytes of a snapshot as they come in, in one array that is used again. Filled on the event loop, then
/// read by one worker.
final class SnapshotBytes {
    private final int most;
    private byte[] bytes;
    private int length;

    /// @param expected how many bytes there is room for from the start
    /// @param most how many there may be
    SnapshotBytes(int expected, int most) {
        this.most = most;
        this.bytes = new byte[Math.min(expected, most)];
    }

    void clear() {
        length = 0;
    }

    /// The array, of which the first [#length] bytes count.
    byte[] array() {
        return bytes;
    }

    int length() {
        return length;
    }

    /// Whether a snapshot of so many bytes may be read.
    ///
    /// @throws IllegalStateException if it is too large, saying what to do
    void requireRoom(long more) {
        if (length + more > most) {
            throw new IllegalStateException("The snapshot has " + (length + more)
                    + " bytes or more, market.feed.max_bytes" + " allows " + most);
        }
    }

    void append(Buffer piece) {
        requireRoom(piece.length());
        if (bytes.length < length + piece.length()) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(most, Math.max(bytes.length * 2L, length + piece.length())));
        }
        piece.getBytes(bytes, length);
        length += piece.length();
    }
}
