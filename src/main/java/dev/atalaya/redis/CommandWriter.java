package dev.atalaya.redis;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/// Writes commands as Redis reads them, and hands them on in pieces of moderate size: one buffer of megabytes
/// would have to be grown, copied and collected each cycle. Used by one event loop.
public final class CommandWriter {
    private static final int PIECE = 64 * 1024;
    private static final byte[] LINE_END = {'\r', '\n'};

    private final Handler<Buffer> out;
    private Buffer piece = Buffer.buffer(0);
    private int room;
    private int commands;

    CommandWriter(Handler<Buffer> out) {
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
        head('$', to - from);
        write(bytes, from, to);
        write(LINE_END, 0, LINE_END.length);
        return this;
    }

    private void head(char kind, long number) {
        byte[] line = (kind + Long.toString(number) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        write(line, 0, line.length);
    }

    private void write(byte[] bytes, int from, int to) {
        for (int at = from; at < to; ) {
            if (room == 0) {
                handOn();
                piece = Buffer.buffer(PIECE);
                room = PIECE;
            }
            int length = Math.min(room, to - at);
            piece.appendBytes(bytes, at, length);
            room -= length;
            at += length;
        }
    }

    private void handOn() {
        if (piece.length() > 0) {
            out.handle(piece);
        }
    }

    /// Hands on what is left, and answers how many commands there were since the last time.
    int finish() {
        handOn();
        piece = Buffer.buffer(0);
        room = 0;
        int written = commands;
        commands = 0;
        return written;
    }
}
