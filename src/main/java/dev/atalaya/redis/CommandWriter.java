package dev.atalaya.redis;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/// Writes commands as Redis reads them, and hands them on in pieces of moderate size. The pieces are the direct
/// memory that the socket writes from: the bytes are copied once, and nothing is left to the garbage collector.
/// Used by one event loop.
public final class CommandWriter {
    private static final int PIECE = 128 * 1024;
    private static final byte[] LINE_END = {'\r', '\n'};

    private final Consumer<ByteBuf> out;
    private final byte[] head = new byte[24];
    private ByteBuf piece = Unpooled.EMPTY_BUFFER;
    private int room;
    private int commands;
    private int missing;

    /// @param out gets each piece, and has to release it
    CommandWriter(Consumer<ByteBuf> out) {
        this.out = out;
    }

    /// Begins a command.
    ///
    /// @param arguments how many follow
    public CommandWriter command(String name, int arguments) {
        commands++;
        head('*', arguments + 1L);
        return arg(name);
    }

    public CommandWriter arg(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return arg(utf8, 0, utf8.length);
    }

    public CommandWriter arg(long number) {
        return arg(Long.toString(number));
    }

    /// The bytes from one place up to but without another; they are copied.
    public CommandWriter arg(byte[] bytes, int from, int to) {
        return begin(to - from).part(bytes, from, to).end();
    }

    /// Begins an argument that comes in parts.
    ///
    /// @param length of all of them
    public CommandWriter begin(int length) {
        head('$', length);
        missing = length;
        return this;
    }

    /// A part of it: the bytes from one place up to but without another; they are copied.
    public CommandWriter part(byte[] bytes, int from, int to) {
        missing -= to - from;
        write(bytes, from, to);
        return this;
    }

    /// Ends it.
    ///
    /// @throws IllegalStateException if it had another length than was announced: Redis would not understand
    ///     anything that follows
    public CommandWriter end() {
        if (missing != 0) {
            throw new IllegalStateException("An argument is " + -missing + " bytes longer than was announced");
        }
        write(LINE_END, 0, LINE_END.length);
        return this;
    }

    private void head(char kind, long number) {
        int at = head.length;
        head[--at] = '\n';
        head[--at] = '\r';
        long rest = number;
        do {
            head[--at] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest > 0);
        head[--at] = (byte) kind;
        write(head, at, head.length);
    }

    private void write(byte[] bytes, int from, int to) {
        int at = from;
        while (to - at > room) {
            piece.writeBytes(bytes, at, room);
            at += room;
            handOn();
            piece = ByteBufAllocator.DEFAULT.directBuffer(PIECE, PIECE);
            room = PIECE;
        }
        piece.writeBytes(bytes, at, to - at);
        room -= to - at;
    }

    private void handOn() {
        ByteBuf full = piece;
        piece = Unpooled.EMPTY_BUFFER;
        room = 0;
        if (full.isReadable()) {
            out.accept(full);
        } else {
            full.release();
        }
    }

    /// Hands on what is left, and answers how many commands there were since the last time.
    int finish() {
        handOn();
        int written = commands;
        commands = 0;
        return written;
    }

    /// Forgets what has not been handed on.
    void abandon() {
        piece.release();
        piece = Unpooled.EMPTY_BUFFER;
        room = 0;
        commands = 0;
    }
}
