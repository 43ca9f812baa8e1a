package dev.atalaya.parts;

/// What a node answered is not what it should be.
final class PartFormatException extends Exception {
    private static final long serialVersionUID = 1;

    PartFormatException(String message) {
        super(message);
    }
}
