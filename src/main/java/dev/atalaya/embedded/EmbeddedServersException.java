package dev.atalaya.embedded;

import org.jspecify.annotations.Nullable;

/// The embedded servers cannot start. The message is for the user: why, and what to do about it.
public final class EmbeddedServersException extends Exception {
    private static final long serialVersionUID = 1;

    EmbeddedServersException(String message) {
        this(message, null);
    }

    EmbeddedServersException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
