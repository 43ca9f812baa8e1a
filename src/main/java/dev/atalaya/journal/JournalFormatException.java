package dev.atalaya.journal;

/// An entry of the journal cannot be read; the message is a sentence for an operator.
public final class JournalFormatException extends Exception {
    private static final long serialVersionUID = 1;

    JournalFormatException(String message) {
        super(message);
    }

    JournalFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
