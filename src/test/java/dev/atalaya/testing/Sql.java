package dev.atalaya.testing;

import dev.atalaya.config.DatabaseSettings;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/// What a test asks of a database beside Atalaya, each time over a connection of its own.
public final class Sql {
    private Sql() {}

    public static Connection connect(DatabaseSettings database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:" + database.uri(), database.user(), database.password().value());
    }

    public static void execute(DatabaseSettings database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /// The first column of all rows, as PostgreSQL writes it.
    public static List<String> query(DatabaseSettings database, String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }
}
