package dev.atalaya.redis;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;

/// Gets texts as their bytes come: each is announced, and then its pieces follow in their order. A piece counts
/// only while it is handed over. Called on the event loop that reads.
public interface TextPieces extends Handler<Buffer> {
    /// A text begins.
    ///
    /// @throws IllegalStateException if so many bytes are too many: then nothing more is read
    default void begin(long bytes) {}
}
