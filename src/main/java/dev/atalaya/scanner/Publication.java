package dev.atalaya.scanner;

import dev.atalaya.bus.PublishedLists.PublishedList;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.List;

/// What one scan gives to the world, encoded. Immutable.
///
/// @param time of the snapshot
/// @param session of the snapshot
/// @param lists the session's list first, then each category's; a category's `sequence` is that of its last message
/// @param messages for the stream, at most one a category
record Publication(Instant time, String session, List<PublishedList> lists, List<Message> messages) {
    /// One message of the stream.
    ///
    /// @param changes how many rows or deltas the JSON array has
    record Message(String list, boolean snapshot, int changes, Buffer json) {}

    /// How many bytes of JSON it carries.
    long bytes() {
        long bytes = 0;
        for (PublishedList list : lists) {
            bytes += list.top(Integer.MAX_VALUE).length();
        }
        for (Message message : messages) {
            bytes += message.json.length();
        }
        return bytes;
    }
}
