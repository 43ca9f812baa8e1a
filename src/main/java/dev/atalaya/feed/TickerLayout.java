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

    /// What [#read] answers for a ticker that may have this layout, and a value in it that is left to the slow way.
    static final int UNUSUAL = -3;

    private static final int LONGEST_LITERAL = 128;

    /// A list of more numbers is left to the slow way.
    private static final int MOST_IN_LIST = 8;

    /// A ticker that ends so near to the end of the array is left to the slow way.
    private static final int ROOM = LONGEST_LITERAL + MOST_IN_LIST * JsonNumber.ROOM;

    private final Value[] values;
    private final Literal end;

    private TickerLayout(List<Value> values, Literal end) {
        this.values = values.toArray(Value[]::new);
        this.end = end;
    }

    /// Reads a ticker into a draft that is clear. Answers its symbol's number, or [#OTHER] or [#UNUSUAL]; then
    /// the draft may hold a part of it.
    ///
    /// @param isSkipped whether nothing but the symbol is read
    int read(JsonBytesReader reader, JsonNumber number, TickerDraft draft, SymbolNumbers symbols, boolean isSkipped)
            throws Unusual {
        int symbolId = SymbolTable.INVALID;
        byte[] json = reader.bytes();
        int at = reader.position();
        int last = json.length - ROOM;
        for (Value value : values) {
            if (at > last || !value.before.isAt(json, at)) {
                return OTHER;
            }
            at += value.before.length;
            TickerField field = value.field;
            if (field != null && !isSkipped) {
                at = number.read(json, at);
                if (at == JsonNumber.OTHER || !field.set(draft, number)) {
                    return UNUSUAL;
                }
            } else if (value.isSymbol) {
                at = json[at] == '"' ? skipAny(reader, at) : OTHER;
                if (at == OTHER) {
                    return OTHER;
                }
                symbolId = reader.symbol(symbols);
            } else {
                at = skip(reader, json, at);
                if (at == OTHER) {
                    return OTHER;
                }
            }
        }
        if (at > last || !end.isAt(json, at) || at + end.length > reader.end()) {
            return OTHER;
        }
        reader.goTo(at + end.length);
        return symbolId;
    }

    /// Where the value ends that begins there, or [#OTHER]. Most are numbers, or lists of a few.
    private static int skip(JsonBytesReader reader, byte[] json, int from) {
        int to = JsonNumber.skip(json, from);
        if (to == JsonNumber.OTHER && json[from] == '[') {
            to = skipNumbers(json, from + 1);
        }
        return to == JsonNumber.OTHER ? skipAny(reader, from) : to;
    }

    private static int skipNumbers(byte[] json, int from) {
        int at = from;
        for (int i = 0; i < MOST_IN_LIST; i++) {
            int to = JsonNumber.skip(json, at);
            if (to == JsonNumber.OTHER || json[to] == ']') {
                return to == JsonNumber.OTHER ? to : to + 1;
            }
            if (json[to] != ',') {
                return JsonNumber.OTHER;
            }
            at = to + 1;
        }
        return JsonNumber.OTHER;
    }

    private static int skipAny(JsonBytesReader reader, int from) {
        reader.goTo(from);
        try {
            reader.skipValue();
        } catch (Unusual e) {
            return OTHER;
        }
        return reader.position();
    }

    /// Where a ticker of this layout may begin, from one place on and before another; that place if nowhere.
    int find(byte[] json, int from, int to) {
        int last = Math.min(to, json.length - ROOM);
        for (int at = from; at < last; at++) {
            if (values[0].before.isAt(json, at)) {
                return at;
            }
        }
        return to;
    }

    /// @param before the bytes before it
    /// @param field what it is; null: nothing that is read, or the symbol
    private record Value(Literal before, @Nullable TickerField field, boolean isSymbol) {}

    /// Bytes that are expected, compared by eights: the first sixteen at once, as most are no more.
    private static final class Literal {
        final int length;
        private final long first;
        private final long firstMask;
        private final long second;
        private final long secondMask;
        private final @Nullable Literal rest;

        Literal(byte[] json, int from, int to) {
            length = to - from;
            first = word(json, from, to);
            firstMask = mask(to - from);
            second = word(json, from + Long.BYTES, to);
            secondMask = mask(to - from - Long.BYTES);
            rest = length > 2 * Long.BYTES ? new Literal(json, from + 2 * Long.BYTES, to) : null;
        }

        private static long word(byte[] json, int from, int to) {
            long word = 0;
            for (int i = Math.min(from + Long.BYTES, to) - 1; i >= from; i--) {
                word = word << 8 | (json[i] & 0xff);
            }
            return word;
        }

        private static long mask(int bytes) {
            return bytes >= Long.BYTES ? -1 : (1L << (Math.max(bytes, 0) * 8)) - 1;
        }

        boolean isAt(byte[] json, int from) {
            int at = from;
            for (Literal part = this; part != null; part = part.rest) {
                long difference = ((JsonNumber.word(json, at) ^ part.first) & part.firstMask)
                        | ((JsonNumber.word(json, at + Long.BYTES) ^ part.second) & part.secondMask);
                if (difference != 0) {
                    return false;
                }
                at += 2 * Long.BYTES;
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
            List<Value> values = new ArrayList<>();
            int at = from;
            for (int i = 0; i < fields.size(); i++) {
                values.add(new Value(new Literal(json, at, bounds[2 * i]), fields.get(i), i == symbol));
                at = bounds[2 * i + 1];
            }
            boolean isUsual = values.stream().allMatch(value -> value.before.length <= LONGEST_LITERAL)
                    && to - at <= LONGEST_LITERAL;
            return isUsual ? Optional.of(new TickerLayout(values, new Literal(json, at, to))) : Optional.empty();
        }
    }
}
