package dev.atalaya.scanner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class JsonBytesTest {
    private static String text(JsonBytes json) {
        return new String(json.array(), 0, json.size(), StandardCharsets.UTF_8);
    }

    @Test
    void whatIsTooMuchOfANameIsOverwritten() {
        JsonBytes.Name name = new JsonBytes.Name("123456789");
        assertThat(text(new JsonBytes(1).raw(name).raw(name).raw('x').number(7)))
                .isEqualTo("123456789123456789x7");
        assertThatIllegalArgumentException().isThrownBy(() -> new JsonBytes.Name("x".repeat(33)));
    }

    @Test
    void itsArrayGrowsUnderWhateverIsAppended() {
        JsonBytes json = new JsonBytes(1);
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            json.number(i / 7.0).plain("A").raw(JsonBytes.ascii("bc")).text("d").digits(i, 4);
            expected.append(NaiveEncoder.number(i / 7.0))
                    .append("Abc\"d\"")
                    .append(String.format(Locale.ROOT, "%04d", i));
        }
        assertThat(text(json)).isEqualTo(expected.toString());
    }

    @Test
    void textsAreEscapedAndKeepTheirAccents() {
        assertThat(text(new JsonBytes(1).text("a\"b\\c\n\u0001ñ€😀"))).isEqualTo("\"a\\\"b\\\\c\\u000a\\u0001ñ€😀\"");
        assertThat(text(new JsonBytes(1).text(null))).isEqualTo("null");
    }
}
