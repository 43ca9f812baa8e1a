package dev.atalaya.persistence;

import dev.atalaya.config.DatabaseSettings;
import dev.atalaya.schema.Migrations;
import dev.atalaya.testing.TestServers;
import java.time.Instant;
import org.junit.jupiter.api.BeforeAll;

/// Gives each class a database with empty tables.
abstract class WithDatabase {
    static DatabaseSettings database;

    static Instant at(String time) {
        return Instant.parse("2025-01-24T" + time + "Z");
    }

    @BeforeAll
    static void createTheTables() throws Exception {
        database = TestServers.freshDatabase();
        new Migrations(database).migrate();
    }
}
