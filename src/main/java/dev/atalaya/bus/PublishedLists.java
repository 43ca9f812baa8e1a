package dev.atalaya.bus;

import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The lists of a market as this node published them last, already encoded: the scanner replaces them after each
/// publish, and whoever is on the same node serves those very bytes. Safe for any thread.
public final class PublishedLists {
    private volatile Map<String, PublishedList> lists = Map.of();

    /// One list, immutable.
    public static final class PublishedList {
        private final String name;
        private final boolean category;
        private final long sequence;
        private final Instant time;
        private final Buffer json;
        private final int[] rowEnds;

        /// @param name a category or a session
        /// @param category whether it is a category
        /// @param sequence a category's sequence number, a session's `scan_no`
        /// @param time of the snapshot
        /// @param json the rows as a JSON array, as published; not to be changed any more
        /// @param rowEnds where each row ends in that array; not to be changed any more
        public PublishedList(String name, boolean category, long sequence, Instant time, Buffer json, int[] rowEnds) {
            this.name = name;
            this.category = category;
            this.sequence = sequence;
            this.time = time;
            this.json = json;
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
            if (limit >= rowEnds.length) {
                return json;
            }
            return Buffer.buffer(rowEnds[limit - 1] + 1)
                    .appendBuffer(json, 0, rowEnds[limit - 1])
                    .appendByte((byte) ']');
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
