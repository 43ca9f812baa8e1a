package dev.atalaya.scanner;

import java.util.ArrayDeque;
import java.util.Deque;

/// Counts the bytes of the messages in a stream, so that it can be trimmed to a number of bytes, which Redis
/// itself cannot. Not thread safe.
final class StreamBudget {
    private final long maxBytes;
    private final Deque<Integer> sizes = new ArrayDeque<>();
    private long olderMessages;
    private long olderBytes;
    private long bytes;

    StreamBudget(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /// What stands in the stream already, and how large it is in all.
    void reset(long messages, long totalBytes) {
        sizes.clear();
        bytes = 0;
        olderMessages = messages;
        olderBytes = totalBytes;
    }

    /// Takes note of a new message.
    void add(int messageBytes) {
        sizes.addLast(messageBytes);
        bytes += messageBytes;
    }

    /// Takes note that somebody else has trimmed the stream.
    ///
    /// @param messages how many are left in it
    void standing(long messages) {
        while (messages() > messages) {
            forgetOldest();
        }
    }

    /// How many messages stand in the stream.
    long messages() {
        return sizes.size() + olderMessages;
    }

    /// How large they are.
    long bytes() {
        return bytes + olderBytes;
    }

    private void forgetOldest() {
        if (olderMessages > 0) {
            olderBytes -= olderBytes / olderMessages;
            olderMessages--;
        } else {
            bytes -= sizes.removeFirst();
        }
    }

    /// Forgets as many of the oldest messages as are too many.
    ///
    /// @return how many messages may stay, or -1 if nothing has to go
    long trim() {
        boolean trimmed = false;
        while (bytes() > maxBytes && messages() > 1) {
            trimmed = true;
            forgetOldest();
        }
        return trimmed ? messages() : -1;
    }
}
