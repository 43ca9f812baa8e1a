package dev.atalaya.scan;

import dev.atalaya.market.Column;
import dev.atalaya.market.Reference;
import dev.atalaya.market.SymbolTable;
import dev.atalaya.market.TickerColumns;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/// Builds columns for tests: `tickers().row("AAA", price(10), volume(5_000_000)).build()`.
public final class Tickers {
    /// One field of a row.
    public interface Field extends ObjIntConsumer<TickerColumns> {}

    private final SymbolTable symbols;
    private final TickerColumns columns;
    private Reference reference = Reference.UNKNOWN;

    private Tickers(SymbolTable symbols) {
        this.symbols = symbols;
        this.columns = new TickerColumns(symbols, 4);
        columns.clear();
    }

    public static Tickers tickers() {
        return new Tickers(new SymbolTable(16));
    }

    /// Columns that share the numbers of symbols with others.
    public static Tickers tickers(SymbolTable symbols) {
        return new Tickers(symbols);
    }

    /// What is known of the symbols of the rows that follow.
    public Tickers classified(@Nullable String exchange, @Nullable String sector, @Nullable String industry) {
        double unknown = Double.NaN;
        reference = new Reference(unknown, unknown, unknown, unknown, unknown, exchange, sector, industry, null);
        return this;
    }

    public Tickers row(String symbol, Field... fields) {
        int row = columns.add(symbols.intern(symbol), reference);
        if (row >= 0) {
            for (Field field : fields) {
                field.accept(columns, row);
            }
        }
        return this;
    }

    public TickerColumns build() {
        return columns;
    }

    public static Field with(Column column, double value) {
        return (columns, row) -> columns.set(column, row, value);
    }

    public static Field price(double value) {
        return with(Column.PRICE, value);
    }

    public static Field volume(double value) {
        return with(Column.VOLUME_TODAY, value);
    }

    public static Field prevClose(double value) {
        return with(Column.PREV_CLOSE, value);
    }

    public static Field rvol(double value) {
        return with(Column.FEED_RVOL, value);
    }

    public static Field average(double value) {
        return with(Column.AVG_VOLUME_30D, value);
    }
}
