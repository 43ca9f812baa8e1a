package dev.atalaya.feed;

/// Something that was read as a snapshot and is none.
final class SnapshotFormatException extends Exception {
    private static final long serialVersionUID = 1;

    SnapshotFormatException(String message) {
        super(message);
    }

    SnapshotFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
