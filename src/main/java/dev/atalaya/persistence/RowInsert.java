package dev.atalaya.persistence;

import dev.atalaya.journal.ResultColumn;
import dev.atalaya.persistence.SelectedRow.Sightings;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.lang.reflect.Array;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Inserts a range's rows into `scan_results`, in a transaction that is under way.
final class RowInsert {
    /// Some thousands: while the server stores those of one statement, the next is put together, and neither of them
    /// keeps all rows on disk in between, as PostgreSQL does with long arrays.
    private static final int ROWS_A_STATEMENT = 2_000;

    private static final String INSERT = """
            INSERT INTO scan_results (market, session, time, symbol, first_seen, last_seen, times_seen, highest_score,
              price, volume, volume_today, change_percent, rvol,
              rvol_slot, price_from_high, price_from_low, market_cap, float_shares, score, rank, filters_matched, metadata)
            SELECT $1, $2, time, symbol, first_seen, last_seen, times_seen, highest_score, price, volume, volume_today, change_percent, rvol,
              rvol_slot, price_from_high, price_from_low, market_cap, float_shares, score, rank,
              string_to_array(filters_matched, chr(31)), metadata::jsonb
            FROM unnest($3::timestamptz[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::int4[], $8::float8[],
              $9::float8[], $10::int8[], $11::int8[], $12::float8[], $13::float8[], $14::float8[], $15::float8[],
              $16::float8[], $17::int8[], $18::int8[], $19::float8[], $20::int4[], $21::text[], $22::text[])
              AS top (time, symbol, first_seen, last_seen, times_seen, highest_score, price, volume, volume_today,
                change_percent, rvol, rvol_slot, price_from_high, price_from_low, market_cap, float_shares, score,
                rank, filters_matched, metadata)
            """;

    private static final String INSERT_MISSING = INSERT + "ON CONFLICT DO NOTHING";
    private static final String UNIQUE_VIOLATION = "23505";

    private final SqlConnection connection;
    private final String market;
    private final LedgerRange range;

    RowInsert(SqlConnection connection, String market, LedgerRange range) {
        this.connection = connection;
        this.market = market;
        this.range = range;
    }

    /// Answers how many rows were inserted. Fails if one is there already, unless that is allowed.
    Future<Integer> run(boolean isThereAllowed) {
        String sql = isThereAllowed ? INSERT_MISSING : INSERT;
        List<SelectedRow> rows = range.rows();
        List<Future<Integer>> inserted = new ArrayList<>();
        for (int from = 0; from < rows.size(); from += ROWS_A_STATEMENT) {
            List<SelectedRow> some = rows.subList(from, Math.min(rows.size(), from + ROWS_A_STATEMENT));
            inserted.add(connection.preparedQuery(sql).execute(columns(some)).map(done -> done.rowCount()));
        }
        return Future.join(inserted)
                .transform(all -> inserted.stream()
                        .filter(Future::failed)
                        .findFirst() // those behind it fail because it has
                        .orElseGet(() -> Future.succeededFuture(
                                inserted.stream().mapToInt(Future::result).sum())));
    }

    /// Whether a failure says that a row is there already.
    static boolean isThere(Throwable failure) {
        return failure instanceof PgException refused && UNIQUE_VIOLATION.equals(refused.getSqlState());
    }

    private Tuple columns(List<SelectedRow> rows) {
        Tuple columns = Tuple.of(
                market,
                range.session(),
                column(rows, OffsetDateTime.class, row -> time(row.time())),
                column(rows, String.class, row -> row.row().symbol()),
                column(rows, OffsetDateTime.class, row -> seen(row, seen -> time(seen.firstSeen()))));
        columns.addValue(column(rows, OffsetDateTime.class, row -> seen(row, seen -> time(seen.lastSeen()))));
        columns.addValue(column(rows, Integer.class, row -> seen(row, Sightings::times)));
        columns.addValue(column(rows, Double.class, row -> seen(row, RowInsert::highestScore)));
        for (ResultColumn column : ResultColumn.values()) {
            columns.addValue(
                    column(rows, column.type(), row -> row.row().values().get(column)));
        }
        return columns;
    }

    private static OffsetDateTime time(Instant time) {
        return time.atOffset(ZoneOffset.UTC);
    }

    private static @Nullable Double highestScore(Sightings seen) {
        return Double.isNaN(seen.highestScore()) ? null : seen.highestScore();
    }

    private static <T> @Nullable T seen(SelectedRow row, Function<Sightings, @Nullable T> value) {
        return row.sightings().isPresent() ? value.apply(row.sightings().get()) : null;
    }

    private static Object column(List<SelectedRow> rows, Class<?> type, Function<SelectedRow, @Nullable Object> value) {
        Object values = Array.newInstance(type, rows.size());
        for (int i = 0; i < rows.size(); i++) {
            Array.set(values, i, value.apply(rows.get(i)));
        }
        return values;
    }
}
