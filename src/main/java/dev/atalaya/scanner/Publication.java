package dev.atalaya.scanner;

import dev.atalaya.bus.EncodedRows;
import dev.atalaya.bus.PublishedLists.PublishedList;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// What one scan gives to the world, encoded. The lists have bytes of their own; those of the messages and of the
/// journal are the encoder's, which the next scan overwrites.
///
/// @param time of the snapshot
/// @param session of the snapshot
/// @param lists the session's list first, then each category's
/// @param messages for the stream, at most one a category
/// @param journal the scan's entry, where one is kept
/// @param sent what consumers hold after it, where another scanner may have to go on
record Publication(
        Instant time,
        String session,
        List<PublishedList> lists,
        List<Message> messages,
        Optional<Journal> journal,
        Optional<JsonBytes> sent) {
    /// One message of the stream.
    ///
    /// @param changes how many rows or deltas the JSON array has
    /// @param length how many bytes it has
    /// @param json gives it
    record Message(String list, boolean snapshot, int changes, int length, Consumer<EncodedRows.Sink> json) {}

    /// The top of the session's list for the journal.
    ///
    /// @param day the market's date
    /// @param hour when the period began that is stored together
    /// @param rows only the first `size` bytes count
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Journal(String day, String hour, byte[] rows, int size) {}

    /// How many bytes of JSON it carries.
    long bytes() {
        long bytes = 0;
        for (PublishedList list : lists) {
            bytes += list.length();
        }
        for (Message message : messages) {
            bytes += message.length;
        }
        return bytes;
    }
}
