package dev.atalaya.persistence;

/// A step of a run failed; the message is the sentence that an operator reads.
final class StoreException extends Exception {
    private static final long serialVersionUID = 1;

    private final String store;

    /// @param store what did not do its part, such as `Redis`
    StoreException(String store, Throwable cause) {
        super(
                store + ": " + (cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage()),
                cause);
        this.store = store;
    }

    /// What did not do its part.
    String store() {
        return store;
    }
}
