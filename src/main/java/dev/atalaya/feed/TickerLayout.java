package dev.atalaya.feed;

import dev.atalaya.feed.JsonBytesReader.Unusual;
import dev.atalaya.market.SymbolTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How a feed writes its tickers: the bytes between the values, which are the same in one ticker after the other. They
/// are learned from a ticker that is read key by key; one of the same layout is then read without a look at its keys.
final class TickerLayout {
    /// What [#read] answers for a ticker with another layout.
    static final int OTHER = -2;

    private static final int LONGEST_LITERAL = 128;

    /// A ticker that ends so near to the end of the array is left to the slow way.
    private static final int ROOM = 256;

    /// By value: the bytes before it, the first eight apart from the others.
    private final Literal[] before;

    private final long[] firstBytes;
    private final long[] firstMasks;

    /// By value: what it is; null: nothing that is read.
    private final @Nullable TickerField[] fields;

    private final int symbol;
    private final Literal end;

    private TickerLayout(List<Literal> before, @Nullable TickerField[] fields, int symbol, Literal end) {
        this.before = before.toArray(Literal[]::new);
        this.firstBytes = before.stream().mapToLong(literal -> literal.words[0]).toArray();
        this.firstMasks = before.stream().mapToLong(literal -> literal.masks[0]).toArray();
        this.fields = fields;
        this.symbol = symbol;
        this.end = end;
    }

    /// Reads a ticker into a draft that is clear. Answers its symbol's number, or [#OTHER]; then the draft may hold a
    /// part of it.
    int read(JsonBytesReader reader, JsonNumber number, TickerDraft draft, SymbolNumbers symbols) throws Unusual {
        int symbolId = SymbolTable.INVALID;
        byte[] json = reader.bytes();
        int at = reader.position();
        int last = json.length - ROOM;
        for (int i = 0; i < before.length; i++) {
            if (at > last || ((JsonNumber.word(json, at) ^ firstBytes[i]) & firstMasks[i]) != 0) {
                return OTHER;
            }
            Literal literal = before[i];
            if (literal.length > Long.BYTES && !literal.isAt(json, at)) {
                return OTHER;
            }
            at += literal.length;
            TickerField field = fields[i];
            byte first = json[at];
            if (first == '-' || (first >= '0' && first <= '9')) {
                at = field == null ? JsonNumber.skip(json, at) : number.read(json, at);
                if (at == JsonNumber.OTHER || (field != null && !field.set(draft, number))) {
                    return OTHER;
                }
            } else if (field == null) {
                reader.goTo(at);
                try {
                    if (i == symbol) {
                        reader.readText();
                    } else {
                        reader.skipValue();
                    }
                } catch (Unusual e) {
                    return OTHER;
                }
                if (i == symbol) {
                    symbolId = reader.symbol(symbols);
                }
                at = reader.position();
            } else {
                return OTHER;
            }
        }
        if (at > last || !end.isAt(json, at) || at + end.length > reader.end()) {
            return OTHER;
        }
        reader.goTo(at + end.length);
        return symbolId;
    }

    /// Where a ticker of this layout may begin, from one place on and before another; that place if nowhere.
    int find(byte[] json, int from, int to) {
        int last = Math.min(to, json.length - ROOM);
        for (int at = from; at < last; at++) {
            if (before[0].isAt(json, at)) {
                return at;
            }
        }
        return to;
    }

    /// Bytes that are expected, compared by eights.
    private static final class Literal {
        final int length;
        final long[] words;
        final long[] masks;

        Literal(byte[] json, int from, int to) {
            length = to - from;
            words = new long[Math.max(1, (length + Long.BYTES - 1) / Long.BYTES)];
            masks = new long[words.length];
            for (int i = 0; i < length; i++) {
                int shift = i % Long.BYTES * 8;
                words[i / Long.BYTES] |= (json[from + i] & 0xffL) << shift;
                masks[i / Long.BYTES] |= 0xffL << shift;
            }
        }

        boolean isAt(byte[] json, int at) {
            for (int i = 0; i < words.length; i++) {
                if (((JsonNumber.word(json, at + i * Long.BYTES) ^ words[i]) & masks[i]) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    /// Takes down where the values of a ticker stand while it is read key by key. Not thread safe.
    static final class Learner {
        private static final int NONE = -1;

        private final List<@Nullable TickerField> fields = new ArrayList<>();
        /// By value: where it begins and ends.
        private int[] bounds = new int[128];
        private int symbol;
        private boolean isLearning;

        void begin() {
            fields.clear();
            symbol = NONE;
            isLearning = true;
        }

        /// The ticker has something that is read in another way in another ticker of the same layout.
        void giveUp() {
            isLearning = false;
        }

        void symbol(int from, int to) {
            symbol = fields.size();
            value(null, from, to);
        }

        /// @param field null: nothing that is read
        void value(@Nullable TickerField field, int from, int to) {
            int i = fields.size() * 2;
            if (i == bounds.length) {
                bounds = Arrays.copyOf(bounds, i * 2);
            }
            bounds[i] = from;
            bounds[i + 1] = to;
            fields.add(field);
        }

        /// The layout of the ticker from one place up to but without another, if there is something to learn.
        Optional<TickerLayout> learned(byte[] json, int from, int to) {
            if (!isLearning || symbol == NONE) {
                return Optional.empty();
            }
            List<Literal> before = new ArrayList<>();
            int at = from;
            for (int i = 0; i < fields.size(); i++) {
                before.add(new Literal(json, at, bounds[2 * i]));
                at = bounds[2 * i + 1];
            }
            boolean isUsual = before.stream().allMatch(literal -> literal.length <= LONGEST_LITERAL)
                    && to - at <= LONGEST_LITERAL;
            return !isUsual
                    ? Optional.empty()
                    : Optional.of(new TickerLayout(
                            before, fields.toArray(TickerField[]::new), symbol, new Literal(json, at, to)));
        }
    }
}
