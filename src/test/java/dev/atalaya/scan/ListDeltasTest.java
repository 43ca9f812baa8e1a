package dev.atalaya.scan;

import static dev.atalaya.scan.Tickers.price;
import static dev.atalaya.scan.Tickers.tickers;
import static dev.atalaya.scan.Tickers.volume;
import static dev.atalaya.scan.Tickers.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.market.Column;
import dev.atalaya.market.SymbolTable;
import dev.atalaya.market.TickerColumns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ListDeltasTest {
    private static final DeltaThresholds THRESHOLDS = new DeltaThresholds(0.01, 1000, 0.01, 0.05);

    private final SymbolTable symbols = new SymbolTable(16);
    private final ListDeltas deltas = new ListDeltas(1, THRESHOLDS);
    private final List<String> events = new ArrayList<>();

    private boolean advance(TickerColumns tickers) {
        events.clear();
        int[] rows = IntStream.range(0, tickers.size()).toArray();
        return deltas.advance(0, tickers, rows, rows.length, new DeltaListener() {
            @Override
            public void removed(int symbolId) {
                events.add("remove " + symbols.name(symbolId));
            }

            @Override
            public void added(int rank, int row) {
                events.add("add " + tickers.symbol(row) + " " + rank);
            }

            @Override
            public void reranked(int row, int oldRank, int newRank) {
                events.add("rerank " + tickers.symbol(row) + " " + oldRank + ">" + newRank);
            }

            @Override
            public void updated(int rank, int row) {
                events.add("update " + tickers.symbol(row) + " " + rank);
            }
        });
    }

    private Tickers list() {
        return tickers(symbols);
    }

    @Test
    void theFirstStateIsNoChangeButASnapshot() {
        assertThat(advance(list().build())).isFalse();
        assertThat(advance(list().build())).isTrue();
        assertThat(events).isEmpty();
        deltas.forget();
        assertThat(advance(list().build())).isFalse();
    }

    @Test
    void whoGoesComesAndMovesIsReportedAtItsPosition() {
        advance(list().row("A").row("B").row("C").build());
        advance(list().row("C").row("A").row("D").build());
        assertThat(events).containsExactly("remove B", "rerank C 2>0", "rerank A 0>1", "add D 2");
    }

    @Test
    void aRowIsUpdatedWhenItDiffersByMoreThanTheThresholdFromWhatWasLastSent() {
        advance(list().row("A", price(10)).build());
        advance(list().row("A", price(10.009)).build());
        assertThat(events).isEmpty();
        advance(list().row("A", price(10.018)).build());
        assertThat(events).as("small steps add up").containsExactly("update A 0");
        advance(list().row("A", price(10.02), volume(5)).build());
        assertThat(events).as("a value became known").containsExactly("update A 0");
        advance(list().row("A", price(10.02), volume(1005)).build());
        assertThat(events).as("exactly the threshold is not more").isEmpty();
        advance(list().row("A", price(10.02)).build());
        assertThat(events).as("a value became unknown").containsExactly("update A 0");
        advance(list().row("A", price(10.02), with(Column.CHANGE_PERCENT, 1), with(Column.RVOL, 1))
                .build());
        advance(list().row("A", price(10.02), with(Column.CHANGE_PERCENT, 1.02), with(Column.RVOL, 1))
                .build());
        assertThat(events).containsExactly("update A 0");
        advance(list().row("A", price(10.02), with(Column.CHANGE_PERCENT, 1.02), with(Column.RVOL, 1.06))
                .build());
        assertThat(events).containsExactly("update A 0");
    }

    @Test
    void aMovedRowThatDiffersIsBothRerankedAndUpdated() {
        advance(list().row("A", price(1)).row("B", price(2)).build());
        advance(list().row("B", price(3)).row("A", price(1)).build());
        assertThat(events).containsExactly("rerank B 1>0", "update B 0", "rerank A 0>1");
    }

    @Test
    void whoAppliesTheChangesHoldsTheListWhateverHappens() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<String> held = new ArrayList<>();
        for (int cycle = 0; cycle < 2000; cycle++) {
            List<Integer> names = new ArrayList<>(IntStream.range(0, 12).boxed().toList());
            Collections.shuffle(names, random);
            Tickers builder = list();
            List<String> wanted = new ArrayList<>();
            for (int name : names.subList(0, random.nextInt(12))) {
                builder.row("S" + name, price(random.nextInt(3)));
                wanted.add("S" + name);
            }
            if (advance(builder.build())) {
                held = apply(held, events);
            } else {
                held = wanted;
            }
            assertThat(held).as("seed %d, cycle %d", seed, cycle).isEqualTo(wanted);
        }
    }

    /// Applies changes as a consumer would: each symbol at the rank named for it, the others where they were.
    private static List<String> apply(List<String> before, List<String> events) {
        Map<String, Integer> ranks = new LinkedHashMap<>();
        before.forEach(symbol -> ranks.put(symbol, ranks.size()));
        for (String event : events) {
            String[] words = event.split("[ >]", -1);
            switch (words[0]) {
                case "remove" -> ranks.remove(words[1]);
                case "rerank" -> ranks.put(words[1], Integer.parseInt(words[3]));
                default -> ranks.put(words[1], Integer.parseInt(words[2]));
            }
        }
        String[] after = new String[ranks.size()];
        ranks.forEach((symbol, rank) -> after[rank] = symbol);
        return Arrays.asList(after);
    }
}
