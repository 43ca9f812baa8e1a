package dev.atalaya.market;

import java.util.Arrays;

/// Gives each symbol a small number, the same for the life of the table, so that everything behind the feed
/// works on numbers: open addressing over the characters, no allocation for a symbol that is known. Not thread
/// safe: whoever fills it hands it over before another thread reads.
public final class SymbolTable {
    /// The longest symbol, in characters.
    public static final int MAX_LENGTH = 32;

    /// What [#intern] answers for something that is no symbol.
    public static final int INVALID = -1;

    /// What [#find] answers for a symbol that has no number.
    public static final int UNKNOWN = -2;

    private static final boolean[] ALLOWED = new boolean[128];

    static {
        for (char c = 'A'; c <= 'Z'; c++) ALLOWED[c] = true;
        for (char c = 'a'; c <= 'z'; c++) ALLOWED[c] = true;
        for (char c = '0'; c <= '9'; c++) ALLOWED[c] = true;
        for (char c : new char[] {'.', '^', '/', '-'}) ALLOWED[c] = true;
    }

    private final char[] ascii = new char[MAX_LENGTH];
    private String[] names;
    private int[] slots;
    private int size;
    private int[] places = new int[0];
    private int placed;

    public SymbolTable(int expectedSymbols) {
        names = new String[Math.max(16, expectedSymbols)];
        slots = new int[Integer.highestOneBit(names.length) * 4];
        Arrays.fill(slots, INVALID);
    }

    /// How many symbols the table knows; their numbers are 0 up to without this.
    public int size() {
        return size;
    }

    /// @throws ArrayIndexOutOfBoundsException if no symbol has that number
    public String name(int id) {
        if (id >= size) {
            throw new ArrayIndexOutOfBoundsException("No symbol has the number " + id + " of " + size);
        }
        return names[id];
    }

    /// By number: which place each symbol has in alphabetical order, so that ties are broken without looking at
    /// characters. Not to be changed; sorted anew, which takes milliseconds, only when there are new symbols.
    public int[] alphabetical() {
        if (placed < size) {
            String[] sorted = Arrays.copyOf(names, size);
            Arrays.sort(sorted);
            if (places.length < size) {
                places = new int[names.length];
            }
            for (int i = 0; i < size; i++) {
                places[intern(sorted[i])] = i;
            }
            placed = size;
        }
        return places;
    }

    /// The symbol's number, a new one if it is new; [#INVALID] unless it matches `[A-Za-z0-9.^/-]{1,32}`.
    public int intern(char[] text, int offset, int length) {
        if (length < 1 || length > MAX_LENGTH) {
            return INVALID;
        }
        int hash = 0;
        for (int i = offset; i < offset + length; i++) {
            char c = text[i];
            if (c >= 128 || !ALLOWED[c]) {
                return INVALID;
            }
            hash = hash * 31 + c;
        }
        int slot = slotOf(hash);
        while (slots[slot] != INVALID) {
            if (equal(names[slots[slot]], text, offset, length)) {
                return slots[slot];
            }
            slot = (slot + 1) & (slots.length - 1);
        }
        return add(new String(text, offset, length), slot);
    }

    /// As [#intern(char[], int, int)], from ASCII characters.
    public int intern(byte[] text, int offset, int length) {
        if (length < 1 || length > MAX_LENGTH) {
            return INVALID;
        }
        for (int i = 0; i < length; i++) {
            ascii[i] = (char) (text[offset + i] & 0xff);
        }
        return intern(ascii, 0, length);
    }

    /// As [#intern(byte[], int, int)], but a new symbol stays [#UNKNOWN]. It changes nothing: several threads may look
    /// while none interns.
    ///
    /// @param expected the number that it probably has
    public int find(byte[] text, int offset, int length, int expected) {
        if (expected >= 0 && expected < size && equal(names[expected], text, offset, length)) {
            return expected;
        }
        if (length < 1 || length > MAX_LENGTH) {
            return INVALID;
        }
        int hash = 0;
        for (int i = offset; i < offset + length; i++) {
            byte c = text[i];
            if (c < 0 || !ALLOWED[c]) {
                return INVALID;
            }
            hash = hash * 31 + c;
        }
        for (int slot = slotOf(hash); slots[slot] != INVALID; slot = (slot + 1) & (slots.length - 1)) {
            if (equal(names[slots[slot]], text, offset, length)) {
                return slots[slot];
            }
        }
        return UNKNOWN;
    }

    /// As [#intern(char[], int, int)].
    public int intern(String symbol) {
        return intern(symbol.toCharArray(), 0, symbol.length());
    }

    private int add(String symbol, int slot) {
        if (size == names.length) {
            names = Arrays.copyOf(names, size * 2);
        }
        names[size] = symbol;
        slots[slot] = size++;
        if (size * 2 > slots.length) {
            rehash();
        }
        return size - 1;
    }

    private void rehash() {
        slots = new int[slots.length * 2];
        Arrays.fill(slots, INVALID);
        for (int id = 0; id < size; id++) {
            int slot = slotOf(names[id].hashCode());
            while (slots[slot] != INVALID) {
                slot = (slot + 1) & (slots.length - 1);
            }
            slots[slot] = id;
        }
    }

    /// Hashes of short texts lie close together; Fibonacci hashing spreads them over the table.
    private int slotOf(int hash) {
        int spread = hash * 0x9E3779B9;
        return (spread ^ (spread >>> 16)) & (slots.length - 1);
    }

    private static boolean equal(String name, byte[] text, int offset, int length) {
        if (name.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (name.charAt(i) != text[offset + i]) {
                return false;
            }
        }
        return true;
    }

    private static boolean equal(String name, char[] text, int offset, int length) {
        if (name.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (name.charAt(i) != text[offset + i]) {
                return false;
            }
        }
        return true;
    }
}
