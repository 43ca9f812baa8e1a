package dev.atalaya.bus;

/// The codes that a failed request carries; they are HTTP's, so that nobody has to translate.
public final class BusFailure {
    /// The request is not what the address takes.
    public static final int BAD_REQUEST = 400;

    /// What was asked for does not exist.
    public static final int NOT_FOUND = 404;

    /// The answer cannot be given now.
    public static final int UNAVAILABLE = 503;

    private BusFailure() {}
}
