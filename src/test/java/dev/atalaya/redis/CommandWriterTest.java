package dev.atalaya.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CommandWriterTest {
    private final List<ByteBuf> pieces = new ArrayList<>();
    private final CommandWriter writer = new CommandWriter(pieces::add);

    /// What was handed on; it is given back.
    private byte[] bytes() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (ByteBuf piece : pieces) {
            byte[] bytes = new byte[piece.readableBytes()];
            piece.readBytes(bytes);
            all.writeBytes(bytes);
            assertThat(piece.release()).isTrue();
        }
        pieces.clear();
        return all.toByteArray();
    }

    @Test
    void commandsAreWrittenAsRedisReadsThem() {
        writer.command("SET", 2).arg("ñ").arg(-12);
        writer.command("PING", 0);
        assertThat(writer.finish()).isEqualTo(2);
        assertThat(new String(bytes(), UTF_8))
                .isEqualTo("*3\r\n$3\r\nSET\r\n$2\r\nñ\r\n$3\r\n-12\r\n*1\r\n$4\r\nPING\r\n");
        assertThat(writer.finish()).isZero();
        assertThat(pieces).isEmpty();
    }

    @Test
    void anArgumentInPartsIsTheSameAsInOneHoweverLongItIs() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            byte[] value = new byte[random.nextInt(400_000)];
            random.nextBytes(value);
            writer.command("SET", 1).arg(value, 0, value.length);
            writer.finish();
            byte[] whole = bytes();
            writer.command("SET", 1).begin(value.length);
            for (int at = 0; at < value.length; ) {
                int to = Math.min(value.length, at + random.nextInt(200_000));
                writer.part(value, at, to);
                at = to;
            }
            writer.end();
            writer.finish();
            assertThat(pieces)
                    .allSatisfy(piece -> assertThat(piece.readableBytes()).isBetween(1, 128 * 1024));
            assertThat(bytes()).as("seed %d", seed).isEqualTo(whole);
            assertThat(whole).hasSize(("*2\r\n$3\r\nSET\r\n$" + value.length + "\r\n").length() + value.length + 2);
        }
    }

    @Test
    void anArgumentOfAnotherLengthThanAnnouncedIsRefused() {
        writer.command("SET", 1).begin(3).part(new byte[2], 0, 2);
        assertThatIllegalStateException().isThrownBy(writer::end);
        writer.abandon();
        assertThat(writer.finish()).isZero();
        assertThat(pieces).isEmpty();
    }
}
