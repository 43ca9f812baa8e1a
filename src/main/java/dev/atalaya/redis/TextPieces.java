package dev.atalaya.redis;

import io.netty.buffer.ByteBuf;

/// Gets texts as their bytes come: each is announced, and then its pieces follow in their order. Called on the
/// event loop that reads.
public interface TextPieces {
    /// A text begins.
    ///
    /// @throws IllegalStateException if so many bytes are too many: then nothing more is read
    default void begin(long bytes) {}

    /// The next piece: the bytes from one place up to but without another, which count during the call only.
    void piece(ByteBuf bytes, int from, int to);
}
