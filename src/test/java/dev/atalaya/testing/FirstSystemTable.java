package dev.atalaya.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;

/// The `scan_results` of the first system, which Atalaya may find where it is to put its own: no market and
/// no rank, decimals, and no key, so that it holds rows twice.
public final class FirstSystemTable {
    private FirstSystemTable() {}

    /// Makes the table and puts three rows into it, two of them the same.
    public static void create(Statement statement) throws SQLException {
        statement.execute("""
                CREATE TABLE scan_results (
                    time timestamptz NOT NULL,
                    symbol varchar(10) NOT NULL,
                    session varchar(20) NOT NULL,
                    price numeric(12, 4),
                    volume bigint,
                    volume_today bigint,
                    change_percent numeric(10, 4),
                    rvol numeric(10, 4),
                    rvol_slot numeric(10, 4),
                    price_from_high numeric(10, 4),
                    price_from_low numeric(10, 4),
                    market_cap bigint,
                    float_shares bigint,
                    score numeric(10, 4),
                    filters_matched text[],
                    metadata jsonb)
                """);
        statement.execute("""
                INSERT INTO scan_results (time, symbol, session, price, filters_matched, metadata) VALUES
                    ('2025-01-23T15:00:00Z', 'AAPL', 'MARKET_OPEN', 223.66, '{rvol_high}', '{}'),
                    ('2025-01-23T15:00:00Z', 'AAPL', 'MARKET_OPEN', 223.66, '{rvol_high}', '{}'),
                    ('2025-01-24T15:00:00Z', 'AAPL', 'MARKET_OPEN', 222.78, '{rvol_high}', '{}')
                """);
    }

    /// Runs `deploy/take-over-first-system.sql` as `psql` does, statement by statement. The table must have been
    /// renamed.
    public static void takeOver(Statement statement) throws SQLException, IOException {
        String file = Files.readString(Path.of("deploy", "take-over-first-system.sql"));
        for (String each : file.split(";\n\n(?=[A-Z])", -1)) {
            statement.execute(each);
        }
    }
}
