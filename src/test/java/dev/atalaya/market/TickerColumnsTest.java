package dev.atalaya.market;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TickerColumnsTest {
    private static final Reference REFERENCE =
            new Reference(1_000, 900, 5_000, 6_000, 70_000, "NYSE", "Finance", "Banks", "{}");

    private final SymbolTable symbols = new SymbolTable(2);
    private final TickerColumns tickers = new TickerColumns(symbols, 1);

    @Test
    void aNewRowKnowsWhatTheReferenceKnows() {
        int row = tickers.add(symbols.intern("AAA"), REFERENCE);

        assertThat(row).isZero();
        assertThat(tickers.symbol(row)).isEqualTo("AAA");
        assertThat(tickers.reference(row)).isSameAs(REFERENCE);
        assertThat(tickers.lastTradeMillis(row)).isEqualTo(TickerColumns.NO_TIME);
        for (Column column : Column.values()) {
            if (!column.isDerived()) {
                Double expected = switch (column) {
                    case AVG_VOLUME_30D -> 1_000.0;
                    case AVG_VOLUME_10D -> 900.0;
                    case FLOAT_SHARES -> 5_000.0;
                    case SHARES_OUTSTANDING -> 6_000.0;
                    case MARKET_CAP -> 70_000.0;
                    default -> Double.NaN;
                };
                assertThat(tickers.get(column, row)).as(column.key()).isEqualTo(expected);
            }
        }
    }

    @Test
    void aRepeatedSymbolIsSkippedAndTheFirstStays() {
        tickers.add(symbols.intern("AAA"), REFERENCE);
        tickers.set(Column.PRICE, 0, 10);

        assertThat(tickers.add(symbols.intern("AAA"), Reference.UNKNOWN)).isEqualTo(-1);
        assertThat(tickers.size()).isOne();
        assertThat(tickers.skipped(SkipReason.DUPLICATE)).isOne();
        assertThat(tickers.get(Column.PRICE, 0)).isEqualTo(10);
    }

    @Test
    void aTickerWithoutASymbolIsSkipped() {
        assertThat(tickers.add(SymbolTable.INVALID, REFERENCE)).isEqualTo(-1);
        assertThat(tickers.size()).isZero();
        assertThat(tickers.skipped(SkipReason.INVALID_SYMBOL)).isOne();
    }

    @Test
    void theNextFillStartsAnew() {
        tickers.add(symbols.intern("AAA"), REFERENCE);
        tickers.set(Column.PRICE, 0, 10);
        tickers.skip(SkipReason.NO_PRICE);

        tickers.clear();

        assertThat(tickers.size()).isZero();
        assertThat(tickers.skipped(SkipReason.NO_PRICE)).isZero();
        assertThat(tickers.add(symbols.intern("AAA"), REFERENCE)).isZero();
        assertThat(tickers.get(Column.PRICE, 0)).isNaN();
    }

    @Test
    void rowsBeyondTheCapacityKeepWhatWasThere() {
        for (int i = 0; i < 1_000; i++) {
            int row = tickers.add(symbols.intern("S" + i), REFERENCE);
            tickers.set(Column.PRICE, row, i);
            tickers.setLastTradeMillis(row, -i);
        }

        assertThat(tickers.capacity()).isGreaterThanOrEqualTo(1_000);
        for (int row = 0; row < 1_000; row++) {
            assertThat(tickers.symbol(row)).isEqualTo("S" + row);
            assertThat(tickers.get(Column.PRICE, row)).isEqualTo(row);
            assertThat(tickers.lastTradeMillis(row)).isEqualTo(-row);
            assertThat(tickers.reference(row)).isSameAs(REFERENCE);
        }
    }

    @Test
    void rowsThatAreAppendedAreAsIfTheyHadBeenAdded() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            TickerColumns oneByOne = new TickerColumns(symbols, 4);
            TickerColumns first = new TickerColumns(symbols, 4);
            TickerColumns second = new TickerColumns(symbols, 4);
            int split = random.nextInt(60);
            for (int i = 0; i < 60; i++) {
                int symbol = random.nextInt(20) == 0 ? SymbolTable.INVALID : symbols.intern("S" + random.nextInt(90));
                double price = random.nextDouble();
                for (TickerColumns columns : List.of(oneByOne, i < split ? first : second)) {
                    int row = columns.add(symbol, REFERENCE);
                    if (row >= 0) {
                        columns.set(Column.PRICE, row, price);
                        columns.setLastTradeMillis(row, i);
                    }
                }
            }
            first.append(second);
            assertThat(told(first)).as("seed %d", seed).isEqualTo(told(oneByOne));
        }
    }

    private static String told(TickerColumns columns) {
        StringBuilder told = new StringBuilder();
        for (SkipReason reason : SkipReason.values()) {
            told.append(reason).append(' ').append(columns.skipped(reason)).append('\n');
        }
        for (int row = 0; row < columns.size(); row++) {
            told.append(columns.symbol(row)).append(' ').append(columns.lastTradeMillis(row));
            told.append(' ').append(columns.reference(row));
            for (Column column : Column.values()) {
                if (!column.isDerived()) {
                    told.append(' ').append(columns.get(column, row));
                }
            }
            told.append('\n');
        }
        return told.toString();
    }
}
