package dev.atalaya.feed;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.atalaya.market.Column;
import dev.atalaya.market.Reference;
import dev.atalaya.market.SymbolTable;
import dev.atalaya.market.TickerColumns;
import java.lang.management.ManagementFactory;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SimulatedMarketTest {
    private static final int LISTINGS = 11_000;
    private static final int MINUTE = 60_000;

    /// One market with its columns.
    private static final class Played {
        final SymbolTable symbols = new SymbolTable(LISTINGS);
        final TickerColumns tickers = new TickerColumns(symbols, LISTINGS);
        final SimulatedMarket market;

        Played(long seed, int listings) {
            market = new SimulatedMarket(seed, listings, symbols);
        }

        Played at(long day, String time) {
            int millis = (int) (LocalTime.parse(time).toNanoOfDay() / 1_000_000) - 4 * 60 * MINUTE;
            market.fill(tickers, day, millis, 1_000_000_000_000L + day * 16 * 60 * MINUTE + millis);
            return this;
        }

        double[] copy(Column column) {
            return Arrays.copyOf(tickers.column(column), tickers.size());
        }

        /// The rows that the default filters let pass, in rank order.
        List<Integer> kept() {
            ToDoubleFunction<Integer> rvol = row -> {
                double fed = tickers.get(Column.FEED_RVOL, row);
                return Double.isNaN(fed)
                        ? tickers.get(Column.VOLUME_TODAY, row) / tickers.get(Column.AVG_VOLUME_30D, row)
                        : fed;
            };
            return IntStream.range(0, tickers.size())
                    .filter(row -> tickers.get(Column.PRICE, row) >= 1
                            && tickers.get(Column.VOLUME_TODAY, row) >= 100_000
                            && !(rvol.applyAsDouble(row) < 2))
                    .boxed()
                    .sorted(Comparator.<Integer>comparingDouble(row -> -score(rvol.applyAsDouble(row), row))
                            .thenComparing(tickers::symbol))
                    .toList();
        }

        private double score(double rvol, int row) {
            double turnover = tickers.get(Column.VOLUME_TODAY, row) / tickers.get(Column.AVG_VOLUME_30D, row);
            return Double.isNaN(rvol) ? 0 : rvol * 10 + turnover * 5;
        }
    }

    @Test
    void theSameSeedPlaysTheSameDaysWhateverWasAskedBefore() {
        Played often = new Played(42, 500);
        Played seldom = new Played(42, 500);
        for (long day = 0; day < 2; day++) {
            for (int minute = 0; minute < 16 * 60; minute += 7) {
                often.at(day, LocalTime.of(4, 0).plusMinutes(minute).toString());
            }
            for (String time : new String[] {"19:57:03.123", "12:00", "12:00:10", "09:30"}) {
                assertThat(state(often.at(day, time)))
                        .as("day %d at %s", day, time)
                        .isEqualTo(state(seldom.at(day, time)));
            }
            seldom.at(7, "10:00");
        }
    }

    @Test
    void anotherSeedPlaysAnotherMarket() {
        assertThat(state(new Played(1, 50).at(0, "12:00"))).isNotEqualTo(state(new Played(2, 50).at(0, "12:00")));
    }

    private static List<String> state(Played played) {
        List<String> rows = new ArrayList<>();
        for (int row = 0; row < played.tickers.size(); row++) {
            StringBuilder text = new StringBuilder(played.tickers.symbol(row));
            for (Column column : Column.values()) {
                text.append(' ').append(column.isDerived() ? 0 : played.tickers.get(column, row));
            }
            rows.add(text.append(' ')
                    .append(played.tickers.lastTradeMillis(row))
                    .append(played.tickers.reference(row))
                    .toString());
        }
        return rows;
    }

    @Test
    void volumesGrowAndRangesWidenAllDayLong() {
        Played played = new Played(42, 2_000).at(0, "04:00");
        double[] volume = played.copy(Column.VOLUME_TODAY);
        double[] high = played.copy(Column.INTRADAY_HIGH);
        double[] low = played.copy(Column.INTRADAY_LOW);
        for (int second = 10; second < 16 * 3_600; second += 37) {
            played.at(0, LocalTime.of(4, 0).plusSeconds(second).toString());
            TickerColumns now = played.tickers;
            for (int row = 0; row < now.size(); row++) {
                double price = now.get(Column.PRICE, row);
                boolean wrong = now.get(Column.VOLUME_TODAY, row) < volume[row]
                        || now.get(Column.INTRADAY_HIGH, row) < high[row]
                        || now.get(Column.INTRADAY_LOW, row) > low[row]
                        || price > now.get(Column.INTRADAY_HIGH, row)
                        || price < now.get(Column.INTRADAY_LOW, row)
                        || now.get(Column.HIGH, row) > now.get(Column.INTRADAY_HIGH, row)
                        || now.get(Column.LOW, row) < now.get(Column.INTRADAY_LOW, row)
                        || now.get(Column.OPEN, row) > now.get(Column.HIGH, row)
                        || now.get(Column.OPEN, row) < now.get(Column.LOW, row)
                        || now.get(Column.BID, row) >= price
                        || now.get(Column.ASK, row) <= price;
                assertThat(wrong).as("%s at second %d", now.symbol(row), second).isFalse();
            }
            volume = played.copy(Column.VOLUME_TODAY);
            high = played.copy(Column.INTRADAY_HIGH);
            low = played.copy(Column.INTRADAY_LOW);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 25})
    void theDefaultFiltersKeepSomeHundredsInMidSession(long day) {
        Played played = new Played(42, LISTINGS);

        assertThat(played.at(day, "09:30:10").kept()).hasSizeBetween(50, 900);
        assertThat(played.at(day, "11:00").kept()).hasSizeBetween(300, 900);
        assertThat(played.at(day, "13:00").kept()).hasSizeBetween(300, 900);
        assertThat(played.at(day, "15:30").kept()).hasSizeBetween(300, 900);
    }

    @ParameterizedTest
    @CsvSource({"0, 10:00", "0, 12:00", "1, 15:59", "2, 11:00"})
    void everyCategoryHasMembersInTheSession(long day, String time) {
        Played played = new Played(42, LISTINGS).at(day, time);
        Map<String, Integer> members = new HashMap<>();
        for (int row : played.kept()) {
            TickerColumns now = played.tickers;
            double price = now.get(Column.PRICE, row);
            double change = 100 * (price / now.get(Column.PREV_CLOSE, row) - 1);
            double fromOpen = 100 * (price / now.get(Column.OPEN, row) - 1);
            count(members, "up", change >= 5);
            count(members, "down", change <= -5);
            count(members, "anomalies", now.get(Column.FEED_RVOL, row) >= 3);
            count(members, "highs", 100 * (price / now.get(Column.INTRADAY_HIGH, row) - 1) >= -0.5);
            count(members, "lows", 100 * (price / now.get(Column.INTRADAY_LOW, row) - 1) <= 0.5);
            count(members, "reversals", (change >= 2 && fromOpen <= -1) || (change <= -2 && fromOpen >= 1));
            count(members, "fifty times", now.get(Column.FEED_RVOL, row) >= 20);
        }
        assertThat(members).hasSize(7);
    }

    private static void count(Map<String, Integer> members, String category, boolean in) {
        if (in) {
            members.merge(category, 1, Integer::sum);
        }
    }

    @Test
    void ranksChangeFromCycleToCycle() {
        Played played = new Played(42, LISTINGS).at(0, "11:00");
        List<Integer> before = played.kept();
        List<Integer> after = played.at(0, "11:00:10").kept();

        long moved = IntStream.range(0, before.size())
                .filter(rank -> after.indexOf(before.get(rank)) != rank)
                .count();
        assertThat(moved).isBetween(20L, 400L);
    }

    @Test
    void theRegularSessionsFieldsAreUnknownBeforeTheOpen() {
        Played played = new Played(42, LISTINGS).at(3, "09:29:59");
        for (Column column : new Column[] {Column.OPEN, Column.HIGH, Column.LOW, Column.VWAP}) {
            assertThat(played.copy(column)).containsOnly(Double.NaN);
        }
        long opened = Arrays.stream(played.at(3, "09:45").copy(Column.OPEN))
                .filter(open -> open > 0)
                .count();
        assertThat(opened).isBetween(LISTINGS * 8L / 10, LISTINGS * 98L / 100);
    }

    @Test
    void theRegularSessionsFieldsStandStillAfterTheClose() {
        Played played = new Played(42, 500).at(0, "16:30");
        double[] high = played.copy(Column.HIGH);
        double[] vwap = played.copy(Column.VWAP);
        double[] price = played.copy(Column.PRICE);
        played.at(0, "19:30");

        assertThat(played.copy(Column.HIGH)).isEqualTo(high);
        assertThat(played.copy(Column.VWAP)).isEqualTo(vwap);
        assertThat(played.copy(Column.PRICE)).isNotEqualTo(price);
    }

    @Test
    void theDayEndsWhereTheNextOneComparesWith() {
        SymbolTable symbols = new SymbolTable(100);
        SimulatedDay today = new SimulatedDay();
        for (int i = 0; i < 100; i++) {
            SimulatedListing listing = SimulatedListing.make(42, i, symbols);
            today.plan(listing, 5);
            double close = today.price(VolumeCurve.CLOSE);
            assertThat(SimulatedDay.close(listing, 5))
                    .isCloseTo(close, org.assertj.core.data.Percentage.withPercentage(1e-9));
        }
        Played played = new Played(42, 100).at(6, "04:00");
        assertThat(played.copy(Column.PREV_CLOSE)).doesNotContain(Double.NaN).hasSize(100);
    }

    @Test
    void someStartLate() {
        Played played = new Played(42, LISTINGS).at(0, "10:30");

        assertThat(Arrays.stream(played.copy(Column.VOLUME_TODAY)).filter(Double::isNaN))
                .hasSizeBetween(100, 1_500);
    }

    @Test
    void volumeAndPriceOfAHaltedTickerStandStill() {
        Played played = new Played(42, LISTINGS);
        int halts = 0;
        for (LocalTime time = LocalTime.of(10, 0); time.getHour() < 15; time = time.plusMinutes(10)) {
            double[] volume = played.at(0, time.toString()).copy(Column.VOLUME_TODAY);
            double[] price = played.copy(Column.PRICE);
            played.at(0, time.plusMinutes(3).toString());
            for (int row = 0; row < volume.length; row++) {
                // so many shares change hands every few seconds
                if (volume[row] > 1_000_000 && played.tickers.get(Column.VOLUME_TODAY, row) == volume[row]) {
                    assertThat(played.tickers.get(Column.PRICE, row)).isEqualTo(price[row]);
                    halts++;
                }
            }
        }
        assertThat(halts).isBetween(3, 300);
    }

    @Test
    void symbolsAreUniqueAndMostlyShort() {
        SymbolTable symbols = new SymbolTable(LISTINGS);
        int many = 300_000;
        for (int i = 0; i < many; i++) {
            assertThat(SimulatedListing.make(42, i, symbols).symbolId()).isEqualTo(i);
        }
        assertThat(symbols.size()).isEqualTo(many);
        assertThat(IntStream.range(0, LISTINGS).mapToObj(symbols::name)).allMatch(name -> name.matches("[A-Z]{1,5}"));
    }

    @Test
    void aFewPercentOfTheReferenceDataIsUnknown() {
        Played played = new Played(42, LISTINGS).at(0, "10:30");
        List<Reference> references =
                IntStream.range(0, LISTINGS).mapToObj(played.tickers::reference).toList();

        assertThat(references.stream().filter(r -> Double.isNaN(r.floatShares())))
                .hasSizeBetween(300, 900);
        assertThat(references.stream().filter(r -> Double.isNaN(r.avgVolume30d())))
                .hasSizeBetween(50, 300);
        assertThat(references.stream().filter(r -> r.sector() == null)).hasSizeBetween(200, 900);
        assertThat(references.stream().filter(r -> r.metadata() == null)).hasSizeBetween(100, 500);
    }

    @Test
    void fillingAllocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Played played = new Played(42, 1_000).at(0, "12:00");
        for (int round = 0; round < 200; round++) {
            played.market.fill(played.tickers, 0, 500 * MINUTE + round * 10_000, 0);
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int round = 200; round < 300; round++) {
            played.market.fill(played.tickers, 0, 500 * MINUTE + round * 10_000, 0);
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
    }
}
