package dev.atalaya.scanner;

import static dev.atalaya.scan.Tickers.price;
import static dev.atalaya.scan.Tickers.tickers;
import static dev.atalaya.scan.Tickers.volume;
import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.market.SymbolTable;
import dev.atalaya.market.TickerColumns;
import dev.atalaya.scan.DeltaListener;
import dev.atalaya.scan.DeltaThresholds;
import dev.atalaya.scan.ListDeltas;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SentRowsTest {
    private static final List<String> CATEGORIES = List.of("winners", "losers");
    private static final DeltaThresholds THRESHOLDS = new DeltaThresholds(0.01, 1000, 0.01, 0.05);

    private final SymbolTable symbols = new SymbolTable(16);
    private final ListDeltas deltas = new ListDeltas(2, THRESHOLDS);

    /// Another process, whose symbols have other numbers.
    private final SymbolTable others = new SymbolTable(16);

    private final ListDeltas next = new ListDeltas(2, THRESHOLDS);

    private static boolean advance(ListDeltas deltas, int list, TickerColumns tickers) {
        int[] rows = IntStream.range(0, tickers.size()).toArray();
        return deltas.advance(list, tickers, rows, rows.length, new Silent());
    }

    private static final class Silent implements DeltaListener {
        @Override
        public void removed(int symbolId) {}

        @Override
        public void added(int rank, int row) {}

        @Override
        public void reranked(int row, int oldRank, int newRank) {}

        @Override
        public void updated(int rank, int row) {}
    }

    private String written(long scanNo) {
        JsonBytes text = new SentRows(CATEGORIES, symbols).write(deltas, scanNo);
        return new String(text.array(), 0, text.size(), StandardCharsets.UTF_8);
    }

    private boolean restore(String text, long scanNo) {
        return new SentRows(CATEGORIES, others).restore(text, scanNo, next);
    }

    @Test
    void theNextOneKnowsWhatWasSentToTheLastBit() {
        others.intern("ZZZ");
        others.intern("B");
        advance(
                deltas,
                0,
                tickers(symbols)
                        .row("A", price(0.1 + 0.2), volume(1e9))
                        .row("B", price(1e-7))
                        .build());
        advance(deltas, 1, tickers(symbols).build());

        assertThat(restore(written(41), 41)).isTrue();

        assertThat(next.size(0)).isEqualTo(2);
        assertThat(others.name(next.symbolId(0, 0))).isEqualTo("A");
        assertThat(next.sent(0, 0, 0)).isEqualTo(0.1 + 0.2);
        assertThat(next.sent(0, 0, 1)).isEqualTo(1e9);
        assertThat(next.sent(0, 0, 3)).isNaN();
        assertThat(others.name(next.symbolId(0, 1))).isEqualTo("B");
        assertThat(next.sent(0, 1, 0)).isEqualTo(1e-7);
        assertThat(advance(next, 0, tickers(others).build())).as("known").isTrue();
        assertThat(advance(next, 1, tickers(others).build()))
                .as("known though it was empty")
                .isTrue();
    }

    @Test
    void aListThatTheLastOneDidNotHaveIsNotKnown() {
        advance(deltas, 0, tickers(symbols).row("A").build());
        String text = written(41).replace("losers", "gappers_up");
        assertThat(restore(text, 41)).isTrue();
        assertThat(advance(next, 0, tickers(others).build())).isTrue();
        assertThat(advance(next, 1, tickers(others).build())).isFalse();
    }

    @Test
    void whatWasWrittenWithAnotherScanOrCannotBeReadIsWorthNothing() {
        advance(deltas, 0, tickers(symbols).row("A", price(10)).build());
        advance(deltas, 1, tickers(symbols).row("A", price(10)).build());
        String text = written(41);
        List<String> worthless = List.of(
                "",
                "41",
                text.replace("1 41", "2 41"),
                text.replace("winners 1", "winners 9"),
                text.replace("winners 1", "winners"),
                text.replace("A 10", "A ten"),
                text.replace("A 10", "$ 10"),
                text.substring(0, text.lastIndexOf(' ')));
        for (String wrong : worthless) {
            assertThat(restore(wrong, 41)).as(wrong).isFalse();
            assertThat(advance(next, 0, tickers(others).build())).as(wrong).isFalse();
            next.forget();
        }
        assertThat(restore(text, 42)).isFalse();
    }
}
