package dev.atalaya.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListDifferenceTest {
    private static final String A = "{'symbol':'A','timestamp':'2025-01-24T15:00:00Z','price':10,'rvol':2.5}";
    private static final String B = "{'symbol':'B','timestamp':'2025-01-24T15:00:09.5','price':20,'rvol':2}";
    private static final String C = "{'symbol':'C','timestamp':'2025-01-24T14:00:00+00:00','price':30,'rvol':1}";

    private static TickerList list(String... tickers) throws IOException {
        return top(Integer.MAX_VALUE, tickers);
    }

    private static TickerList top(int top, String... tickers) throws IOException {
        return TickerList.read(Arrays.toString(tickers).replace('\'', '"').getBytes(StandardCharsets.UTF_8), top);
    }

    private static ListDifference compare(TickerList here, TickerList there, double tolerance) {
        return ListDifference.of("scanner:category:winners", Optional.of(here), Optional.of(there), tolerance);
    }

    @Test
    void theSameListIsTheSameHoweverItIsWritten() throws Exception {
        ListDifference difference = compare(
                list(A, B),
                list(
                        "{'price':10.0,'symbol':'A','rvol':25e-1,'timestamp':'2025-01-24T15:00:00+00:00','metadata':{'x':1}}",
                        B),
                0);
        assertThat(difference.isSame()).isTrue();
        assertThat(difference.both()).isEqualTo(2);
        assertThat(difference.newestHere()).contains(Instant.parse("2025-01-24T15:00:09.5Z"));
        assertThat(difference.newestThere()).isEqualTo(difference.newestHere());
    }

    @Test
    void aTextThatSaysUnknownIsAnotherThanNone() throws Exception {
        String told = A.replace("'rvol':2.5", "'sector':'unknown'");
        String none = A.replace(",'rvol':2.5", "");
        String known = B.replace("'rvol':2", "'sector':'Energy'");
        ListDifference difference = compare(list(told, known), list(none, known), 0);
        assertThat(difference.fields()).extracting(FieldDifference::field).containsExactly("sector");
        assertThat(difference.fields().getFirst().toJson())
                .isEqualTo(new JsonObject()
                        .put("differ", 1)
                        .put("largest", 0.0)
                        .put("symbol", "A")
                        .put("here", "unknown")
                        .put("there", null));
    }

    @Test
    void symbolsAreOnOneSideOnBothOrMoved() throws Exception {
        ListDifference difference = compare(list(C, A, B), list(A, B), 0);
        assertThat(difference)
                .returns(false, ListDifference::isSame)
                .returns(2, ListDifference::both)
                .returns(List.of("C"), ListDifference::onlyHere)
                .returns(List.of(), ListDifference::onlyThere)
                .returns(3, ListDifference::positions)
                .returns(0, ListDifference::moved);
        assertThat(compare(list(A, B), list(C, B, A), 0))
                .returns(List.of("C"), ListDifference::onlyThere)
                .returns(2, ListDifference::positions)
                .returns(2, ListDifference::moved);
    }

    @Test
    void theLargestDifferenceOfAFieldIsNamedWithItsSymbol() throws Exception {
        ListDifference difference = compare(
                list(A, B, C),
                list(A.replace("10", "10.5"), B.replace("20", "18"), C.replace("'rvol':1", "'rvol':1.25")),
                0);
        assertThat(difference.fields())
                .containsExactly(
                        new FieldDifference("price", 2, 2, "B", 20.0, 18.0),
                        new FieldDifference("rvol", 1, 0.25, "C", 1.0, 1.25));
        assertThat(difference.isSame()).isFalse();
    }

    @Test
    void whatIsWithinTheToleranceIsNoDifference() throws Exception {
        TickerList here = list(A, B);
        TickerList there = list(A.replace("10", "10.5"), B.replace("20", "18"));
        assertThat(compare(here, there, 5).fields())
                .containsExactly(new FieldDifference("price", 1, 2, "B", 20.0, 18.0));
        assertThat(compare(here, there, 10).isSame()).isTrue();
    }

    @Test
    void anUnknownValueDiffersFromAKnownOneWhateverTheTolerance() throws Exception {
        for (String unknown : List.of("null", "NaN")) {
            ListDifference difference = compare(list(A.replace("2.5", unknown), B), list(A, B), 100);
            assertThat(difference.fields())
                    .as(unknown)
                    .containsExactly(new FieldDifference("rvol", 1, 0, "A", FieldDifference.UNKNOWN, 2.5));
            assertThat(difference.isSame()).isFalse();
        }
        assertThat(compare(list(A.replace("2.5", "NaN"), B), list(A.replace("2.5", "null"), B), 0)
                        .isSame())
                .isTrue();
    }

    @Test
    void textsAreComparedToo() throws Exception {
        String pre = A.replace("'A',", "'A','session':'PRE_MARKET',");
        assertThat(compare(list(pre), list(pre.replace("PRE_MARKET", "MARKET_OPEN")), 100)
                        .fields())
                .containsExactly(new FieldDifference("session", 1, 0, "A", "PRE_MARKET", "MARKET_OPEN"));
    }

    @Test
    void aFieldThatOnlyThisSideHasIsNamedAndNoDifference() throws Exception {
        String more = A.replace("'A',", "'A','bid':9.99,");
        assertThat(compare(list(more), list(A), 0))
                .returns(true, ListDifference::isSame)
                .returns(List.of("bid"), ListDifference::fieldsOnlyHere);
        assertThat(compare(list(A), list(more), 0))
                .returns(false, ListDifference::isSame)
                .returns(List.of("bid"), ListDifference::fieldsOnlyThere);
    }

    @Test
    void onlyTheTopIsComparedButAllTimesAreLookedAt() throws Exception {
        ListDifference difference = compare(top(1, A, B), top(1, A, C), 0);
        assertThat(difference.isSame()).isTrue();
        assertThat(difference.newestHere()).contains(Instant.parse("2025-01-24T15:00:09.5Z"));
        assertThat(difference.newestThere()).contains(Instant.parse("2025-01-24T15:00:00Z"));
    }

    @Test
    void aListThatOneSideDoesNotHaveDiffersFromAnEmptyOne() throws Exception {
        Optional<TickerList> empty = Optional.of(list());
        assertThat(ListDifference.of("a", empty, Optional.empty(), 0).isSame()).isFalse();
        assertThat(ListDifference.of("a", Optional.empty(), empty, 0).isSame()).isFalse();
        assertThat(ListDifference.of("a", empty, empty, 0).isSame()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "12", "[1]", "[{'symbol'", ""})
    void whatIsNoListIsRefused(String json) {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() ->
                        TickerList.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), Integer.MAX_VALUE));
    }

    @Test
    void theTableSaysAllOfIt() throws Exception {
        ListDifference same = compare(list(A), list(A), 0);
        ListDifference other = ListDifference.of(
                "scanner:category:losers", Optional.of(list(C, A)), Optional.of(list(A.replace("10", "11"), B)), 0);
        ListDifference gone = ListDifference.of("scanner:category:gone", Optional.empty(), Optional.of(list()), 0);
        StringWriter text = new StringWriter();
        new ComparisonReport(List.of(same, other, gone)).print(new PrintWriter(text));
        assertThat(text.toString().lines().map(String::stripTrailing))
                .containsExactly(
                        "list                                     here  there   both only here only there positions"
                                + "  moved  newest here               newest there",
                        "scanner:category:winners                    1      1      1         0          0         0"
                                + "      0  2025-01-24T15:00:00Z      2025-01-24T15:00:00Z",
                        "scanner:category:losers                     2      2      1         1          1         2"
                                + "      0  2025-01-24T15:00:00Z      2025-01-24T15:00:09.500Z",
                        "    only here: C",
                        "    only there: B",
                        "    price: 1 of 1 differ, most A, 10.0 here, 11.0 there, by 1.0",
                        "scanner:category:gone                       -      0      0         0          0         0"
                                + "      0  -                         -",
                        "2 of 3 lists differ");
    }
}
