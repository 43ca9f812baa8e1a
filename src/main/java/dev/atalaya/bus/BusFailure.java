package dev.atalaya.bus;

import java.util.NoSuchElementException;

/// The codes that a failed request carries; they are HTTP's, so that nobody has to translate.
public final class BusFailure {
    /// The request is not what the address takes.
    public static final int BAD_REQUEST = 400;

    /// What was asked for does not exist.
    public static final int NOT_FOUND = 404;

    /// The answer cannot be given now.
    public static final int UNAVAILABLE = 503;

    private BusFailure() {}

    /// The code of a failure: an [IllegalArgumentException] is the caller's, a [NoSuchElementException] says
    /// that there is no such thing, whatever else happened may be over the next time.
    public static int codeOf(Throwable failure) {
        return switch (failure) {
            case IllegalArgumentException badRequest -> BAD_REQUEST;
            case NoSuchElementException unknown -> NOT_FOUND;
            default -> UNAVAILABLE;
        };
    }
}
