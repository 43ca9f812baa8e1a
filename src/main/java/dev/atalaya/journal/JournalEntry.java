package dev.atalaya.journal;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A scan in the journal: an entry of a Redis stream whose id is `SCAN_NO-0` and whose fields are those named
/// here. It says itself which hour it belongs to, for a calendar may be another one when it is read.
///
/// @param scanNo the number that the scan was published under
/// @param time of its snapshot
/// @param day the market's date
/// @param hour the start of the period that is stored together: a full hour, or whatever the interval is, or the
///     start of a session within it
/// @param rows the top of the session's list as [JournalEncoder] writes it
@SuppressWarnings("ArrayRecordComponent") // never compared
public record JournalEntry(long scanNo, Instant time, String session, LocalDate day, Instant hour, byte[] rows) {
    /// The version of an entry's fields and of its rows, in the field `v`.
    public static final String VERSION = "1";

    public static final String FIELD_VERSION = "v";
    public static final String FIELD_TIME = "time";
    public static final String FIELD_SESSION = "session";
    public static final String FIELD_DAY = "day";
    public static final String FIELD_HOUR = "hour";
    public static final String FIELD_ROWS = "rows";

    static final ResultColumn[] NUMBERS =
            Arrays.copyOfRange(ResultColumn.values(), 0, ResultColumn.SCORE.ordinal() + 1);

    /// The columns that are numbers but for the rank, in the order in which [JournalEncoder#row] takes them.
    public static List<ResultColumn> numbers() {
        return List.of(NUMBERS);
    }

    /// The id in the stream of the entry with that number.
    public static String id(long scanNo) {
        return scanNo + "-0";
    }

    /// From what stands in the stream.
    ///
    /// @param fields by name; the rows apart
    /// @throws JournalFormatException if it is no entry of this version
    public static JournalEntry of(String id, Map<String, String> fields, byte[] rows) throws JournalFormatException {
        String version = fields.getOrDefault(FIELD_VERSION, "");
        if (!version.equals(VERSION)) {
            throw new JournalFormatException(
                    "The journal's entry " + id + " has the version '" + version + "', this one reads " + VERSION);
        }
        try {
            return new JournalEntry(
                    Long.parseLong(id.substring(0, Math.max(id.indexOf('-'), 0))),
                    Instant.parse(fields.getOrDefault(FIELD_TIME, "")),
                    fields.getOrDefault(FIELD_SESSION, ""),
                    LocalDate.parse(fields.getOrDefault(FIELD_DAY, "")),
                    Instant.parse(fields.getOrDefault(FIELD_HOUR, "")),
                    rows);
        } catch (NumberFormatException | DateTimeException e) {
            throw new JournalFormatException("The journal's entry " + id + " cannot be read: " + e.getMessage(), e);
        }
    }

    /// The rows, the first in rank first.
    ///
    /// @throws JournalFormatException if they are none
    public List<ResultRow> decode() throws JournalFormatException {
        ByteBuffer in = ByteBuffer.wrap(rows);
        try {
            int count = (int) varint(in);
            String filtersMatched = text(in);
            List<ResultRow> decoded = new ArrayList<>(Math.clamp(count, 0, rows.length));
            for (int rank = 1; rank <= count; rank++) {
                decoded.add(row(in, rank, filtersMatched));
            }
            if (in.hasRemaining()) {
                throw new JournalFormatException("The rows of scan " + scanNo + " go on after their end");
            }
            return decoded;
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new JournalFormatException("The rows of scan " + scanNo + " cannot be read", e);
        }
    }

    private static ResultRow row(ByteBuffer in, int rank, @Nullable String filtersMatched) {
        String symbol = text(in);
        Map<ResultColumn, Object> values = new EnumMap<>(ResultColumn.class);
        long known = varint(in);
        for (int i = 0; i < NUMBERS.length; i++) {
            if ((known & 1L << i) != 0 && NUMBERS[i].isWhole()) {
                long zigzag = varint(in);
                values.put(NUMBERS[i], zigzag >>> 1 ^ -(zigzag & 1));
            } else if ((known & 1L << i) != 0) {
                values.put(NUMBERS[i], in.getDouble());
            }
        }
        values.put(ResultColumn.RANK, rank);
        if (filtersMatched != null) {
            values.put(ResultColumn.FILTERS_MATCHED, filtersMatched);
        }
        String metadata = text(in);
        if (metadata != null) {
            values.put(ResultColumn.METADATA, metadata);
        }
        if (symbol == null) {
            throw new IllegalArgumentException("A row has no symbol");
        }
        return new ResultRow(symbol, values);
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte next = in.get();
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("A number is too long");
    }

    private static @Nullable String text(ByteBuffer in) {
        long length = varint(in) - 1;
        if (length < 0) {
            return null;
        }
        if (length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] utf8 = new byte[(int) length];
        in.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
