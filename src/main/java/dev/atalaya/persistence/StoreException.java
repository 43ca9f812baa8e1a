package dev.atalaya.persistence;

import dev.atalaya.bus.FailureLog;

/// A step of a run failed; the message is the sentence that an operator reads.
final class StoreException extends Exception {
    private static final long serialVersionUID = 1;

    /// @param store what did not do its part, such as `Redis`
    StoreException(String store, Throwable cause) {
        super(store + ": " + FailureLog.sentence(cause), cause);
    }

    StoreException(String sentence) {
        super(sentence);
    }
}
