package dev.atalaya.parts;

import dev.atalaya.market.Reference;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The reference data of symbols as it came last: the same bytes are the same object again, so that whatever was made
/// of it need not be made anew in every cycle. Not thread safe.
final class KnownReferences {
    /// By symbol.
    private @Nullable Known[] known = new Known[0];

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Known(byte[] bytes, Reference reference) {}

    /// @param bytes in which it stands from one place on
    Reference of(int symbolId, byte[] bytes, int from, int length) {
        if (symbolId >= known.length) {
            known = Arrays.copyOf(known, (symbolId + 1) * 2);
        }
        Known before = known[symbolId];
        if (before == null || !Arrays.equals(before.bytes, 0, before.bytes.length, bytes, from, from + length)) {
            before = new Known(
                    Arrays.copyOfRange(bytes, from, from + length), ReferenceBytes.decode(bytes, from, length));
            known[symbolId] = before;
        }
        return before.reference;
    }
}
