package dev.atalaya.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What the core is compared with finds the same tickers in the same order.
class SameScanTest {
    private static final int TICKERS = 5_000;

    @Test
    void duckDbFindsWhatTheCoreFinds() throws Exception {
        CoreScan core = new CoreScan(TICKERS, false);
        core.scan();
        try (DuckScan duck = new DuckScan(core.columns(), 0)) {
            assertThat(duck.scan()).isNotEmpty().isEqualTo(core.symbols());
        }
    }

    @Test
    void objectsAndASortedListFindWhatTheCoreFinds() {
        CoreScan core = new CoreScan(TICKERS, false);
        core.scan();
        assertThat(ObjectScan.scan(ObjectScan.of(core.columns()))).isNotEmpty().isEqualTo(core.symbols());
    }

    @Test
    void databindWritesTheRowsThatTheEncoderWrites() throws Exception {
        Encoding encoding = new Encoding(3_000);
        assertThat(encoding.scan()).isPositive();
        assertThat(encoding.rows()).isNotEmpty();
    }
}
