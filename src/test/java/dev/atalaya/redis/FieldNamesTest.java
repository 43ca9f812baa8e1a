package dev.atalaya.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.Test;

class FieldNamesTest {
    private final FieldNames names = new FieldNames();

    @Test
    void aNameThatTheOtherRefusesTakesNoRoom() {
        TextPieces refusing = new TextPieces() {
            @Override
            public void begin(long bytes) {
                throw new IllegalStateException("too many: " + bytes);
            }

            @Override
            public void piece(ByteBuf bytes, int from, int to) {
                throw new AssertionError("a piece came: " + bytes);
            }
        };
        assertThatIllegalStateException()
                .isThrownBy(() -> names.learning(refusing).begin(Integer.MAX_VALUE))
                .withMessage("too many: " + Integer.MAX_VALUE);
        assertThat(names.size()).isZero();
    }
}
