package dev.atalaya.bench;

/// Something has become grossly slower than it was.
final class Regression extends Exception {
    private static final long serialVersionUID = 1;

    Regression(String message) {
        super(message);
    }
}
