package dev.atalaya.scan;

import dev.atalaya.market.TickerColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Writes down what a scan reports.
final class Recorder implements ScanListener {
    private final TickerColumns tickers;
    int scanned;
    List<String> ranked = List.of();
    final List<List<String>> categories = new ArrayList<>();

    Recorder(TickerColumns tickers) {
        this.tickers = tickers;
    }

    @Override
    public void ranked(int scanned, int[] rows, int count) {
        this.scanned = scanned;
        ranked = symbols(rows, count);
    }

    @Override
    public void category(int category, int[] rows, int count) {
        categories.add(symbols(rows, count));
    }

    private List<String> symbols(int[] rows, int count) {
        return IntStream.range(0, count).mapToObj(i -> tickers.symbol(rows[i])).toList();
    }
}
