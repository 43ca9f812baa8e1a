package dev.atalaya.persistence;

/// The fencing number that a writer stores with, and whether it was refused. Safe for any thread.
public final class WriterFence {
    private static final long UNCHECKED = 0;

    private final long number;
    private volatile boolean overruled;

    /// @param number which the database must know as the last
    public WriterFence(long number) {
        this.number = number;
    }

    /// For a writer that has the ledger alone between itself and others: two of them never store a scan twice either,
    /// but both read and try.
    public static WriterFence unchecked() {
        return new WriterFence(UNCHECKED);
    }

    boolean isChecked() {
        return number != UNCHECKED;
    }

    long number() {
        return number;
    }

    void overrule() {
        overruled = true;
    }

    /// Whether a store was refused because somebody else has a higher number.
    public boolean isOverruled() {
        return overruled;
    }
}
