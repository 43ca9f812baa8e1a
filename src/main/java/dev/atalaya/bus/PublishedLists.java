package dev.atalaya.bus;

import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The lists of a market as this node published them last, already encoded: the scanner replaces them after
/// each publish, and whoever is on the same node serves those very bytes. Safe for any thread.
public final class PublishedLists {
    private volatile Map<String, PublishedList> lists = Map.of();

    /// One list, immutable.
    public static final class PublishedList {
        private final String name;
        private final boolean category;
        private final long sequence;
        private final Instant time;
        private final List<Buffer> json;
        private final int[] rowEnds;

        /// @param name a category or a session
        /// @param category whether it is a category
        /// @param sequence a category's sequence number, a session's `scan_no`
        /// @param time of the snapshot
        /// @param json the rows as a JSON array, as published, in pieces that follow one another; not to be
        ///     changed any more
        /// @param rowEnds where each row ends in that array; not to be changed any more
        public PublishedList(
                String name, boolean category, long sequence, Instant time, List<Buffer> json, int[] rowEnds) {
            this.name = name;
            this.category = category;
            this.sequence = sequence;
            this.time = time;
            this.json = List.copyOf(json);
            this.rowEnds = rowEnds;
        }

        public String name() {
            return name;
        }

        public boolean isCategory() {
            return category;
        }

        public long sequence() {
            return sequence;
        }

        /// The same list under another number.
        public PublishedList withSequence(long other) {
            return new PublishedList(name, category, other, time, json, rowEnds);
        }

        /// The snapshot's time.
        public Instant time() {
            return time;
        }

        /// How many rows the list has.
        public int size() {
            return rowEnds.length;
        }

        /// The first `limit` rows, at least one, as a JSON array.
        public Buffer top(int limit) {
            boolean whole = limit >= rowEnds.length;
            if (whole && json.size() == 1) {
                return json.getFirst();
            }
            int end = whole ? Integer.MAX_VALUE : rowEnds[limit - 1];
            Buffer top = Buffer.buffer(whole ? 0 : end + 1);
            for (Buffer piece : json) {
                top.appendBuffer(piece, 0, Math.min(piece.length(), end - top.length()));
            }
            return whole ? top : top.appendByte((byte) ']');
        }
    }

    /// Puts the lists of a cycle in the place of those of the same names.
    public void replace(Collection<PublishedList> published) {
        Map<String, PublishedList> next = new LinkedHashMap<>(lists);
        for (PublishedList list : published) {
            next.put(list.name(), list);
        }
        lists = next;
    }

    public Optional<PublishedList> list(String name) {
        return Optional.ofNullable(lists.get(name));
    }

    public Collection<PublishedList> all() {
        return lists.values();
    }
}
