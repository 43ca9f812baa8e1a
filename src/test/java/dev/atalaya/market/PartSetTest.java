package dev.atalaya.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PartSetTest {
    @Test
    void everySymbolIsInExactlyOnePart() {
        for (int parts : new int[] {1, 2, 3, 4, 7, 63, 64}) {
            int[] count = new int[parts];
            for (int i = 0; i < 11_000; i++) {
                String symbol = Integer.toString(i, 36).toUpperCase(Locale.ROOT);
                int part = PartSet.partOf(symbol, parts);
                count[part]++;
                assertThat(PartSet.of(parts, List.of(part)).has(symbol)).isTrue();
                List<Integer> others = IntStream.range(0, parts)
                        .filter(other -> other != part)
                        .boxed()
                        .toList();
                assertThat(PartSet.of(parts, others).has(symbol)).isFalse();
            }
            assertThat(Arrays.stream(count).boxed())
                    .allMatch(symbols -> symbols > 5_500 / parts && symbols < 16_500 / parts);
        }
    }

    @Test
    void whichPartASymbolIsInStaysTheSameForEver() {
        assertThat(Stream.of("A", "AAPL", "BRK.B", "MSFT", "ZZ")
                        .map(symbol -> PartSet.partOf(symbol, 4))
                        .toList())
                .containsExactly(0, 1, 2, 2, 1);
    }

    @Test
    void aSetHasItsMembers() {
        PartSet some = PartSet.of(5, List.of(4, 1));
        assertThat(some.members()).containsExactly(1, 4);
        assertThat(some.isAll()).isFalse();
        assertThat(some.hasNameless()).isFalse();
        assertThat(PartSet.all(5).members()).containsExactly(0, 1, 2, 3, 4);
        assertThat(PartSet.of(64, PartSet.all(64).members())).isEqualTo(PartSet.all(64));
        assertThat(PartSet.UNDIVIDED.isAll()).isTrue();
    }

    @Test
    void whatIsNoPartIsRefused() {
        assertThatThrownBy(() -> PartSet.of(4, List.of(4))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PartSet.of(4, List.of(-1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PartSet.all(65)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PartSet(2, 4)).isInstanceOf(IllegalArgumentException.class);
    }
}
