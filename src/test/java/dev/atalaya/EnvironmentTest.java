package dev.atalaya;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EnvironmentTest {
    @Test
    void aVariableEndsWithAZeroAndItsNameWithTheFirstEqualsSign() throws Exception {
        assertThat(Environment.parse(utf8("A=ñ=İ\0EMPTY=\0LINES=a\nb\0no variable\0A=again\0")))
                .isEqualTo(Map.of("A", "ñ=İ", "EMPTY", "", "LINES", "a\nb"));
        assertThat(Environment.parse(new byte[0])).isEmpty();
    }

    @Test
    void whatIsNoUtf8IsRefused() {
        assertThatThrownBy(() -> Environment.parse("A=ñ".getBytes(StandardCharsets.ISO_8859_1)))
                .isInstanceOf(CharacterCodingException.class);
    }

    @Test
    void thisProcessHasTheVariablesThatJavaKnows() {
        assertThat(Environment.ofProcess()).containsKeys("PATH").containsEntry("PATH", System.getenv("PATH"));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
