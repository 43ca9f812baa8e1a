package dev.atalaya.persistence;

import dev.atalaya.testing.Sql;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/// Gives each test empty tables and a bed in which it is 12:10.
@Timeout(60)
abstract class WithPersistenceBed extends WithDatabase {
    PersistenceBed bed;

    @BeforeEach
    void startAtNoon() throws Exception {
        Sql.execute(database, "TRUNCATE scan_results, persistence_ledger, persistence_lease");
        bed = new PersistenceBed(database, at("12:10:00"));
    }

    @AfterEach
    void close() {
        bed.close();
    }
}
