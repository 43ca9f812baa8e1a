package dev.atalaya.redis;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One answer of Redis: nil, an error, a number, a text, or a list of answers. Immutable.
public final class Reply {
    static final Reply NIL = new Reply(Kind.NIL, 0, null, List.of());

    private enum Kind {
        NIL,
        ERROR,
        NUMBER,
        TEXT,
        LIST
    }

    private final Kind kind;
    private final long number;
    private final @Nullable String text;
    private final List<Reply> parts;

    private Reply(Kind kind, long number, @Nullable String text, List<Reply> parts) {
        this.kind = kind;
        this.number = number;
        this.text = text;
        this.parts = parts;
    }

    static Reply number(long number) {
        return new Reply(Kind.NUMBER, number, null, List.of());
    }

    static Reply text(String text) {
        return new Reply(Kind.TEXT, 0, text, List.of());
    }

    static Reply error(String sentence) {
        return new Reply(Kind.ERROR, 0, sentence, List.of());
    }

    static Reply list(List<Reply> parts) {
        return new Reply(Kind.LIST, 0, null, List.copyOf(parts));
    }

    public boolean isNil() {
        return kind == Kind.NIL;
    }

    public boolean isError() {
        return kind == Kind.ERROR;
    }

    /// A number, or a text that is one.
    ///
    /// @throws NumberFormatException if it is neither
    public long toLong() {
        return kind == Kind.NUMBER ? number : Long.parseLong(toString());
    }

    /// The same, or another number for nil.
    public long toLong(long forNil) {
        return isNil() ? forNil : toLong();
    }

    /// The answers in a list; none in anything else.
    public List<Reply> parts() {
        return parts;
    }

    /// The text, the number in decimals, the error's sentence, `nil`, or the list's texts.
    @Override
    public String toString() {
        return switch (kind) {
            case NIL -> "nil";
            case NUMBER -> Long.toString(number);
            case LIST -> parts.toString();
            case TEXT, ERROR -> String.valueOf(text);
        };
    }
}
