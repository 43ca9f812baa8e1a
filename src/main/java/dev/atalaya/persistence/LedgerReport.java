package dev.atalaya.persistence;

import dev.atalaya.bus.LedgerRequest;
import dev.atalaya.config.DatabaseSettings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What the ledger of one market says of a day. It reads one at a time, so that however many ask, the writer
/// finds a connection free; those who wait for the same are answered together. Belongs to the verticle's
/// context.
final class LedgerReport {
    static final int MOST_WAITING = 16;

    private static final String UNDEFINED_TABLE = "42P01";

    /// So that the ranges and the hours are those of one moment.
    private static final String SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";

    /// Scans without a number lie under their time below 0.
    private static final String RANGES = """
            SELECT market, first_scan_no, last_scan_no, session, market_day, hour, status, scans_seen, rows_stored,
              source, reason, incarnation, first_time, last_time, stored_at
            FROM persistence_ledger WHERE market = $1 AND market_day = $2
            ORDER BY first_scan_no >= 0, abs(first_scan_no) LIMIT $3
            """;
    private static final String HOURS = """
            SELECT market, market_day, hour, session, status, first_scan_no, last_scan_no, scans_seen, rows_stored,
              ranges, sources, reasons, stored_at
            FROM persistence_hours WHERE market = $1 AND market_day = $2 ORDER BY hour NULLS LAST, session
            """;

    private final Supplier<Pool> pool;
    private final String market;
    private final Duration timeout;
    private final Supplier<LocalDate> today;
    private final Map<Question, Future<JsonObject>> waiting = new HashMap<>();
    private Future<Void> last = Future.succeededFuture();

    private record Question(LocalDate day, int limit) {}

    /// @param today the market's present day
    LedgerReport(Supplier<Pool> pool, String market, DatabaseSettings settings, Supplier<LocalDate> today) {
        this.pool = pool;
        this.market = market;
        this.timeout = settings.connectTimeout().plus(settings.timeout());
        this.today = today;
    }

    /// What is asked for by a [LedgerRequest]: `day`, `truncated`, `ranges` and `hours`, the oldest first.
    ///
    /// @throws IllegalArgumentException if it is none
    Future<JsonObject> answer(JsonObject json) {
        LedgerRequest request = LedgerRequest.fromJson(json);
        Question question = new Question(request.day().orElseGet(today), request.limit());
        Future<JsonObject> same = waiting.get(question);
        if (same != null) {
            return same;
        }
        if (waiting.size() >= MOST_WAITING) {
            return Future.failedFuture("The ledger is asked for too many days at once: ask again");
        }
        Promise<JsonObject> answer = Promise.promise();
        waiting.put(question, answer.future());
        last = last.compose(free -> {
                    waiting.remove(question);
                    return read(question);
                })
                .onComplete(answer)
                .<Void>mapEmpty()
                .otherwiseEmpty();
        return answer.future();
    }

    private Future<JsonObject> read(Question question) {
        return pool.get()
                .withTransaction(
                        connection -> connection.query(SNAPSHOT).execute().compose(ready -> read(connection, question)))
                .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .recover(failure -> Future.failedFuture(explained(failure)));
    }

    private Future<JsonObject> read(SqlConnection connection, Question question) {
        Future<RowSet<Row>> ranges = connection
                .preparedQuery(RANGES)
                .execute(Tuple.of(market, question.day, question.limit + 1)); // one more tells that there are more
        Future<RowSet<Row>> hours = connection.preparedQuery(HOURS).execute(Tuple.of(market, question.day));
        return Future.join(ranges, hours).map(both -> {
            List<JsonObject> rows = rows(ranges.result());
            boolean truncated = rows.size() > question.limit;
            return new JsonObject()
                    .put("day", question.day.toString())
                    .put("truncated", truncated)
                    .put("ranges", new JsonArray(truncated ? rows.subList(0, question.limit) : rows))
                    .put("hours", new JsonArray(rows(hours.result())));
        });
    }

    private static List<JsonObject> rows(RowSet<Row> found) {
        List<JsonObject> rows = new ArrayList<>(found.size());
        for (Row row : found) {
            JsonObject json = new JsonObject();
            for (int i = 0; i < row.size(); i++) {
                json.put(row.getColumnName(i), value(row.getValue(i)));
            }
            rows.add(json);
        }
        return rows;
    }

    private static @Nullable Object value(@Nullable Object value) {
        return switch (value) {
            case OffsetDateTime time -> time.toInstant().toString();
            case LocalDate day -> day.toString();
            case null, default -> value;
        };
    }

    private static Throwable explained(Throwable failure) {
        return failure instanceof PgException refused && UNDEFINED_TABLE.equals(refused.getSqlState())
                ? new IllegalStateException(PersistenceVerticle.NO_TABLES, failure)
                : new StoreException("PostgreSQL", failure);
    }
}
