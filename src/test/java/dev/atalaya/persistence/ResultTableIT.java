package dev.atalaya.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What two writers that know nothing of each other may do to the ledger.
class ResultTableIT extends WithPersistenceBed {
    private ResultTable table;

    @BeforeEach
    void open() {
        table = new ResultTable(bed.vertx, database, "us");
    }

    @AfterEach
    void closeTable() {
        PersistenceBed.await(table.close());
    }

    private static LedgerRange range(long first, long last, String time) {
        return range(first, last, time, 1);
    }

    private int store(LedgerRange range) {
        return PersistenceBed.await(table.store(range));
    }

    @Test
    void aRangeThatTheLedgerHasIsNotStoredAgain() throws Exception {
        assertThat(store(range(11, 20, "12:00:00"))).isEqualTo(1);
        assertThatThrownBy(() -> store(range(11, 15, "12:00:10"))).isInstanceOf(MovedException.class);
        assertThat(bed.ledger()).containsExactly("11-20 MARKET_OPEN complete 10 1 journal");
        assertThat(bed.query("SELECT count(*) FROM scan_results")).isEqualTo("1");
    }

    @Test
    void aRangeThatTheLedgerHasPassedIsNotStored() throws Exception {
        store(range(11, 20, "12:00:00"));
        for (LedgerRange late :
                List.of(range(5, 10, "12:00:10"), range(13, 15, "12:00:10"), range(15, 25, "12:00:10"))) {
            assertThatThrownBy(() -> store(late)).isInstanceOf(MovedException.class);
        }
        assertThat(bed.ledger()).containsExactly("11-20 MARKET_OPEN complete 10 1 journal");
        assertThat(bed.query("SELECT count(*) FROM scan_results")).isEqualTo("1");
    }

    @Test
    void rowsThatAreThereAlreadyAreNotCounted() throws Exception {
        store(range(11, 20, "12:00:00"));
        assertThat(store(range(21, 21, "12:00:00"))).isZero();
        assertThat(bed.ledger())
                .containsExactly("11-20 MARKET_OPEN complete 10 1 journal", "21-21 MARKET_OPEN complete 1 0 journal");
        assertThat(bed.query("SELECT count(*) FROM scan_results")).isEqualTo("1");
    }

    @Test
    void ofManyRowsThoseThatAreNotThereAreStored() throws Exception {
        store(range(11, 20, "12:00:00", 3));
        bed.query(
                "UPDATE scan_results SET symbol = symbol || '000' RETURNING 1"); // T3000 is not in the first statement
        assertThat(store(range(21, 30, "12:00:00", 4_500))).isEqualTo(4_497);
        assertThat(store(range(31, 40, "12:00:00", 5_000))).isEqualTo(500);
        assertThat(bed.ledger())
                .containsExactly(
                        "11-20 MARKET_OPEN complete 10 3 journal",
                        "21-30 MARKET_OPEN complete 10 4497 journal",
                        "31-40 MARKET_OPEN complete 10 500 journal");
        assertThat(bed.query("SELECT count(DISTINCT symbol) FROM scan_results")).isEqualTo("5000");
    }
}
