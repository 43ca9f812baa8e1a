package dev.atalaya.bridge;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.util.function.Consumer;

/// Cuts what arrives into frames: a length of four bytes, the highest first, and so many bytes of JSON. A
/// length is looked at before anything is kept for it, so that nobody can make it hold more than one frame and
/// what arrived last; the library's own parser waits for whatever length it is told, and throws at a negative
/// one. Not thread safe.
final class FrameReader implements Handler<Buffer> {
    private static final int LENGTH_BYTES = 4;

    private final int maxBytes;
    private final Consumer<JsonObject> frames;
    private final Consumer<String> broken;
    private Buffer pending = Buffer.buffer();
    private boolean isBroken;

    /// @param maxBytes of a frame without its length
    /// @param frames takes each frame
    /// @param broken takes a sentence when what arrives cannot be read; nothing is read after that
    FrameReader(int maxBytes, Consumer<JsonObject> frames, Consumer<String> broken) {
        this.maxBytes = maxBytes;
        this.frames = frames;
        this.broken = broken;
    }

    @Override
    public void handle(Buffer arrived) {
        pending = pending.length() == 0 ? arrived : pending.appendBuffer(arrived);
        int from = 0;
        while (!isBroken && pending.length() - from >= LENGTH_BYTES) {
            int length = pending.getInt(from);
            if (length < 1 || length > maxBytes) {
                fail("a frame has 1 to " + maxBytes + " bytes, not " + length);
                return;
            }
            int end = from + LENGTH_BYTES + length;
            if (pending.length() < end) {
                break;
            }
            read(pending.slice(from + LENGTH_BYTES, end));
            from = end;
        }
        if (!isBroken && from > 0) {
            pending = pending.getBuffer(from, pending.length());
        }
    }

    private void read(Buffer json) {
        Object value;
        try {
            value = Json.decodeValue(json);
        } catch (DecodeException e) {
            fail("a frame holds a JSON object, and this is no JSON");
            return;
        }
        if (value instanceof JsonObject frame) {
            frames.accept(frame);
        } else {
            fail("a frame holds a JSON object, and this is another value");
        }
    }

    private void fail(String sentence) {
        isBroken = true;
        pending = Buffer.buffer();
        broken.accept(sentence);
    }

    /// Whether a part of a frame has arrived and the rest has not.
    boolean isWaiting() {
        return pending.length() > 0;
    }
}
