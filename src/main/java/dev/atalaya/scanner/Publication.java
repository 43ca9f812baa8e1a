package dev.atalaya.scanner;

import dev.atalaya.bus.PublishedLists.PublishedList;
import dev.atalaya.redis.CommandWriter;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What one scan gives to the world, encoded. Its bytes are the encoder's, which the next scan overwrites.
///
/// @param time of the snapshot
/// @param session of the snapshot
/// @param lists the session's list first, then each category's
/// @param messages for the stream, at most one a category
/// @param journal the scan's entry, where one is kept
record Publication(
        Instant time, String session, List<ListJson> lists, List<Message> messages, Optional<Journal> journal) {
    /// One list.
    ///
    /// @param sequence a category's: that of its last message; a session's: the `scan_no`
    /// @param json the rows as an array
    /// @param rowEnds where each row ends in it
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record ListJson(String name, boolean isCategory, long sequence, Slice json, int[] rowEnds) {}

    /// One message of the stream.
    ///
    /// @param changes how many rows or deltas the JSON array has
    record Message(String list, boolean snapshot, int changes, Slice json) {}

    /// The top of the session's list for the journal.
    ///
    /// @param day the market's date
    /// @param hour when the period began that is stored together
    /// @param rows only the first `size` bytes count
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Journal(String day, String hour, byte[] rows, int size) {}

    /// A part of what is encoded.
    record Slice(JsonBytes bytes, int from, int to) {
        int length() {
            return to - from;
        }

        void writeTo(CommandWriter commands) {
            commands.arg(bytes.array(), from, to);
        }

        List<Buffer> copy() {
            return bytes.copy(from, to);
        }
    }

    /// How many bytes of JSON it carries.
    long bytes() {
        long bytes = 0;
        for (ListJson list : lists) {
            bytes += list.json.length();
        }
        for (Message message : messages) {
            bytes += message.json.length();
        }
        return bytes;
    }

    /// The lists with bytes of their own, for others than Redis.
    List<PublishedList> copies() {
        return lists.stream()
                .map(list -> new PublishedList(
                        list.name, list.isCategory, list.sequence, time, list.json.copy(), list.rowEnds))
                .toList();
    }
}
