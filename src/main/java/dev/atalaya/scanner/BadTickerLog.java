package dev.atalaya.scanner;

import dev.atalaya.market.SkipReason;
import dev.atalaya.market.TickerColumns;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.StringJoiner;
import org.slf4j.Logger;

/// Says once a minute at most how many tickers were skipped because something is wrong with them, by reason.
/// A ticker without price or volume is none of these. Not thread safe.
final class BadTickerLog {
    private static final Duration QUIET = Duration.ofMinutes(1);
    private static final List<SkipReason> BAD =
            List.of(SkipReason.NOT_JSON, SkipReason.INVALID_SYMBOL, SkipReason.DUPLICATE);

    private final Logger log;
    private final InstantSource wall;
    private final long[] since = new long[BAD.size()];
    private long snapshots;
    private Instant logged = Instant.MIN;

    BadTickerLog(Logger log, InstantSource wall) {
        this.log = log;
        this.wall = wall;
    }

    /// Takes note of what was skipped in a snapshot, and logs it together with what was not logged yet, if it
    /// is time to.
    void skipped(TickerColumns tickers) {
        boolean isBad = false;
        for (int i = 0; i < since.length; i++) {
            int skipped = tickers.skipped(BAD.get(i));
            since[i] += skipped;
            isBad |= skipped > 0;
        }
        snapshots += isBad ? 1 : 0;
        Instant now = wall.instant();
        if (snapshots == 0 || now.isBefore(logged.plus(QUIET))) {
            return;
        }
        StringJoiner counts = new StringJoiner(" ");
        for (int i = 0; i < since.length; i++) {
            counts.add(BAD.get(i).key() + "=" + since[i]);
            since[i] = 0;
        }
        log.warn("Bad tickers were skipped: {} snapshots={}", counts, snapshots);
        snapshots = 0;
        logged = now;
    }
}
