package dev.atalaya.scanner;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.atalaya.market.SkipReason;
import dev.atalaya.market.SymbolTable;
import dev.atalaya.market.TickerColumns;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class BadTickerLogTest {
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final TickerColumns tickers = new TickerColumns(new SymbolTable(16), 1);
    private Instant now = Instant.parse("2025-01-24T15:00:00Z");
    private final BadTickerLog log = new BadTickerLog(capturing(), () -> now);

    private Logger capturing() {
        Logger logger = new LoggerContext().getLogger("bad");
        lines.start();
        logger.addAppender(lines);
        return logger;
    }

    private void snapshot(int notJson, int invalidSymbol, int duplicate) {
        tickers.clear();
        tickers.skip(SkipReason.NOT_JSON, notJson);
        tickers.skip(SkipReason.INVALID_SYMBOL, invalidSymbol);
        tickers.skip(SkipReason.DUPLICATE, duplicate);
        log.skipped(tickers);
        now = now.plusSeconds(10);
    }

    private List<String> logged() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void aBadTickerIsLoggedAtOnceAndThoseOfTheNextMinuteTogether() {
        snapshot(0, 3, 1);
        assertThat(logged())
                .containsExactly("Bad tickers were skipped: not_json=0 invalid_symbol=3 duplicate=1 snapshots=1");
        assertThat(lines.list.getFirst().getLevel()).isEqualTo(Level.WARN);
        for (int i = 0; i < 5; i++) {
            snapshot(2, 0, 1);
        }
        assertThat(logged()).hasSize(1);
        snapshot(0, 5, 0);
        assertThat(logged())
                .hasSize(2)
                .last()
                .isEqualTo("Bad tickers were skipped: not_json=10 invalid_symbol=5 duplicate=5 snapshots=6");
    }

    @Test
    void whatWasNotLoggedYetIsLoggedThoughTheSnapshotsAreGoodAgain() {
        snapshot(1, 0, 0);
        snapshot(7, 0, 0);
        for (int i = 0; i < 20; i++) {
            snapshot(0, 0, 0);
        }
        assertThat(logged())
                .hasSize(2)
                .last()
                .isEqualTo("Bad tickers were skipped: not_json=7 invalid_symbol=0 duplicate=0 snapshots=1");
    }

    @Test
    void aTickerWithoutPriceOrVolumeIsNotWorthALine() {
        tickers.skip(SkipReason.NO_PRICE);
        tickers.skip(SkipReason.PRICE_TOO_LOW);
        tickers.skip(SkipReason.NO_VOLUME);
        log.skipped(tickers);
        assertThat(logged()).isEmpty();
    }
}
