package dev.atalaya.feed;

import dev.atalaya.feed.JsonBytesReader.Unusual;
import dev.atalaya.feed.TickerField.Group;
import dev.atalaya.market.SymbolTable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decodes tickers in which all is as usual, one after the other. Not thread safe.
final class TickerDecoder {
    private static final byte[] TICKER = "ticker".getBytes(StandardCharsets.US_ASCII);
    private static final long TICKER_PACKED = JsonBytesReader.pack(TICKER, 0, TICKER.length);

    private static final Group[] OBJECTS = TickerField.OBJECTS.values().toArray(Group[]::new);
    /// Feeds leave out what they do not know of a ticker, each in few ways.
    private static final int MOST_LAYOUTS = 8;

    private final JsonBytesReader json;
    private final TickerDraft draft;
    private final SymbolNumbers symbols;
    private final OwnSymbols own;
    private final JsonNumber number = new JsonNumber();
    private final TickerLayout.Learner learner = new TickerLayout.Learner();
    /// The one that fitted last is the first.
    private final List<TickerLayout> layouts = new ArrayList<>(MOST_LAYOUTS);
    /// Nobody wants to know the numbers of this ticker.
    private boolean isSkipped;

    /// @param json where the tickers stand
    /// @param draft takes each
    TickerDecoder(JsonBytesReader json, TickerDraft draft, SymbolNumbers symbols, OwnSymbols own) {
        this.json = json;
        this.draft = draft;
        this.symbols = symbols;
        this.own = own;
    }

    /// Where a ticker may begin that is written as the last, from one place on and before another; that place if
    /// nowhere.
    int find(int from, int to) {
        return layouts.isEmpty() ? to : layouts.getFirst().find(json.bytes(), from, to);
    }

    /// Decodes the ticker that stands next into the draft. Answers its symbol's number, or [SymbolTable#INVALID].
    /// Of a symbol that is not read the draft holds nothing that counts. Tickers mostly come in the order in which
    /// they came before, so that is known before a number is looked at.
    int decode() throws Unusual {
        json.peek();
        int start = json.position();
        isSkipped = !own.has(symbols.expected());
        int symbolId = decode(start);
        if (isSkipped && (symbolId == SymbolTable.INVALID || own.has(symbolId))) {
            isSkipped = false;
            json.goTo(start);
            symbolId = decode(start);
        }
        return symbolId;
    }

    private int decode(int start) throws Unusual {
        boolean isNew = true;
        for (int i = 0; i < layouts.size(); i++) {
            draft.clear();
            int symbolId = layouts.get(i).read(json, number, draft, symbols, isSkipped);
            if (symbolId != TickerLayout.OTHER && symbolId != TickerLayout.UNUSUAL) {
                if (i > 0) {
                    layouts.addFirst(layouts.remove(i));
                }
                return symbolId;
            }
            isNew &= symbolId == TickerLayout.OTHER; // else it would be learned again and again
            json.goTo(start);
        }
        draft.clear();
        learner.begin();
        int symbolId = decodeByKeys();
        if (isNew) {
            learner.learned(json.bytes(), start, json.position()).ifPresent(this::keep);
        }
        return symbolId;
    }

    /// In the place of the one that has not fitted for the longest, if there are many.
    private void keep(TickerLayout learned) {
        if (layouts.size() == MOST_LAYOUTS) {
            layouts.removeLast();
        }
        layouts.addFirst(learned);
    }

    private int decodeByKeys() throws Unusual {
        int symbolId = SymbolTable.INVALID;
        int seen = 0;
        json.expect('{');
        if (json.accept('}')) {
            return symbolId;
        }
        do {
            json.readKey();
            Group group = group();
            if (group != null) {
                JsonBytesReader.require((seen & group.bit) == 0);
                seen |= group.bit;
                decodeObject(group);
            } else if (json.isKey(TICKER_PACKED, TICKER)) {
                json.peek();
                int from = json.position();
                json.readText();
                symbolId = json.symbol(symbols);
                learner.symbol(from, json.position());
            } else {
                decodeField(field(TickerField.TICKER));
            }
        } while (json.accept(','));
        json.expect('}');
        return symbolId;
    }

    private void decodeObject(Group group) throws Unusual {
        if (!json.accept('{')) {
            learner.giveUp();
            json.skipValue();
            return;
        }
        if (json.accept('}')) {
            return;
        }
        do {
            json.readKey();
            decodeField(field(group));
        } while (json.accept(','));
        json.expect('}');
    }

    private void decodeField(@Nullable TickerField field) throws Unusual {
        json.peek();
        int from = json.position();
        if (field == null || isSkipped) {
            json.skipValue();
        } else {
            field.read(json, draft);
        }
        learner.value(field, from, json.position());
    }

    private @Nullable Group group() {
        for (Group group : OBJECTS) {
            if (json.isKey(group.packed, group.key)) {
                return group;
            }
        }
        return null;
    }

    private @Nullable TickerField field(Group group) {
        for (TickerField field : group.fields) {
            if (json.isKey(field.packed, field.key)) {
                return field;
            }
        }
        return null;
    }
}
