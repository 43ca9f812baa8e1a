package dev.atalaya.redis;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;

/// The names of a hash's fields, in the order in which they came. Not thread safe.
final class FieldNames {
    private byte[] bytes = new byte[0];
    private ByteBuf buffer = Unpooled.EMPTY_BUFFER;
    /// By name: where it ends, and the next begins.
    private int[] ends = new int[0];

    private int length;
    private int size;

    int size() {
        return size;
    }

    void clear() {
        size = 0;
        length = 0;
    }

    /// Learns the names from a hash's names and values in turn, on their way to another.
    TextPieces learning(TextPieces other) {
        clear();
        return new TextPieces() {
            private boolean isName;

            @Override
            public void begin(long more) {
                other.begin(more);
                isName = !isName;
                if (isName) {
                    announce((int) more);
                }
            }

            @Override
            public void piece(ByteBuf piece, int from, int to) {
                if (isName) {
                    piece.getBytes(from, bytes, length, to - from);
                    length += to - from;
                }
                other.piece(piece, from, to);
            }
        };
    }

    private void announce(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, (length + more) * 2);
            buffer = Unpooled.wrappedBuffer(bytes);
        }
        if (size == ends.length) {
            ends = Arrays.copyOf(ends, Math.max(1_024, size * 2));
        }
        ends[size++] = length + more;
    }

    /// Puts the names before their values, which come in their order, on their way to another.
    Values before(TextPieces other) {
        return new Values(other);
    }

    /// Gets the values, and counts them.
    final class Values implements TextPieces {
        private final TextPieces other;
        private int count;

        private Values(TextPieces other) {
            this.other = other;
        }

        /// How many there were. A field that is not there has none: then the names behind it are wrong.
        int count() {
            return count;
        }

        @Override
        public void begin(long more) {
            int from = begins(count);
            int to = ends[count++];
            other.begin(to - from);
            other.piece(buffer, from, to);
            other.begin(more);
        }

        @Override
        public void piece(ByteBuf piece, int from, int to) {
            other.piece(piece, from, to);
        }
    }

    /// Writes the command that asks for the values of the names from one place up to but without another.
    void ask(CommandWriter commands, String key, int from, int to) {
        commands.command("HMGET", 1 + to - from).arg(key);
        for (int name = from; name < to; name++) {
            commands.arg(bytes, begins(name), ends[name]);
        }
    }

    private int begins(int name) {
        return name == 0 ? 0 : ends[name - 1];
    }
}
