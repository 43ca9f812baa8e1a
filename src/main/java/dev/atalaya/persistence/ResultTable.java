package dev.atalaya.persistence;

import dev.atalaya.config.DatabaseSettings;
import dev.atalaya.journal.ResultColumn;
import dev.atalaya.journal.ResultRow;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.lang.reflect.Array;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The table `scan_results` of one market. Futures complete on the caller's context.
final class ResultTable {
    private static final int CONNECTIONS = 2;

    private static final String INSERT = """
            WITH inserted AS (
              INSERT INTO scan_results (market, time, session, symbol, price, volume, volume_today, change_percent, rvol,
                rvol_slot, price_from_high, price_from_low, market_cap, float_shares, score, rank, filters_matched, metadata)
              SELECT $1, time, session, symbol, price, volume, volume_today, change_percent, rvol,
                rvol_slot, price_from_high, price_from_low, market_cap, float_shares, score, rank,
                string_to_array(filters_matched, chr(31)), metadata::jsonb
              FROM unnest($2::timestamptz[], $3::text[], $4::text[], $5::float8[], $6::int8[], $7::int8[], $8::float8[],
                $9::float8[], $10::float8[], $11::float8[], $12::float8[], $13::int8[], $14::int8[], $15::float8[],
                $16::int4[], $17::text[], $18::text[])
                AS top (time, session, symbol, price, volume, volume_today, change_percent, rvol, rvol_slot,
                  price_from_high, price_from_low, market_cap, float_shares, score, rank, filters_matched, metadata)
              ON CONFLICT DO NOTHING
              RETURNING session)
            SELECT session, count(*) FROM inserted GROUP BY session
            """;

    private final Pool pool;
    private final String market;
    private final long timeoutMillis;
    private @Nullable PgConnection inserting;

    ResultTable(Vertx vertx, DatabaseSettings settings, String market) {
        PgConnectOptions connect = PgConnectOptions.fromUri(settings.uri())
                .setUser(settings.user())
                .setPassword(settings.password().value());
        Map<String, String> properties = new HashMap<>(connect.getProperties());
        properties.put("application_name", "atalaya-persistence");
        properties.put("statement_timeout", Long.toString(settings.timeout().toMillis()));
        int connectMillis = (int) settings.connectTimeout().toMillis();
        int idleMillis = (int) settings.timeout().toMillis();
        this.pool = PgBuilder.pool()
                .with(new PoolOptions()
                        .setMaxSize(CONNECTIONS)
                        .setConnectionTimeout(connectMillis)
                        .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS)
                        .setIdleTimeout(idleMillis)
                        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS))
                // a connection whose server fell silent is given up too, or it would hold its place in the pool
                .with(new NetClientOptions()
                        .setConnectTimeout(connectMillis)
                        .setIdleTimeout(idleMillis + connectMillis)
                        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS))
                .connectingTo(connect.setProperties(properties))
                .using(vertx)
                .build();
        this.market = market;
        this.timeoutMillis = connectMillis + settings.timeout().toMillis();
    }

    /// Stores all lists in one statement, which is its own transaction, but for rows that are there already.
    ///
    /// @return the rows really inserted, of each of the sessions
    Future<Map<String, Integer>> insert(List<SessionList> lists) {
        Tuple columns = columns(lists);
        return pool.withConnection(connection -> {
                    inserting = PgConnection.cast(connection);
                    return connection.preparedQuery(INSERT).execute(columns);
                })
                .onComplete(done -> inserting = null)
                .timeout(timeoutMillis, TimeUnit.MILLISECONDS)
                .map(inserted -> bySession(lists, inserted));
    }

    private Tuple columns(List<SessionList> lists) {
        List<OffsetDateTime> times = new ArrayList<>();
        List<String> sessions = new ArrayList<>();
        List<ResultRow> rows = new ArrayList<>();
        for (SessionList list : lists) {
            for (ResultRow row : list.rows()) {
                times.add(list.time().atOffset(ZoneOffset.UTC));
                sessions.add(list.session());
                rows.add(row);
            }
        }
        Tuple columns = Tuple.of(
                market,
                times.toArray(OffsetDateTime[]::new),
                sessions.toArray(String[]::new),
                rows.stream().map(ResultRow::symbol).toArray(String[]::new));
        for (ResultColumn column : ResultColumn.values()) {
            Object values = Array.newInstance(column.type(), rows.size());
            for (int i = 0; i < rows.size(); i++) {
                Array.set(values, i, rows.get(i).values().get(column));
            }
            columns.addValue(values);
        }
        return columns;
    }

    private static Map<String, Integer> bySession(List<SessionList> lists, RowSet<Row> inserted) {
        Map<String, Integer> rows = new HashMap<>();
        lists.forEach(list -> rows.put(list.session(), 0));
        inserted.forEach(row -> rows.put(row.getString(0), row.getInteger(1)));
        return rows;
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
