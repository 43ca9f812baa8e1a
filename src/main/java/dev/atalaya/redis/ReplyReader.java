package dev.atalaya.redis;

import io.vertx.core.buffer.Buffer;
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

    private final Receiver receiver;
    private final Deque<OpenList> lists = new ArrayDeque<>();

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

    /// Takes the next bytes.
    ///
    /// @throws IllegalStateException if they are not what Redis answers; nothing can be read any more then
    void read(Buffer bytes) {
        int at = 0;
        while (at < bytes.length()) {
            at = left == NO_TEXT ? readLine(bytes, at) : readText(bytes, at);
        }
    }

    private int readLine(Buffer bytes, int from) {
        int at = from;
        while (at < bytes.length()) {
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
        String rest = new String(line, 1, lineLength - 2, StandardCharsets.UTF_8);
        switch (line[0]) {
            case '+' -> complete(Reply.text(rest));
            case '-' -> complete(Reply.error(rest));
            case ':' -> complete(Reply.number(number(rest)));
            case '$' -> beginText(number(rest));
            case '*' -> beginList(number(rest));
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

    private int readText(Buffer bytes, int from) {
        int at = from;
        if (left > 2) {
            int length = (int) Math.min(left - 2, bytes.length() - at);
            TextPieces elsewhere = pieces;
            if (elsewhere != null) {
                elsewhere.handle(bytes.slice(at, at + length));
            } else {
                bytes.getBytes(at, at + length, text, (int) (textLength + 2 - left));
            }
            at += length;
            left -= length;
        }
        while (left <= 2 && left > 0 && at < bytes.length()) {
            require(bytes.getByte(at++) == (left == 2 ? '\r' : '\n'), "a text that is longer than it says");
            left--;
        }
        if (left == 0) {
            left = NO_TEXT;
            complete(pieces == null ? Reply.text(new String(text, StandardCharsets.UTF_8)) : Reply.number(textLength));
        }
        return at;
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

    private static long number(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw new IllegalStateException("Redis answered no number: " + digits, e);
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException("Redis answered " + otherwise);
        }
    }
}
