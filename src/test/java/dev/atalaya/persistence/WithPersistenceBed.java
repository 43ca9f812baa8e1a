package dev.atalaya.persistence;

import dev.atalaya.config.DatabaseSettings;
import dev.atalaya.schema.Migrations;
import dev.atalaya.testing.TestServers;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/// Gives each class a database, and each test empty tables and a bed in which it is 12:10.
@Timeout(60)
abstract class WithPersistenceBed {
    static DatabaseSettings database;

    PersistenceBed bed;

    static Instant at(String time) {
        return Instant.parse("2025-01-24T" + time + "Z");
    }

    @BeforeAll
    static void createTheTables() throws Exception {
        database = TestServers.freshDatabase();
        new Migrations(database).migrate();
    }

    @BeforeEach
    void startAtNoon() throws Exception {
        try (Connection connection = PersistenceBed.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute("TRUNCATE scan_results, persistence_ledger");
        }
        bed = new PersistenceBed(database, at("12:10:00"));
    }

    @AfterEach
    void close() {
        bed.close();
    }
}
