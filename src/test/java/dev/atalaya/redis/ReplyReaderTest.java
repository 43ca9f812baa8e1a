package dev.atalaya.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyReaderTest {
    private static final Buffer TRANSCRIPT = lines(
            "+OK",
            "-ERR no such thing",
            ":-42",
            "$-1",
            "*-1",
            "$0",
            "",
            "*0",
            "$12",
            "Ñandú €1",
            "$15",
            "$3\r\nOK\r\n+OK\r\n:7",
            "*3",
            "$4",
            "EXEC",
            "*2",
            "*1",
            ":1",
            "-WRONGTYPE no",
            "*4",
            "$-1",
            "*-1",
            "*0",
            "$0",
            "",
            "+END");

    private static final List<String> REPLIES = List.of(
            "OK",
            "error: ERR no such thing",
            "-42",
            "nil",
            "nil",
            "",
            "[]",
            "Ñandú €1",
            "$3\r\nOK\r\n+OK\r\n:7",
            "[EXEC, [[1], error: WRONGTYPE no], [nil, nil, [], ]]",
            "END");

    /// Writes down what it gets.
    private static final class Recorder implements ReplyReader.Receiver {
        final List<String> replies = new ArrayList<>();

        @Nullable
        TextPieces pieces;

        @Override
        public @Nullable TextPieces pieces() {
            return pieces;
        }

        @Override
        public void accept(Reply reply) {
            replies.add(described(reply));
        }
    }

    private final Recorder recorder = new Recorder();
    private final ReplyReader reader = new ReplyReader(recorder);

    private static Buffer lines(String... lines) {
        return Buffer.buffer(String.join("\r\n", lines) + "\r\n");
    }

    private static void read(ReplyReader reader, Buffer bytes) {
        reader.read(Unpooled.wrappedBuffer(bytes.getBytes()));
    }

    private static String described(Reply reply) {
        if (reply.isError()) {
            return "error: " + reply;
        }
        return reply.parts().isEmpty()
                ? reply.toString()
                : reply.parts().stream()
                        .map(ReplyReaderTest::described)
                        .toList()
                        .toString();
    }

    /// Reads bytes in cuts of up to so many.
    private static void readInCuts(ReplyReader reader, Buffer bytes, Random random, int longest) {
        for (int at = 0; at < bytes.length(); ) {
            int end = Math.min(bytes.length(), at + random.nextInt(longest + 1));
            read(reader, bytes.slice(at, end));
            at = end;
        }
    }

    @Test
    void everyKindOfReplyIsReadInOneGo() {
        read(reader, TRANSCRIPT);
        assertThat(recorder.replies).isEqualTo(REPLIES);
    }

    @Test
    void aCutAtAnyByteChangesNothing() {
        for (int cut = 0; cut <= TRANSCRIPT.length(); cut++) {
            Recorder cutOnce = new Recorder();
            ReplyReader reads = new ReplyReader(cutOnce);
            read(reads, TRANSCRIPT.slice(0, cut));
            read(reads, TRANSCRIPT.slice(cut, TRANSCRIPT.length()));
            assertThat(cutOnce.replies).as("cut at %d", cut).isEqualTo(REPLIES);
        }
    }

    @Test
    void randomCutsChangeNothing() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 1_000; i++) {
            Recorder cutOften = new Recorder();
            readInCuts(new ReplyReader(cutOften), TRANSCRIPT, random, 1 + random.nextInt(20));
            assertThat(cutOften.replies).as("seed %d", seed).isEqualTo(REPLIES);
        }
    }

    @Test
    void thePiecesThatAreHandedOnMakeUpTheText() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        byte[] text = new byte[10_000];
        random.nextBytes(text);
        Buffer handedOn = Buffer.buffer();
        recorder.pieces = (bytes, from, to) -> handedOn.appendBytes(ByteBufUtil.getBytes(bytes, from, to - from));
        Buffer answer = Buffer.buffer("$10000\r\n").appendBytes(text).appendString("\r\n$-1\r\n-ERR no\r\n");
        readInCuts(reader, answer, random, 100);
        assertThat(handedOn.getBytes()).as("seed %d", seed).isEqualTo(text);
        assertThat(recorder.replies).containsExactly("10000", "nil", "error: ERR no");
    }

    @Test
    void theTextsOfAListAreHandedOnOneAfterTheOtherAndCounted() {
        List<String> texts = new ArrayList<>();
        recorder.pieces = new TextPieces() {
            @Override
            public void begin(long bytes) {
                texts.add(bytes + " ");
            }

            @Override
            public void piece(ByteBuf bytes, int from, int to) {
                texts.add(texts.removeLast() + bytes.toString(from, to - from, StandardCharsets.UTF_8));
            }
        };
        readInCuts(reader, lines("*3", "$2", "ab", "$0", "", "$5", "c\r\nde", "*0"), new Random(1), 3);
        assertThat(texts).containsExactly("2 ab", "0 ", "5 c\r\nde");
        assertThat(recorder.replies).containsExactly("3", "[]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 400 Bad Request", "", "OK", ":", ":1x", "$", "$x", "*x", "$99999999999999999999"})
    void whatRedisNeverAnswersIsRefused(String line) {
        assertThatIllegalStateException()
                .isThrownBy(() -> read(reader, lines(line)))
                .withMessageStartingWith("Redis answered ");
    }

    @Test
    void aLineThatEndsWithoutACarriageReturnIsRefused() {
        assertThatIllegalStateException().isThrownBy(() -> read(reader, Buffer.buffer("+OK\n")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"$2\r\nabc\r\n", "$2\r\nab\rx", "$2\r\nab\n", "$0\r\nx"})
    void aTextThatIsLongerThanItSaysIsRefused(String answer) {
        assertThatIllegalStateException().isThrownBy(() -> read(reader, Buffer.buffer(answer)));
    }

    @Test
    void aLineMayHave64KibibytesAndNoMore() {
        String longest = "-" + "e".repeat(64 * 1024 - 2);
        read(reader, lines(longest));
        assertThat(recorder.replies).hasSize(1);
        assertThatIllegalStateException()
                .isThrownBy(() -> read(reader, Buffer.buffer(longest + "ee")))
                .withMessageContaining("a line without an end");
    }

    @Test
    void aTextLongerThanRedisAllowsIsRefusedBeforeItComes() {
        recorder.pieces = (bytes, from, to) -> {};
        read(reader, lines("$" + (512L << 20)));
        assertThatIllegalStateException()
                .isThrownBy(() -> read(new ReplyReader(new Recorder()), lines("$" + ((512L << 20) + 1))))
                .withMessageContaining("a text of 536870913 bytes");
    }

    @Test
    void listsMayLieEightDeepAndNoDeeper() {
        read(reader, lines("*1\r\n".repeat(8) + ":7"));
        assertThat(recorder.replies).containsExactly("[[[[[[[[7]]]]]]]]");
        assertThatIllegalStateException().isThrownBy(() -> read(reader, lines("*1\r\n".repeat(9) + ":7")));
    }

    @Test
    void aListLongerThanAnArrayIsRefused() {
        assertThatIllegalStateException().isThrownBy(() -> read(reader, lines("*2147483648")));
    }
}
