package dev.atalaya.scan;

import dev.atalaya.market.Column;
import dev.atalaya.market.Reference;
import dev.atalaya.market.SymbolTable;
import dev.atalaya.market.TickerColumns;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Makes up markets that try a scan: unknown values, ties, values on the thresholds, repeated symbols.
public final class RandomMarket {
    private static final double[] EDGES = {0, 0.5, 1, 2, 3, 5, -2, -3, -5, 100_000, -0.5};

    private final Random random;
    private final SymbolTable symbols;
    private final TickerColumns columns;

    public RandomMarket(long seed) {
        random = new Random(seed);
        symbols = new SymbolTable(64);
        columns = new TickerColumns(symbols, 64);
    }

    public SymbolTable symbols() {
        return symbols;
    }

    /// Fills the same columns anew.
    public TickerColumns next(int size) {
        columns.clear();
        for (int i = 0; i < size; i++) {
            int number = random.nextInt(20) == 0 ? random.nextInt(size) : i;
            int row = columns.add(symbols.intern("S" + number), reference());
            if (row >= 0) {
                fill(row);
            }
        }
        return columns;
    }

    private Reference reference() {
        return new Reference(
                unknownOr(Math.rint(random.nextDouble() * 1e6)),
                unknownOr(random.nextDouble() * 1e6),
                unknownOr(random.nextDouble() * 1e8),
                unknownOr(random.nextDouble() * 1e9),
                unknownOr(random.nextDouble() * 1e12),
                text("Exchange"),
                text("Sector"),
                text("Industry"),
                random.nextBoolean() ? null : "{\"company_name\":\"Ñandú & Söhne\"}");
    }

    private @Nullable String text(String kind) {
        return random.nextInt(4) == 0 ? null : kind + random.nextInt(3);
    }

    private void fill(int row) {
        double price = Math.rint(random.nextDouble() * 2000) / 100;
        double prevClose = price * (0.9 + random.nextInt(21) / 100.0);
        set(Column.PRICE, row, price);
        set(Column.PREV_CLOSE, row, prevClose);
        set(Column.VOLUME_TODAY, row, Math.rint(random.nextDouble() * 400_000));
        set(Column.OPEN, row, price * (0.95 + random.nextInt(11) / 100.0));
        set(Column.HIGH, row, price * (1 + random.nextInt(3) / 200.0));
        set(Column.LOW, row, price * (1 - random.nextInt(3) / 200.0));
        set(Column.INTRADAY_HIGH, row, price * (1 + random.nextInt(3) / 200.0));
        set(Column.INTRADAY_LOW, row, price * (1 - random.nextInt(3) / 200.0));
        set(Column.VWAP, row, price * (0.98 + random.nextDouble() / 25));
        set(Column.FEED_RVOL, row, random.nextInt(60) / 10.0);
        set(Column.ATR, row, random.nextDouble());
    }

    private void set(Column column, int row, double value) {
        columns.set(column, row, unknownOr(value));
    }

    private double unknownOr(double value) {
        return switch (random.nextInt(12)) {
            case 0 -> Double.NaN;
            case 1 -> EDGES[random.nextInt(EDGES.length)];
            default -> value;
        };
    }
}
