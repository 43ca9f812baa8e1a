package dev.atalaya.scanner;

import dev.atalaya.bus.EncodedRows;
import dev.atalaya.bus.PublishedLists.PublishedList;
import dev.atalaya.journal.ResultColumn;
import dev.atalaya.market.MarketSession;
import dev.atalaya.market.Snapshot;
import dev.atalaya.market.SymbolTable;
import dev.atalaya.market.TickerColumns;
import dev.atalaya.scan.DeltaThresholds;
import dev.atalaya.scan.ListDeltas;
import dev.atalaya.scan.ScanRules;
import dev.atalaya.scanner.Publication.Message;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Turns what a scan found into bytes: each kept ticker is encoded once, and the session's list, its categories
/// and the deltas are made of the same bytes. Owned by the scanner's event loop.
final class ScanEncoder {
    private final ScanRules rules;
    private final ListDeltas deltas;
    private final DeltaJson deltaJson;
    private final SymbolTexts texts = new SymbolTexts();
    private final RowEncoder rowEncoder = new RowEncoder(texts);
    private final Optional<JournalRows> journal;
    private final Optional<SentRows> sent;
    private final Map<MarketSession, byte[]> filtersMatched = new HashMap<>();
    private final Map<MarketSession, String> filtersTexts = new HashMap<>();

    /// By row of the snapshot: which of the kept rows it is.
    private int[] ranks = new int[0];

    /// @param journal encodes for the journal, where one is kept
    /// @param isOneOfSeveral whether another scanner may have to go on where this one ends
    ScanEncoder(
            ScanRules rules,
            DeltaThresholds thresholds,
            SymbolTable symbols,
            Optional<JournalRows> journal,
            boolean isOneOfSeveral) {
        this.rules = rules;
        this.journal = journal;
        this.sent = isOneOfSeveral
                ? Optional.of(new SentRows(
                        rules.categories().stream()
                                .map(category -> category.name())
                                .toList(),
                        symbols))
                : Optional.empty();
        this.deltas = new ListDeltas(rules.categories().size(), thresholds);
        this.deltaJson = new DeltaJson(symbols);
    }

    /// The next message of each list will be a snapshot: what consumers hold is not known any more.
    void forget() {
        deltas.forget();
    }

    /// Goes on where another scanner ended, if that is known.
    ///
    /// @param noted what it noted with its last scan
    /// @param scanNo of the last published scan
    void goOn(String noted, long scanNo) {
        sent.ifPresent(state -> state.restore(noted, scanNo, deltas));
    }

    /// Encodes a scan; what has changed in the categories is then taken as sent.
    ///
    /// @param scanNo what it will be published as
    /// @param sequences by category: the number of its last message; counted on where there is a new one
    Publication encode(Snapshot snapshot, MarketSession session, RankedLists found, long scanNo, long[] sequences) {
        TickerColumns tickers = snapshot.tickers();
        EncodedRows rows =
                rowEncoder.encode(snapshot, session, found, filtersMatched.computeIfAbsent(session, this::filtersJson));
        rank(tickers, found);
        deltaJson.begin(rows, tickers, ranks);
        List<PublishedList> lists = new ArrayList<>();
        List<Message> messages = new ArrayList<>();
        lists.add(list(session.name(), false, scanNo, snapshot, rows, found.kept(), found.keptCount()));
        for (int i = 0; i < rules.categories().size(); i++) {
            String name = rules.categories().get(i).name();
            int[] members = found.rows(i);
            int count = found.count(i);
            deltaJson.beginList();
            boolean isKnown = deltas.advance(i, tickers, members, count, deltaJson);
            Optional<Message> delta = deltaJson.endList(name);
            if (!isKnown || delta.isPresent()) {
                sequences[i]++;
            }
            PublishedList list = list(name, true, sequences[i], snapshot, rows, members, count);
            lists.add(list);
            if (isKnown) {
                delta.ifPresent(messages::add);
            } else {
                messages.add(new Message(name, true, count, list.length(), list::write));
            }
        }
        return new Publication(
                snapshot.time(),
                session.name(),
                lists,
                messages,
                journal.map(encoder -> encoder.encode(snapshot, found, filtersText(session), texts)),
                sent.map(state -> state.write(deltas, scanNo)));
    }

    private void rank(TickerColumns tickers, RankedLists found) {
        if (ranks.length < tickers.size()) {
            ranks = new int[tickers.capacity()];
        }
        for (int i = 0; i < found.keptCount(); i++) {
            ranks[found.kept()[i]] = i;
        }
    }

    private PublishedList list(
            String name,
            boolean isCategory,
            long sequence,
            Snapshot snapshot,
            EncodedRows rows,
            int[] found,
            int count) {
        int[] members = new int[count];
        for (int i = 0; i < count; i++) {
            members[i] = ranks[found[i]];
        }
        return new PublishedList(name, isCategory, sequence, snapshot.time(), rows, members);
    }

    private String filtersText(MarketSession session) {
        return filtersTexts.computeIfAbsent(
                session, unseen -> String.join(String.valueOf(ResultColumn.SEPARATOR), rules.filtersIn(unseen)));
    }

    private byte[] filtersJson(MarketSession session) {
        return rules.filtersIn(session).stream()
                .map(name -> "\"" + name + "\"")
                .collect(Collectors.joining(",", "[", "]"))
                .getBytes(StandardCharsets.UTF_8);
    }
}
