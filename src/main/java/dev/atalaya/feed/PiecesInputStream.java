package dev.atalaya.feed;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/// Reads pieces one after the other as if they were one, and waits for those that have not come yet. One thread adds,
/// another reads.
final class PiecesInputStream extends InputStream {
    private static final Buffer END = Buffer.buffer();

    private final BlockingQueue<Buffer> pieces = new LinkedBlockingQueue<>();
    private Buffer current = Buffer.buffer();
    private int position;

    void add(Buffer piece) {
        if (piece.length() > 0) {
            pieces.add(piece);
        }
    }

    /// No piece will come any more; must be called, or the reader waits for ever.
    void end() {
        pieces.add(END);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        if (position == current.length() && !advance()) {
            return -1;
        }
        int count = Math.min(length, current.length() - position);
        current.getBytes(position, position + count, to, offset);
        position += count;
        return count;
    }

    private boolean advance() throws IOException {
        try {
            current = pieces.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted while waiting for a piece of the snapshot");
        }
        position = 0;
        if (current.length() == 0) {
            pieces.add(END); // for whoever reads on after the end
            return false;
        }
        return true;
    }
}
