package dev.atalaya.bus;

import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
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
        private final EncodedRows rows;
        private final int[] members;
        private final int length;

        /// @param name a category or a session
        /// @param category whether it is a category
        /// @param sequence a category's sequence number, a session's `scan_no`
        /// @param time of the snapshot
        /// @param rows of the scan; not to be changed any more
        /// @param members which of them the list has, in its order; not to be changed any more
        public PublishedList(
                String name, boolean category, long sequence, Instant time, EncodedRows rows, int[] members) {
            this.name = name;
            this.category = category;
            this.sequence = sequence;
            this.time = time;
            this.rows = rows;
            this.members = members;
            this.length = rows.arrayLength(members, members.length);
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
            return new PublishedList(name, category, other, time, rows, members);
        }

        /// The snapshot's time.
        public Instant time() {
            return time;
        }

        /// How many rows the list has.
        public int size() {
            return members.length;
        }

        /// How many bytes of JSON it is.
        public int length() {
            return length;
        }

        /// Gives the rows as a JSON array.
        public void write(EncodedRows.Sink out) {
            rows.writeArray(members, members.length, out);
        }

        /// The first `limit` rows as a JSON array.
        public Buffer top(int limit) {
            int count = Math.min(limit, members.length);
            Buffer top = Buffer.buffer(rows.arrayLength(members, count));
            rows.writeArray(members, count, (bytes, from, to) -> top.appendBytes(bytes, from, to - from));
            return top;
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

    /// This node publishes no more.
    public void clear() {
        lists = Map.of();
    }

    public Optional<PublishedList> list(String name) {
        return Optional.ofNullable(lists.get(name));
    }

    public Collection<PublishedList> all() {
        return lists.values();
    }
}
