package dev.atalaya.redis;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads answers of Redis (RESP 2, https://redis.io/docs/latest/develop/reference/protocol-spec/) from bytes as
/// they come, however they are cut. A long text need not stand in memory as one: its bytes are handed on in
/// pieces. Not thread safe.
final class ReplyReader {
    /// What gets the answers.
    interface Receiver {
        /// Where the bytes of the next answer go, if it is a text or a list of texts; null: into the answer.
        @Nullable
        TextPieces pieces();

        /// An answer is complete. A text whose bytes went elsewhere is the number of them, a list of such texts
        /// the number of these.
        void accept(Reply reply);
    }

    private static final int LONGEST_LINE = 64 * 1024;
    private static final int DEEPEST = 8;
    /// What Redis itself allows for one text.
    private static final long LONGEST_TEXT = 512L << 20;

    private static final int NO_TEXT = -1;

    /// Of a number: so many can be more than a long holds, but not so much more that it is above 0 again.
    private static final int MOST_DIGITS = 19;

    private final Receiver receiver;
    private final Deque<OpenList> lists = new ArrayDeque<>();

    private final ByteBuf heap = Unpooled.buffer();
    private byte[] line = new byte[64];
    private int lineLength;

    /// How many bytes of a text and of the line end behind it are still to come.
    private long left = NO_TEXT;

    private long textLength;
    private byte[] text = new byte[0];
    private @Nullable TextPieces pieces;

    /// A list of which parts are still to come; null for parts that went elsewhere.
    private static final class OpenList {
        final int size;
        final @Nullable List<Reply> parts;
        int read;

        OpenList(int size, @Nullable List<Reply> parts) {
            this.size = size;
            this.parts = parts;
        }
    }

    ReplyReader(Receiver receiver) {
        this.receiver = receiver;
    }

    /// Takes the next bytes, which stay the caller's.
    ///
    /// @throws IllegalStateException if they are not what Redis answers; nothing can be read any more then
    void read(ByteBuf bytes) {
        ByteBuf source = lists.isEmpty() ? bytes : onHeap(bytes);
        int at = source.readerIndex();
        while (at < source.writerIndex()) {
            at = left == NO_TEXT ? readLine(source, at) : readText(source, at);
        }
    }

    /// Copies what has many small texts at once: each way into direct memory takes longer than what it is taken for.
    private ByteBuf onHeap(ByteBuf bytes) {
        heap.clear();
        heap.writeBytes(bytes, bytes.readerIndex(), bytes.readableBytes());
        return heap;
    }

    private int readLine(ByteBuf bytes, int from) {
        int at = from;
        while (at < bytes.writerIndex()) {
            byte b = bytes.getByte(at++);
            if (b == '\n') {
                head();
                lineLength = 0;
                return at;
            }
            if (lineLength == line.length) {
                require(lineLength < LONGEST_LINE, "a line without an end");
                line = Arrays.copyOf(line, lineLength * 2);
            }
            line[lineLength++] = b;
        }
        return at;
    }

    private void head() {
        require(lineLength >= 2 && line[lineLength - 1] == '\r', "a line without its kind or end");
        switch (line[0]) {
            case '+' -> complete(Reply.text(rest()));
            case '-' -> complete(Reply.error(rest()));
            case ':' -> complete(Reply.number(number()));
            case '$' -> beginText(number());
            case '*' -> beginList(number());
            default -> require(false, "a line that begins with the byte " + line[0]);
        }
    }

    private void beginText(long length) {
        require(length <= LONGEST_TEXT, "a text of " + length + " bytes");
        if (length < 0) {
            complete(Reply.NIL);
            return;
        }
        textLength = length;
        left = length + 2;
        OpenList open = lists.peek();
        TextPieces elsewhere = open == null || open.parts == null ? receiver.pieces() : null;
        pieces = elsewhere;
        if (elsewhere == null) {
            text = new byte[(int) length];
        } else {
            elsewhere.begin(length);
        }
    }

    private int readText(ByteBuf bytes, int from) {
        int at = from;
        if (left > 2) {
            int length = (int) Math.min(left - 2, bytes.writerIndex() - at);
            TextPieces elsewhere = pieces;
            if (elsewhere != null) {
                elsewhere.piece(bytes, at, at + length);
            } else {
                bytes.getBytes(at, text, (int) (textLength + 2 - left), length);
            }
            at += length;
            left -= length;
        }
        while (left <= 2 && left > 0 && at < bytes.writerIndex()) {
            require(bytes.getByte(at++) == (left == 2 ? '\r' : '\n'), "a text that is longer than it says");
            left--;
        }
        if (left == 0) {
            left = NO_TEXT;
            complete(ofText());
        }
        return at;
    }

    private Reply ofText() {
        if (pieces == null) {
            return Reply.text(new String(text, StandardCharsets.UTF_8));
        }
        return lists.isEmpty() ? Reply.number(textLength) : Reply.NIL; // of a list only their number counts
    }

    private void beginList(long size) {
        require(size <= Integer.MAX_VALUE && lists.size() < DEEPEST, "lists too long or too deep");
        if (size < 0) {
            complete(Reply.NIL);
        } else if (size == 0) {
            complete(Reply.list(List.of()));
        } else {
            boolean goesElsewhere = lists.isEmpty() && receiver.pieces() != null;
            lists.push(new OpenList((int) size, goesElsewhere ? null : new ArrayList<>()));
        }
    }

    private void complete(Reply reply) {
        Reply done = reply;
        for (OpenList list = lists.peek(); list != null; list = lists.peek()) {
            list.read++;
            if (list.parts != null) {
                list.parts.add(done);
            }
            if (list.read < list.size) {
                return;
            }
            lists.pop();
            done = list.parts == null ? Reply.number(list.size) : Reply.list(list.parts);
        }
        receiver.accept(done);
    }

    /// The line without its kind and end.
    private String rest() {
        return new String(line, 1, lineLength - 2, StandardCharsets.UTF_8);
    }

    /// The same as a number, without a text in between: a hash has one in front of each name and each value.
    private long number() {
        boolean isNegative = line[1] == '-';
        int at = isNegative ? 2 : 1;
        int end = lineLength - 1;
        boolean isNumber = at < end && end - at <= MOST_DIGITS;
        long value = 0;
        for (; isNumber && at < end; at++) {
            int digit = line[at] - '0';
            isNumber = digit >= 0 && digit <= 9;
            value = value * 10 + digit;
        }
        if (!isNumber || value < 0) {
            require(false, "no number: " + rest());
        }
        return isNegative ? -value : value;
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException("Redis answered " + otherwise);
        }
    }
}
