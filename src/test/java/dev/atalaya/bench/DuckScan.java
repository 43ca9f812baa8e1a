package dev.atalaya.bench;

import dev.atalaya.market.Column;
import dev.atalaya.market.TickerColumns;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/// The scan by DuckDB, whose columns have the snapshot already: filter, score and the first thousand. Not thread
/// safe.
final class DuckScan implements AutoCloseable {
    private static final String SCAN = """
            SELECT symbol FROM (
              SELECT symbol, price, volume, volume / nullif(greatest(avg_volume, 0), 0) AS ratio,
                coalesce(feed_rvol, volume / nullif(greatest(avg_volume, 0), 0)) AS rvol
              FROM tickers)
            WHERE price >= 1 AND volume >= 100000 AND (rvol IS NULL OR rvol >= 2)
            ORDER BY coalesce(rvol, 0) * 10 + coalesce(ratio, 0) * 5 DESC, symbol
            LIMIT 1000
            """;

    private final DuckDBConnection connection;
    private final PreparedStatement scan;

    /// @param threads 0 for as many as DuckDB thinks right
    DuckScan(TickerColumns tickers, int threads) throws SQLException {
        Connection opened = DriverManager.getConnection("jdbc:duckdb:");
        connection = opened.unwrap(DuckDBConnection.class);
        try (Statement statement = connection.createStatement()) {
            if (threads > 0) {
                statement.execute("SET threads = " + threads);
            }
            statement.execute("CREATE TABLE tickers (symbol VARCHAR, price DOUBLE, volume DOUBLE, feed_rvol DOUBLE,"
                    + " avg_volume DOUBLE)");
        }
        try (DuckDBAppender appender = connection.createAppender("main", "tickers")) {
            for (int row = 0; row < tickers.size(); row++) {
                appender.beginRow();
                appender.append(tickers.symbol(row));
                for (Column column :
                        List.of(Column.PRICE, Column.VOLUME_TODAY, Column.FEED_RVOL, Column.AVG_VOLUME_30D)) {
                    double value = tickers.get(column, row);
                    if (Double.isNaN(value)) {
                        appender.appendNull();
                    } else {
                        appender.append(value);
                    }
                }
                appender.endRow();
            }
        }
        scan = connection.prepareStatement(SCAN);
    }

    /// The symbols of the kept tickers, the first ranked first.
    List<String> scan() throws SQLException {
        List<String> kept = new ArrayList<>();
        try (ResultSet rows = scan.executeQuery()) {
            while (rows.next()) {
                kept.add(rows.getString(1));
            }
        }
        return kept;
    }

    @Override
    public void close() throws SQLException {
        scan.close();
        connection.close();
    }
}
