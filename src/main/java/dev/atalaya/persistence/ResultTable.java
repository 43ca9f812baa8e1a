package dev.atalaya.persistence;

import dev.atalaya.config.DatabaseSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The tables `scan_results` and `persistence_ledger` of one market. Futures complete on the caller's context.
final class ResultTable {
    private static final int CONNECTIONS = 2;
    /// So many times a statement's timeout a transaction may take.
    private static final int STATEMENTS = 2;

    private static final int MOST_SILENT_POOLS = 10;

    private static final String POSITION = """
            SELECT first_scan_no, last_scan_no, incarnation, session, hour, rows_stored
            FROM persistence_ledger WHERE market = $1 AND last_scan_no > 0 ORDER BY last_scan_no DESC LIMIT 1
            """;

    /// Holds on to the lease until the transaction ends: whoever wants to take it over waits for that.
    private static final String OWN_LEASE = """
            WITH own AS (SELECT FROM persistence_lease WHERE market = $1 AND fence = $14 FOR SHARE)
            """;

    /// First of its transaction: a rival with the same range waits here for its end.
    private static final String ENTER = """
            INSERT INTO persistence_ledger (market, first_scan_no, last_scan_no, session, market_day, hour, status,
              scans_seen, source, reason, incarnation, first_time, last_time, rows_stored)
            SELECT $1, $2::int8, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0
            WHERE ($2::int8 < 0
              OR NOT EXISTS (SELECT FROM persistence_ledger WHERE market = $1 AND last_scan_no >= $2::int8))
              %s
            ON CONFLICT DO NOTHING
            """;

    private static final String ENTER_UNCHECKED = ENTER.formatted("");
    private static final String ENTER_CHECKED = OWN_LEASE + ENTER.formatted("AND EXISTS (SELECT FROM own)");

    private static final String IS_OWN_LEASE = "SELECT FROM persistence_lease WHERE market = $1 AND fence = $2";

    private static final String COUNT =
            "UPDATE persistence_ledger SET rows_stored = $3 WHERE market = $1 AND first_scan_no = $2";

    private final Vertx vertx;
    private final DatabaseSettings settings;
    private final String market;
    private final WriterFence fence;
    private final long timeoutMillis;
    private Pool pool;
    private int silentPools;
    private @Nullable PgConnection inserting;

    /// Checks no fence.
    ResultTable(Vertx vertx, DatabaseSettings settings, String market) {
        this(vertx, settings, market, WriterFence.unchecked());
    }

    /// @param fence nothing is stored with another number than the database's
    ResultTable(Vertx vertx, DatabaseSettings settings, String market, WriterFence fence) {
        this.fence = fence;
        this.vertx = vertx;
        this.settings = settings;
        this.market = market;
        this.timeoutMillis = settings.connectTimeout().toMillis()
                + STATEMENTS * settings.timeout().toMillis();
        this.pool = connect(vertx, settings, timeoutMillis);
    }

    private static Pool connect(Vertx vertx, DatabaseSettings settings, long timeoutMillis) {
        PgConnectOptions connect = PgConnectOptions.fromUri(settings.uri())
                .setUser(settings.user())
                .setPassword(settings.password().value());
        Map<String, String> properties = new HashMap<>(connect.getProperties());
        properties.put("application_name", "atalaya-persistence");
        String timeout = Long.toString(settings.timeout().toMillis());
        properties.put("statement_timeout", timeout);
        // a transaction whose client cannot be reached any more would keep the ledger's key from the next
        properties.put("idle_in_transaction_session_timeout", timeout);
        int connectMillis = (int) settings.connectTimeout().toMillis();
        int idleMillis = (int) settings.timeout().toMillis();
        return PgBuilder.pool()
                .with(new PoolOptions()
                        .setMaxSize(CONNECTIONS)
                        .setConnectionTimeout((int) (2 * timeoutMillis)) // never the first to give up
                        .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS)
                        .setIdleTimeout(idleMillis)
                        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS))
                .with(new NetClientOptions()
                        .setConnectTimeout(connectMillis)
                        .setIdleTimeout(idleMillis + connectMillis)
                        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS))
                .connectingTo(connect.setProperties(properties))
                .using(vertx)
                .build();
    }

    /// How far the ledger goes.
    ///
    /// @param scanNo the last scan that lies in a range, 0 if there is none
    /// @param first scan of that range
    /// @param rows stored of it
    record Position(
            long scanNo,
            long first,
            String incarnation,
            @Nullable String session,
            @Nullable Instant hour,
            int rows) {
        static final Position NONE = new Position(0, 0, "", null, null, 0);
    }

    Future<Position> position() {
        return inTime(used -> used.withConnection(
                        connection -> connection.preparedQuery(POSITION).execute(Tuple.of(market))))
                .map(rows -> {
                    Position position = Position.NONE;
                    for (Row row : rows) {
                        OffsetDateTime hour = row.getOffsetDateTime("hour");
                        position = new Position(
                                row.getLong("last_scan_no"),
                                row.getLong("first_scan_no"),
                                Objects.toString(row.getString("incarnation"), ""),
                                row.getString("session"),
                                hour == null ? null : hour.toInstant(),
                                row.getInteger("rows_stored"));
                    }
                    return position;
                });
    }

    /// Stores a range's rows, but for those that are there already, and its entry in the ledger, in one
    /// transaction; nothing if the ledger has the range already. Fails with a [MovedException] if it has gone on
    /// otherwise, and with an [OverruledException] if another writer has taken over.
    ///
    /// @return how many rows were really inserted
    Future<Integer> store(LedgerRange range) {
        // a row a quarter faster than where PostgreSQL looks for its twin, and there is hardly ever one
        return store(range, false)
                .recover(failure -> RowInsert.isThere(failure) ? store(range, true) : Future.failedFuture(failure));
    }

    private Future<Integer> store(LedgerRange range, boolean rowsMayBeThere) {
        return inTime(used -> used.withTransaction(connection -> {
                    inserting = PgConnection.cast(connection);
                    return connection
                            .preparedQuery(fence.isChecked() ? ENTER_CHECKED : ENTER_UNCHECKED)
                            .execute(entry(range))
                            .compose(entered -> entered.rowCount() > 0
                                    ? insert(range, connection, rowsMayBeThere)
                                    : notEntered(connection));
                }))
                .onComplete(done -> inserting = null)
                .recover(failure -> failure instanceof MovedException && range.first() < 0
                        ? Future.succeededFuture(0)
                        : Future.failedFuture(failure));
    }

    private Future<Integer> notEntered(SqlConnection connection) {
        if (!fence.isChecked()) {
            return Future.failedFuture(new MovedException());
        }
        return connection
                .preparedQuery(IS_OWN_LEASE)
                .execute(Tuple.of(market, fence.number()))
                .compose(own -> {
                    if (own.size() > 0) {
                        return Future.failedFuture(new MovedException());
                    }
                    fence.overrule();
                    return Future.failedFuture(new OverruledException(fence.number()));
                });
    }

    private <T> Future<T> inTime(Function<Pool, Future<T>> question) {
        Pool used = pool;
        return question.apply(used)
                .timeout(timeoutMillis, TimeUnit.MILLISECONDS)
                .onFailure(failure -> {
                    if (failure instanceof TimeoutException) {
                        giveUp(used);
                    }
                });
    }

    /// A connection whose server fell silent is not closed before the server closes it, and keeps its place in the
    /// pool until then. Not too many wait for that at a time.
    @SuppressWarnings("ReferenceEquality")
    private void giveUp(Pool silent) {
        if (pool == silent && silentPools < MOST_SILENT_POOLS) {
            pool = connect(vertx, settings, timeoutMillis);
            silentPools++;
            silent.close().onComplete(closed -> silentPools--);
        }
    }

    private Future<Integer> insert(LedgerRange range, SqlConnection connection, boolean rowsMayBeThere) {
        if (range.rows().isEmpty()) {
            return Future.succeededFuture(0);
        }
        return new RowInsert(connection, market, range)
                .run(rowsMayBeThere)
                .compose(rows -> connection
                        .preparedQuery(COUNT)
                        .execute(Tuple.of(market, range.first(), rows))
                        .map(rows));
    }

    private Tuple entry(LedgerRange range) {
        Tuple entry = Tuple.from(Arrays.asList(
                market,
                range.first(),
                range.last(),
                range.session(),
                range.day(),
                time(range.hour()),
                range.status().key(),
                range.scansSeen(),
                range.source().key(),
                range.reason().orElse(null),
                range.incarnation(),
                time(range.firstTime()),
                time(range.lastTime())));
        return fence.isChecked() ? entry.addLong(fence.number()) : entry;
    }

    private static @Nullable OffsetDateTime time(@Nullable Instant time) {
        return time == null ? null : time.atOffset(ZoneOffset.UTC);
    }

    /// The connections, for whoever reads beside the writer: one at a time, so that the writer finds one free.
    Pool pool() {
        return pool;
    }

    /// Asks the server to give up the statement under way, so that it is rolled back.
    Future<Void> cancel() {
        return inserting == null
                ? Future.succeededFuture()
                : inserting.cancelRequest().otherwiseEmpty();
    }

    /// Closes the connections once they are free.
    Future<Void> close() {
        return pool.close();
    }
}
