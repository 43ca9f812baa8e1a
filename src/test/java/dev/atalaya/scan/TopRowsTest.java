package dev.atalaya.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.market.Column;
import dev.atalaya.market.Reference;
import dev.atalaya.market.SymbolTable;
import dev.atalaya.market.TickerColumns;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TopRowsTest {
    private final TopRows top = new TopRows();

    /// A ticker a key, its symbol anything but in the keys' order.
    private static TickerColumns tickers(int count, IntToDoubleFunction key) {
        SymbolTable symbols = new SymbolTable(count);
        TickerColumns tickers = new TickerColumns(symbols, count);
        for (int i = 0; i < count; i++) {
            int row = tickers.add(symbols.intern("S" + (i * 7919L) % count), Reference.UNKNOWN);
            tickers.set(Column.PRICE, row, key.applyAsDouble(i));
        }
        return tickers;
    }

    private void compare(TickerColumns tickers, boolean descending, int limit, Object what) {
        double[] keys = tickers.column(Column.PRICE);
        int[] rows = IntStream.range(0, tickers.size()).toArray();
        Comparator<Integer> byKey = Comparator.comparingDouble(row -> keys[row] + 0.0);
        List<Integer> expected = IntStream.range(0, tickers.size())
                .filter(row -> !Double.isNaN(keys[row]))
                .boxed()
                .sorted((descending ? byKey.reversed() : byKey).thenComparing(tickers::symbol))
                .limit(limit)
                .toList();
        int selected = top.select(tickers, keys, descending, rows, rows.length, limit, rows);
        assertThat(IntStream.range(0, selected).mapToObj(i -> rows[i]).toList())
                .as("%s, descending %s, limit %d", what, descending, limit)
                .isEqualTo(expected);
    }

    private void compare(TickerColumns tickers, Object what) {
        for (int limit : new int[] {0, 1, 7, tickers.size() / 2, tickers.size(), tickers.size() + 5}) {
            compare(tickers, true, limit, what);
            compare(tickers, false, limit, what);
        }
    }

    @Test
    void keysThatDifferInTheirLastBitAloneAreInOrder() {
        compare(tickers(3000, i -> i % 3 == 0 ? 3 : i % 3 == 1 ? Math.nextUp(3.0) : Math.nextDown(3.0)), "around 3");
        compare(tickers(3000, i -> Double.longBitsToDouble(Double.doubleToLongBits(7.5) + i * 613L % 3000)), "by ulp");
    }

    @Test
    void zerosAreTiesAndInfinitiesAreKeys() {
        double[] odd = {0.0, -0.0, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.MIN_VALUE, -1
        };
        compare(tickers(700, i -> odd[i % odd.length]), "odd keys");
    }

    @Test
    void anyOrderOfTheInputGivesTheSame() {
        compare(tickers(5000, i -> i), "ascending");
        compare(tickers(5000, i -> -i), "descending");
        compare(tickers(5000, i -> 1), "all equal");
        compare(tickers(5000, i -> i < 2500 ? i : 5000 - i), "a roof");
        compare(tickers(5000, i -> i % 2 == 0 ? i : -i), "a comb");
    }

    @Test
    void randomKeysOfEverySize() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            int values = 1 + random.nextInt(2000);
            int size = 1 + random.nextInt(i < 290 ? 400 : 70_000);
            compare(
                    tickers(size, row -> random.nextInt(9) == 0 ? Double.NaN : random.nextInt(values) / 7.0 - 100),
                    1 + random.nextInt(size),
                    seed);
        }
    }

    private void compare(TickerColumns tickers, int limit, long seed) {
        compare(tickers, true, limit, "seed " + seed);
        compare(tickers, false, limit, "seed " + seed);
    }
}
