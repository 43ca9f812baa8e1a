package dev.atalaya.scanner;

import dev.atalaya.market.SymbolTable;
import dev.atalaya.scan.ListDeltas;
import java.util.List;

/// What consumers hold of each category as text: the scan's number, then of each category a line with its name and
/// size and a line a row with the symbol and the values that were last sent. Written with each publish where several
/// scanners stand by for one another, so that the next goes on with deltas where the last one ended. Not thread safe.
final class SentRows {
    private static final String VERSION = "1";

    private final List<String> categories;
    private final SymbolTable symbols;
    private final JsonBytes text = new JsonBytes(64 * 1024);

    SentRows(List<String> categories, SymbolTable symbols) {
        this.categories = categories;
        this.symbols = symbols;
    }

    /// @param scanNo of the scan with which the rows were sent
    /// @return the text, until the next is written
    JsonBytes write(ListDeltas deltas, long scanNo) {
        text.clear();
        text.plain(VERSION).raw(' ').number(scanNo).raw('\n');
        for (int i = 0; i < categories.size(); i++) {
            int size = deltas.size(i);
            text.plain(categories.get(i)).raw(' ').number(size).raw('\n');
            for (int row = 0; row < size; row++) {
                text.plain(symbols.name(deltas.symbolId(i, row)));
                for (int c = 0; c < ListDeltas.WATCHED_COUNT; c++) {
                    text.raw(' ').number(deltas.sent(i, row, c));
                }
                text.raw('\n');
            }
        }
        return text;
    }

    /// Takes over what another scanner noted, if that was with its last scan; of a category that it did not have, or
    /// if anything is not as it is written here, nothing.
    ///
    /// @param scanNo of the last published scan
    /// @return whether anything was taken over
    boolean restore(String noted, long scanNo, ListDeltas deltas) {
        List<String> lines = noted.lines().toList();
        if (lines.isEmpty() || !lines.getFirst().equals(VERSION + " " + scanNo)) {
            return false;
        }
        try {
            int line = 1;
            while (line < lines.size()) {
                String[] head = lines.get(line).split(" ", -1);
                int size = Integer.parseInt(head[1]);
                int category = categories.indexOf(head[0]);
                if (category >= 0) {
                    restore(category, lines.subList(line + 1, line + 1 + size), deltas);
                }
                line += size + 1;
            }
            return true;
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            deltas.forget();
            return false;
        }
    }

    private void restore(int category, List<String> rows, ListDeltas deltas) {
        int[] symbolIds = new int[rows.size()];
        double[][] sent = new double[ListDeltas.WATCHED_COUNT][rows.size()];
        for (int row = 0; row < symbolIds.length; row++) {
            String[] fields = rows.get(row).split(" ", -1);
            symbolIds[row] = symbols.intern(fields[0]);
            if (symbolIds[row] < 0) {
                throw new IllegalArgumentException("No symbol: " + fields[0]);
            }
            for (int c = 0; c < ListDeltas.WATCHED_COUNT; c++) {
                sent[c][row] = fields[c + 1].equals("null") ? Double.NaN : Double.parseDouble(fields[c + 1]);
            }
        }
        deltas.restore(category, symbolIds, sent);
    }
}
