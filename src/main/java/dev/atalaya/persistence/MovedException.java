package dev.atalaya.persistence;

/// The ledger has gone on since it was read: an attempt that was given up was done all the same, or another writer
/// stores this market too. The next attempt reads it again.
final class MovedException extends Exception {
    private static final long serialVersionUID = 1;

    MovedException() {
        super("The ledger has gone on meanwhile");
    }
}
