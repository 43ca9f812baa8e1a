package dev.atalaya.feed;

/// Chance as a pure function: a key always gives the same value, in whatever order and however often it is
/// asked for. So a simulated day can be played again exactly.
final class Chance {
    private static final double UNIT = 0x1p-53;

    private Chance() {}

    /// A key made of two: SplitMix64's finalizer (Steele, Lea and Flood, 2014).
    static long key(long key, long part) {
        long z = key + part * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /// From 0 up to but without 1.
    static double unit(long key, long part) {
        return (key(key, part) >>> 11) * UNIT;
    }

    /// From -1 up to but without 1.
    static double signed(long key, long part) {
        return (key(key, part) >> 10) * UNIT;
    }

    /// From `low` to `high`, equally likely in each octave.
    static double between(double low, double high, long key, long part) {
        return low * Math.pow(high / low, unit(key, part));
    }

    /// About normal, mean 0 and deviation 1, never beyond 3.5: the sum of four uniform values.
    static double normal(long key, long part) {
        long bits = key(key, part);
        long sum = (bits & 0xFFFF) + (bits >>> 16 & 0xFFFF) + (bits >>> 32 & 0xFFFF) + (bits >>> 48);
        return (sum / 65_536.0 - 2) * Math.sqrt(3);
    }
}
