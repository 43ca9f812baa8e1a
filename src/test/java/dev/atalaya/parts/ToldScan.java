package dev.atalaya.parts;

import dev.atalaya.market.Column;
import dev.atalaya.market.SkipReason;
import dev.atalaya.market.TickerColumns;
import dev.atalaya.scan.ScanListener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Everything that a scan says, as a text, to compare two of them to the bit.
final class ToldScan implements ScanListener {
    private final TickerColumns tickers;
    private final List<String> lines = new ArrayList<>();

    ToldScan(TickerColumns tickers) {
        this.tickers = tickers;
    }

    @Override
    public void ranked(int scanned, int[] rows, int count) {
        lines.add(tickers.sizeOfAll() + " tickers, " + scanned + " scanned, skipped "
                + Arrays.stream(SkipReason.values()).map(tickers::skipped).toList());
        IntStream.range(0, count).forEach(i -> lines.add(row(rows[i])));
    }

    private String row(int row) {
        return tickers.symbol(row) + " " + tickers.lastTradeMillis(row) + " " + tickers.reference(row) + " "
                + Arrays.stream(Column.values())
                        .map(column -> Long.toHexString(Double.doubleToRawLongBits(tickers.get(column, row))))
                        .toList();
    }

    @Override
    public void category(int category, int[] rows, int count) {
        lines.add(category + " "
                + IntStream.range(0, count)
                        .mapToObj(i -> tickers.symbol(rows[i]))
                        .toList());
    }

    String text() {
        return String.join("\n", lines);
    }
}
