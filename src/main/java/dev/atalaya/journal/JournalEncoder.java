package dev.atalaya.journal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes the rows of one entry, the first in rank first, into an array that the next entry overwrites. The
/// format is [JournalEntry#VERSION], which [JournalEntry#decode] reads. Not thread safe.
///
/// ```
/// rows:   count, filters matched (of all rows alike), row…
/// row:    symbol, known columns (a bit each, the first column the lowest), their values, metadata
/// values: decimals as 8 bytes, the highest first; whole numbers rounded, zigzag
/// ```
///
/// Counts, bits and whole numbers are written seven bits a byte, the lowest first; a text is its length in
/// bytes, plus one, and its UTF-8, or 0 where there is none.
public final class JournalEncoder {
    private byte[] bytes = new byte[32 * 1024];
    private int size;

    /// Begins an entry.
    ///
    /// @param rows how many follow
    /// @param filtersMatched names with [ResultColumn#SEPARATOR] between them
    public void begin(int rows, String filtersMatched) {
        size = 0;
        varint(rows);
        text(filtersMatched.getBytes(StandardCharsets.UTF_8));
    }

    /// Begins a row.
    ///
    /// @param values by [ResultColumn] up to [ResultColumn#SCORE]; NaN is unknown
    public void row(String symbol, double[] values) {
        text(symbol.getBytes(StandardCharsets.UTF_8));
        int known = 0;
        for (int i = 0; i < JournalEntry.NUMBERS.length; i++) {
            if (JournalEntry.NUMBERS[i].holds(values[i])) {
                known |= 1 << i;
            }
        }
        varint(known);
        for (int i = 0; i < JournalEntry.NUMBERS.length; i++) {
            if ((known & 1 << i) != 0 && JournalEntry.NUMBERS[i].isWhole()) {
                long whole = Math.round(values[i]);
                varint(whole << 1 ^ whole >> 63);
            } else if ((known & 1 << i) != 0) {
                decimal(Double.doubleToRawLongBits(values[i]));
            }
        }
    }

    /// Ends a row that has no metadata.
    public void noMetadata() {
        varint(0);
    }

    /// Ends a row.
    ///
    /// @param json a part of an array: a JSON object in UTF-8
    public void metadata(byte[] json, int from, int to) {
        varint(to - from + 1L);
        append(json, from, to);
    }

    private void text(byte[] utf8) {
        varint(utf8.length + 1L);
        append(utf8, 0, utf8.length);
    }

    private void append(byte[] from, int begin, int end) {
        room(end - begin);
        System.arraycopy(from, begin, bytes, size, end - begin);
        size += end - begin;
    }

    private void varint(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    private void decimal(long bits) {
        room(Long.BYTES);
        for (int shift = 56; shift >= 0; shift -= 8) {
            bytes[size++] = (byte) (bits >>> shift);
        }
    }

    private void room(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }

    /// The array; only its first [#size] bytes count.
    public byte[] array() {
        return bytes;
    }

    public int size() {
        return size;
    }
}
