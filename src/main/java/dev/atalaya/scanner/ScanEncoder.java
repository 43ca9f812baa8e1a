package dev.atalaya.scanner;

import dev.atalaya.journal.ResultColumn;
import dev.atalaya.market.MarketSession;
import dev.atalaya.market.Snapshot;
import dev.atalaya.market.SymbolTable;
import dev.atalaya.market.TickerColumns;
import dev.atalaya.scan.DeltaThresholds;
import dev.atalaya.scan.ListDeltas;
import dev.atalaya.scan.ScanRules;
import dev.atalaya.scanner.Publication.ListJson;
import dev.atalaya.scanner.Publication.Message;
import dev.atalaya.scanner.Publication.Slice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Turns what a scan found into bytes: each kept ticker is encoded once, and its bytes are used by the
/// session's list, by its categories and by the deltas. Owned by the scanner's event loop.
final class ScanEncoder implements DeltaJson.RowJson {
    private final ScanRules rules;
    private final ListDeltas deltas;
    private final DeltaJson deltaJson;
    private final TickerJson tickerJson = new TickerJson();
    private final Optional<JournalRows> journal;
    private final Map<MarketSession, byte[]> filtersMatched = new HashMap<>();
    private final Map<MarketSession, String> filtersTexts = new HashMap<>();

    /// The session's list: `[`, the rows with commas between them, `]`.
    private final JsonBytes rows = new JsonBytes(2 << 20);
    /// The categories' lists, one behind the other, each followed by its deltas.
    private final JsonBytes lists = new JsonBytes(2 << 20);

    /// By row of the snapshot: where its JSON begins and ends.
    private int[] starts = new int[0];
    private int[] ends = new int[0];
    private TickerColumns tickers;

    /// @param journal encodes for the journal, where one is kept
    ScanEncoder(ScanRules rules, DeltaThresholds thresholds, SymbolTable symbols, Optional<JournalRows> journal) {
        this.rules = rules;
        this.journal = journal;
        this.deltas = new ListDeltas(rules.categories().size(), thresholds);
        this.deltaJson = new DeltaJson(symbols, this, lists);
        this.tickers = new TickerColumns(symbols, 0);
    }

    /// The next message of each list will be a snapshot: what consumers hold is not known any more.
    void forget() {
        deltas.forget();
    }

    /// Encodes the session's list, whose rows the others share.
    ///
    /// @param scanNo what the scan will be published as
    ListJson encodeKept(Snapshot snapshot, MarketSession session, RankedLists found, long scanNo) {
        tickers = snapshot.tickers();
        if (starts.length < tickers.size()) {
            starts = new int[tickers.capacity()];
            ends = new int[tickers.capacity()];
        }
        byte[] filters = filtersMatched.computeIfAbsent(session, this::filtersJson);
        int[] rowEnds = new int[found.keptCount()];
        rows.clear();
        rows.raw('[');
        for (int i = 0; i < found.keptCount(); i++) {
            int row = found.kept()[i];
            if (i > 0) {
                rows.raw(',');
            }
            starts[row] = rows.size();
            tickerJson.write(tickers, row, i + 1, session, snapshot.time(), filters, rows);
            ends[row] = rows.size();
            rowEnds[i] = rows.size();
        }
        rows.raw(']');
        return new ListJson(session.name(), false, scanNo, new Slice(rows, 0, rows.size()), rowEnds);
    }

    /// Encodes the rest of a scan: the categories and what has changed in them, which is then taken as sent.
    /// The bytes are valid until the next scan.
    ///
    /// @param kept what [#encodeKept] gave for the same scan
    /// @param sequences by category: the number of its last message; counted on where there is a new one
    Publication encode(Snapshot snapshot, MarketSession session, RankedLists found, ListJson kept, long[] sequences) {
        lists.clear();
        List<ListJson> encoded = new ArrayList<>();
        List<Message> messages = new ArrayList<>();
        encoded.add(kept);
        for (int i = 0; i < rules.categories().size(); i++) {
            String name = rules.categories().get(i).name();
            int[] members = found.rows(i);
            int count = found.count(i);
            int[] rowEnds = new int[count];
            Slice json = encodeList(members, count, rowEnds);
            int begin = lists.size();
            deltaJson.begin();
            boolean known = deltas.advance(i, tickers, members, count, deltaJson);
            deltaJson.end();
            if (!known) {
                sequences[i]++;
                messages.add(new Message(name, true, count, json));
            } else if (deltaJson.changes() > 0) {
                sequences[i]++;
                messages.add(new Message(name, false, deltaJson.changes(), new Slice(lists, begin, lists.size())));
            }
            encoded.add(new ListJson(name, true, sequences[i], json, rowEnds));
        }
        return new Publication(
                snapshot.time(),
                session.name(),
                encoded,
                messages,
                journal.map(rows -> rows.encode(snapshot, found, filtersText(session), tickerJson)));
    }

    private Slice encodeList(int[] members, int count, int[] rowEnds) {
        int begin = lists.size();
        lists.raw('[');
        for (int i = 0; i < count; i++) {
            if (i > 0) {
                lists.raw(',');
            }
            append(members[i], lists);
            rowEnds[i] = lists.size() - begin;
        }
        lists.raw(']');
        return new Slice(lists, begin, lists.size());
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

    @Override
    public void append(int row, JsonBytes out) {
        out.from(rows, starts[row], ends[row]);
    }

    @Override
    public void appendSymbol(int row, JsonBytes out) {
        out.plain(tickers.symbol(row));
    }
}
