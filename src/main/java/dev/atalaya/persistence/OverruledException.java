package dev.atalaya.persistence;

/// Another node has become the market's active writer; this one stores nothing any more.
final class OverruledException extends Exception {
    private static final long serialVersionUID = 1;

    OverruledException(long fence) {
        super("Another writer has taken over; this one had the fencing number " + fence);
    }
}
