package dev.atalaya.market;

import java.util.List;
import java.util.stream.IntStream;

/// Some of the parts that a market is cut into by symbol. Which part a symbol is in depends on its characters and on
/// the number of parts alone, so it is the same on every node and in every snapshot:
/// [String#hashCode], spread by Fibonacci hashing, modulo the number of parts. What has no symbol is in part 0.
///
/// @param parts how many the market has, 1 to [#MOST_PARTS]
/// @param bits part *i* is among them where the bit of the value 2<sup>i</sup> is set
public record PartSet(int parts, long bits) {
    /// Into how many parts a market can be cut.
    public static final int MOST_PARTS = Long.SIZE;

    /// The only part of an undivided market.
    public static final PartSet UNDIVIDED = all(1);

    public PartSet {
        if (parts < 1 || parts > MOST_PARTS || (bits & ~allBits(parts)) != 0) {
            throw new IllegalArgumentException(
                    "parts: " + parts + " with the bits " + Long.toHexString(bits) + " are no parts of a market");
        }
    }

    private static long allBits(int parts) {
        return -1L >>> (MOST_PARTS - parts);
    }

    /// All parts of a market of so many.
    public static PartSet all(int parts) {
        return new PartSet(parts, allBits(parts));
    }

    /// @param members from 0 up to but without `parts`
    public static PartSet of(int parts, List<Integer> members) {
        long bits = 0;
        for (int part : members) {
            if (part < 0 || part >= parts) {
                throw new IllegalArgumentException("parts: " + part + " is no part of " + parts);
            }
            bits |= 1L << part;
        }
        return new PartSet(parts, bits);
    }

    public List<Integer> members() {
        return IntStream.range(0, parts).filter(this::has).boxed().toList();
    }

    public boolean isAll() {
        return bits == allBits(parts);
    }

    public boolean has(int part) {
        return (bits >>> part & 1) != 0;
    }

    /// Whether a symbol is in one of them.
    public boolean has(String symbol) {
        return has(partOf(symbol, parts));
    }

    /// Whether what has no symbol is in one of them.
    public boolean hasNameless() {
        return has(0);
    }

    /// Which part a symbol is in.
    public static int partOf(String symbol, int parts) {
        int spread = symbol.hashCode() * 0x9E3779B9;
        return Math.floorMod(spread ^ (spread >>> 16), parts);
    }
}
