package dev.atalaya.persistence;

import dev.atalaya.cluster.Lease;
import dev.atalaya.config.DatabaseSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The writer's lease: a row of `persistence_lease`, by the database's clock. Futures complete on the caller's context.
public final class WriterLease implements Lease {
    private static final String LOOK = """
            SELECT node, name, fence, renewals FROM persistence_lease
            WHERE market = $1 AND expires > clock_timestamp()
            """;

    /// Nothing is answered where somebody else holds it.
    private static final String TAKE = """
            INSERT INTO persistence_lease AS lease (market, fence, node, name, expires)
            VALUES ($1, 1, $2, $3, clock_timestamp() + make_interval(secs => $4))
            ON CONFLICT (market) DO UPDATE SET
              fence = lease.fence + 1, node = $2, name = $3, renewals = 0,
              expires = clock_timestamp() + make_interval(secs => $4)
            WHERE lease.expires <= clock_timestamp() OR (lease.fence = $5 AND lease.renewals = $6)
            RETURNING fence
            """;

    private static final String RENEW = """
            UPDATE persistence_lease
            SET renewals = renewals + 1, expires = clock_timestamp() + make_interval(secs => $3)
            WHERE market = $1 AND fence = $2
            """;

    private static final String RELEASE = """
            UPDATE persistence_lease SET expires = clock_timestamp() WHERE market = $1 AND fence = $2
            """;

    private static final int SHORTEST_TIMEOUT_MILLIS = 500;
    private static final long NONE = -1;

    private final Vertx vertx;
    private final DatabaseSettings settings;
    private final String market;
    private final String node;
    private final String name;
    private final double lifeSeconds;
    private final int timeoutMillis;
    private Pool pool;
    private long fence = NONE;
    private boolean isClosed;

    /// @param node this node's id
    /// @param name this node's name
    /// @param life how long it stands if it is not prolonged
    public WriterLease(Vertx vertx, DatabaseSettings settings, String market, String node, String name, Duration life) {
        this.vertx = vertx;
        this.settings = settings;
        this.market = market;
        this.node = node;
        this.name = name;
        this.lifeSeconds = life.toMillis() / 1e3;
        this.timeoutMillis = Math.max(SHORTEST_TIMEOUT_MILLIS, (int) life.toMillis());
        this.pool = connect();
    }

    private Pool connect() {
        PgConnectOptions connect = PgConnectOptions.fromUri(settings.uri())
                .setUser(settings.user())
                .setPassword(settings.password().value());
        Map<String, String> properties = new HashMap<>(connect.getProperties());
        properties.put("application_name", "atalaya-lease");
        properties.put("statement_timeout", Integer.toString(timeoutMillis));
        return PgBuilder.pool()
                .with(new PoolOptions()
                        .setMaxSize(1)
                        .setConnectionTimeout(2 * timeoutMillis)
                        .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS))
                .with(new NetClientOptions().setConnectTimeout(timeoutMillis))
                .connectingTo(connect.setProperties(properties))
                .using(vertx)
                .build();
    }

    @Override
    public Future<Optional<Sight>> look() {
        return ask(LOOK, Tuple.of(market)).map(rows -> {
            Optional<Sight> sight = Optional.empty();
            for (Row row : rows) {
                sight = Optional.of(new Sight(row.getString(0), row.getString(1), row.getLong(2), row.getLong(3)));
            }
            return sight;
        });
    }

    @Override
    public Future<Optional<Long>> take(Optional<Sight> seen) {
        long seenFence = seen.map(Sight::fence).orElse(NONE);
        long seenRenewals = seen.map(Sight::renewals).orElse(NONE);
        return ask(TAKE, Tuple.of(market, node, name, lifeSeconds, seenFence, seenRenewals))
                .map(rows -> {
                    Optional<Long> taken = Optional.empty();
                    for (Row row : rows) {
                        fence = row.getLong(0);
                        taken = Optional.of(fence);
                    }
                    return taken;
                });
    }

    @Override
    public Future<Boolean> renew() {
        return ask(RENEW, Tuple.of(market, fence, lifeSeconds)).map(rows -> rows.rowCount() == 1);
    }

    @Override
    public Future<Void> release() {
        return ask(RELEASE, Tuple.of(market, fence)).mapEmpty();
    }

    /// A connection whose server fell silent would keep its place for ever.
    @SuppressWarnings("ReferenceEquality")
    private Future<RowSet<Row>> ask(String statement, Tuple values) {
        Pool used = pool;
        return used.preparedQuery(statement)
                .execute(values)
                .timeout(2L * timeoutMillis, TimeUnit.MILLISECONDS)
                .onFailure(failure -> {
                    if (failure instanceof TimeoutException && pool == used && !isClosed) {
                        pool = connect();
                        used.close();
                    }
                });
    }

    @Override
    public Future<Void> close() {
        isClosed = true;
        return pool.close();
    }
}
