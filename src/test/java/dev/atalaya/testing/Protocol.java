package dev.atalaya.testing;

import java.nio.ByteBuffer;

/// How to tell where a message ends.
public enum Protocol {
    /// Whatever comes together is one.
    PIECES {
        @Override
        int length(byte[] bytes, int from, int to, boolean isOpening) {
            return to > from ? to - from : INCOMPLETE;
        }
    },
    /// Commands and replies of RESP, versions 2 and 3.
    REDIS {
        @Override
        int length(byte[] bytes, int from, int to, boolean isOpening) {
            int end = value(bytes, from, to);
            return end < 0 ? INCOMPLETE : end - from;
        }
    },
    /// A type and a length, but for a connection's first message, which has no type. No TLS.
    POSTGRESQL {
        @Override
        int length(byte[] bytes, int from, int to, boolean isOpening) {
            int type = isOpening ? 0 : 1;
            if (to - from < type + Integer.BYTES) {
                return INCOMPLETE;
            }
            int length = type + ByteBuffer.wrap(bytes).getInt(from + type);
            return length <= to - from ? length : INCOMPLETE;
        }
    };

    static final int INCOMPLETE = -1;

    /// How long the message is that begins there.
    ///
    /// @param to where the bytes end
    /// @param isOpening whether it is the first that the client says
    /// @return [#INCOMPLETE] if not all of it is there
    abstract int length(byte[] bytes, int from, int to, boolean isOpening);

    private static int value(byte[] bytes, int from, int to) {
        int line = from;
        while (line < to && bytes[line] != '\n') {
            line++;
        }
        if (line >= to) {
            return INCOMPLETE;
        }
        int end = line + 1;
        return switch (bytes[from]) {
            case '$', '=', '!' -> {
                int size = number(bytes, from + 1, line);
                int after = size < 0 ? end : end + size + 2;
                yield after <= to ? after : INCOMPLETE;
            }
            case '*', '~', '>' -> values(bytes, end, to, number(bytes, from + 1, line));
            case '%' -> values(bytes, end, to, 2 * number(bytes, from + 1, line));
            default -> end;
        };
    }

    private static int values(byte[] bytes, int from, int to, int count) {
        int end = from;
        for (int i = 0; i < count && end >= 0; i++) {
            end = value(bytes, end, to);
        }
        return end;
    }

    private static int number(byte[] bytes, int from, int line) {
        int number = 0;
        for (int i = from; i < line - 1; i++) {
            number = bytes[i] == '-' ? -1 : number * 10 + bytes[i] - '0';
        }
        return bytes[from] == '-' ? -1 : number;
    }
}
