package dev.atalaya.bus;

/// The tickers that a scan kept, in rank order, each encoded once as a JSON object; every list of the scan is
/// made of them. They stand in arrays of moderate size, since one of a megabyte is a burden to some garbage
/// collectors. Immutable as long as nobody changes the arrays.
///
/// @param arrays by row: the array that it stands in, with a comma before it
/// @param starts by row: where it begins, behind the comma
/// @param ends by row: where it ends
@SuppressWarnings("ArrayRecordComponent") // never compared
public record EncodedRows(byte[][] arrays, int[] starts, int[] ends) {
    /// No rows.
    public static final EncodedRows NONE = new EncodedRows(new byte[0][], new int[0], new int[0]);

    private static final byte[] BRACKETS = {'[', ']'};

    /// Takes a text in parts that follow one another.
    public interface Sink {
        /// The bytes from one place up to but without another, to be read during the call only.
        void part(byte[] bytes, int from, int to);
    }

    /// How many bytes a row has.
    public int length(int row) {
        return ends[row] - starts[row];
    }

    /// How many bytes the JSON array of the first `count` of some rows has.
    public int arrayLength(int[] rows, int count) {
        int length = BRACKETS.length + Math.max(0, count - 1);
        for (int i = 0; i < count; i++) {
            length += length(rows[i]);
        }
        return length;
    }

    /// Gives a row.
    public void write(int row, Sink out) {
        out.part(arrays[row], starts[row], ends[row]);
    }

    /// Gives the first `count` of some rows as a JSON array.
    public void writeArray(int[] rows, int count, Sink out) {
        out.part(BRACKETS, 0, 1);
        for (int i = 0; i < count; i++) {
            int row = rows[i];
            out.part(arrays[row], starts[row] - (i == 0 ? 0 : 1), ends[row]);
        }
        out.part(BRACKETS, 1, 2);
    }
}
