package dev.atalaya.feed;

import dev.atalaya.redis.TextPieces;
import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.Arrays;

/// The bytes of a snapshot as they come in, in one array that is used again. The event loop fills it, and one worker
/// may read behind it: it waits for what it needs, the loop never waits.
final class SnapshotBytes implements TextPieces {
    /// A worker that has to wait is woken when there is some work for it.
    private static final int BATCH = 256 * 1024;

    private final int most;
    private byte[] bytes;
    private int length;
    private int[] starts = new int[64];
    private int[] ends = new int[64];
    private int texts;
    private volatile boolean ended;
    /// How many bytes a worker waits for, or 0.
    private int wanted;

    /// @param expected how many bytes there is room for from the start
    /// @param most how many there may be
    SnapshotBytes(int expected, int most) {
        this.most = most;
        this.bytes = new byte[Math.min(expected, most)];
    }

    /// One text that is all there.
    static SnapshotBytes of(byte[] text, int length) {
        SnapshotBytes bytes = new SnapshotBytes(0, length);
        bytes.bytes = text;
        bytes.length = length;
        bytes.ended = true;
        return bytes;
    }

    /// Begins anew: nobody may be reading.
    synchronized void clear() {
        length = 0;
        texts = 0;
        ended = false;
    }

    /// A text of so many bytes begins: a snapshot is one, or the names and values of a hash in turn.
    @Override
    public synchronized void begin(long more) {
        requireRoom(more);
        if (starts.length <= texts) {
            starts = Arrays.copyOf(starts, texts * 2);
            ends = Arrays.copyOf(ends, texts * 2);
        }
        starts[texts] = length;
        ends[texts++] = length + (int) more;
        makeRoom((int) more);
    }

    /// Whether so many more bytes may be read.
    ///
    /// @throws IllegalStateException if it is too large, saying what to do
    synchronized void requireRoom(long more) {
        if (length + more > most) {
            throw new IllegalStateException(
                    "The snapshot has " + (length + more) + " bytes or more, market.feed.max_bytes allows " + most);
        }
    }

    private void makeRoom(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(most, Math.max(bytes.length * 2L, length + more)));
        }
    }

    /// The next piece of a text.
    void handle(Buffer piece) {
        piece(((BufferInternal) piece).getByteBuf(), 0, piece.length());
    }

    @Override
    public synchronized void piece(ByteBuf piece, int from, int to) {
        int more = to - from;
        requireRoom(more);
        makeRoom(more);
        piece.getBytes(from, bytes, length, more);
        length += more;
        if (wanted > 0 && length >= wanted) {
            notifyAll();
        }
    }

    /// No more bytes will come.
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /// Whether no more bytes come.
    boolean isEnded() {
        return ended;
    }

    /// Waits until there are so many bytes, or all. Answers how many there are.
    synchronized int await(int atLeast) throws InterruptedException {
        if (length < atLeast && !ended) {
            // a single text says at its beginning where it ends
            wanted = Math.max(atLeast, Math.min(length + BATCH, texts == 1 ? ends[0] : Integer.MAX_VALUE));
            while (length < wanted && !ended) {
                wait();
            }
            wanted = 0;
        }
        return length;
    }

    /// Waits until so many texts are complete, or all.
    ///
    /// @return how many are
    synchronized int awaitTexts(int atLeast) throws InterruptedException {
        int complete = complete();
        while (complete < atLeast && !ended) {
            await(length + 1);
            complete = complete();
        }
        return complete;
    }

    private int complete() {
        return texts > 0 && length < ends[texts - 1] ? texts - 1 : texts;
    }

    /// By text: where it begins in the array. Good for those that were complete when it was asked for.
    synchronized int[] starts() {
        return starts;
    }

    /// The same for where it ends.
    synchronized int[] ends() {
        return ends;
    }

    /// The array. A hash of which more comes may get another, in which the same stands so far.
    synchronized byte[] array() {
        return bytes;
    }
}
