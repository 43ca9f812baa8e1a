package dev.atalaya.feed;

import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.atalaya.market.SymbolTable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;

/// The one-minute bars of a day as columns, in the order of their minutes; a bar is a row number. Minutes count
/// from the day's first. Not changed after reading.
final class ReplayBars {
    static final int MINUTES = 16 * 60;

    private int[] symbolIds = new int[1_024];
    private int[] minutes = new int[1_024];
    private double[] opens = new double[1_024];
    private double[] highs = new double[1_024];
    private double[] lows = new double[1_024];
    private double[] closes = new double[1_024];
    private double[] volumes = new double[1_024];
    private int size;
    private int[] rowsByMinute = new int[0];
    private final int[] firstOfMinute = new int[MINUTES + 1];

    private ReplayBars() {}

    /// @param start of the day's first minute
    static ReplayBars read(Path file, Instant start, SymbolTable symbols) throws IOException {
        ReplayBars bars = new ReplayBars();
        ReplayFiles.read(file, row -> bars.add(row, start, symbols));
        bars.sort();
        return bars;
    }

    private void add(NamedCsvRecord row, Instant start, SymbolTable symbols) {
        int symbolId = symbols.intern(ReplayFiles.symbol(row));
        if (symbolId == SymbolTable.INVALID) {
            return;
        }
        if (size == symbolIds.length) {
            grow();
        }
        symbolIds[size] = symbolId;
        minutes[size] = minute(row, start);
        opens[size] = required(row, "open");
        highs[size] = required(row, "high");
        lows[size] = required(row, "low");
        closes[size] = required(row, "close");
        volumes[size] = required(row, "volume");
        size++;
    }

    private void grow() {
        int capacity = size * 2;
        symbolIds = Arrays.copyOf(symbolIds, capacity);
        minutes = Arrays.copyOf(minutes, capacity);
        opens = Arrays.copyOf(opens, capacity);
        highs = Arrays.copyOf(highs, capacity);
        lows = Arrays.copyOf(lows, capacity);
        closes = Arrays.copyOf(closes, capacity);
        volumes = Arrays.copyOf(volumes, capacity);
    }

    private static int minute(NamedCsvRecord row, Instant start) {
        String text = row.getField("minute_utc");
        try {
            long minute = Duration.between(start, OffsetDateTime.parse(text).toInstant())
                    .toMinutes();
            if (minute >= 0 && minute < MINUTES) {
                return (int) minute;
            }
        } catch (DateTimeException e) {
            // said below
        }
        throw new IllegalArgumentException(
                "minute_utc '" + text + "' is none of the sixteen hours of minutes from " + start);
    }

    private static double required(NamedCsvRecord row, String column) {
        double value = ReplayFiles.number(row, column);
        if (Double.isNaN(value)) {
            throw new IllegalArgumentException(column + " is empty");
        }
        return value;
    }

    private void sort() {
        for (int row = 0; row < size; row++) {
            firstOfMinute[minutes[row] + 1]++;
        }
        Arrays.parallelPrefix(firstOfMinute, Integer::sum);
        int[] next = firstOfMinute.clone();
        rowsByMinute = new int[size];
        for (int row = 0; row < size; row++) {
            rowsByMinute[next[minutes[row]]++] = row;
        }
    }

    /// The position of a minute's first bar; its last one stands before the next minute's first.
    int first(int minute) {
        return firstOfMinute[minute];
    }

    int symbolId(int position) {
        return symbolIds[rowsByMinute[position]];
    }

    double open(int position) {
        return opens[rowsByMinute[position]];
    }

    double high(int position) {
        return highs[rowsByMinute[position]];
    }

    double low(int position) {
        return lows[rowsByMinute[position]];
    }

    double close(int position) {
        return closes[rowsByMinute[position]];
    }

    double volume(int position) {
        return volumes[rowsByMinute[position]];
    }
}
