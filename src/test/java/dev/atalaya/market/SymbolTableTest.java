package dev.atalaya.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SymbolTableTest {
    private final SymbolTable symbols = new SymbolTable(4);

    @Test
    void aSymbolKeepsItsNumber() {
        assertThat(symbols.intern("AAPL")).isZero();
        assertThat(symbols.intern("BRK.B")).isOne();
        assertThat(symbols.intern("xxAAPLxx".toCharArray(), 2, 4)).isZero();
        assertThat(symbols.size()).isEqualTo(2);
        assertThat(symbols.name(1)).isEqualTo("BRK.B");
    }

    @ParameterizedTest
    @ValueSource(strings = {"A", "abc", "BRK.B", "ABR^D", "BRK/B", "X-1", "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"})
    void lettersDigitsAndFourSignsMakeASymbol(String symbol) {
        assertThat(symbols.intern(symbol)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "A B", "Ä", "A\u0000", "A\"", "Ａ", "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456"})
    void anythingElseIsInvalidAndNotKept(String text) {
        assertThat(symbols.intern(text)).isEqualTo(SymbolTable.INVALID);
        assertThat(symbols.size()).isZero();
    }

    @Test
    void theTableGrowsAsAMapWould() {
        SplittableRandom random = new SplittableRandom(3);
        Map<String, Integer> expected = new HashMap<>();
        for (int i = 0; i < 50_000; i++) {
            String symbol = Integer.toString(random.nextInt(20_000), 36);
            int id = expected.computeIfAbsent(symbol, s -> expected.size());
            assertThat(symbols.intern(symbol)).isEqualTo(id);
        }
        assertThat(symbols.size()).isEqualTo(expected.size());
        expected.forEach((symbol, id) -> assertThat(symbols.name(id)).isEqualTo(symbol));
    }

    @Test
    void symbolsOfTheSameHashAreToldApart() {
        assertThat("AaBB".hashCode()).isEqualTo("BBAa".hashCode());
        assertThat(symbols.intern("AaBB")).isNotEqualTo(symbols.intern("BBAa"));
    }

    @Test
    void anUnknownNumberHasNoName() {
        assertThatExceptionOfType(ArrayIndexOutOfBoundsException.class)
                .isThrownBy(() -> symbols.name(0))
                .withMessageContaining("0");
    }

    @Test
    void whatIsKnownIsFoundWhateverIsExpectedAndNothingIsAdded() {
        SymbolTable table = new SymbolTable(4);
        for (int i = 0; i < 500; i++) {
            table.intern(Integer.toString(i * 7, 36));
        }
        for (int i = 0; i < 3_500; i++) {
            byte[] text = (" " + Integer.toString(i, 36) + " ").getBytes(StandardCharsets.US_ASCII);
            int expected = i % 5 == 0 ? i / 7 : i % 3 == 0 ? 10_000 : -1;
            assertThat(table.find(text, 1, text.length - 2, expected))
                    .isEqualTo(i % 7 == 0 ? i / 7 : SymbolTable.UNKNOWN);
        }
        assertThat(table.size()).isEqualTo(500);
    }

    @Test
    void whatIsNoSymbolIsInvalidWhereItIsLookedForToo() {
        SymbolTable table = new SymbolTable(4);
        for (String text : List.of("", "A B", "Ñ", "A".repeat(33), "{")) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            assertThat(table.find(bytes, 0, bytes.length, 0)).as(text).isEqualTo(SymbolTable.INVALID);
        }
    }
}
