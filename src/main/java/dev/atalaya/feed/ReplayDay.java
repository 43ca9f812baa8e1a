package dev.atalaya.feed;

import dev.atalaya.config.FeedSettings;
import dev.atalaya.market.ExchangeCalendar;
import dev.atalaya.market.MarketSession;
import dev.atalaya.market.SymbolTable;
import dev.atalaya.market.TickerColumns;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A recorded day on its way from its first minute to its last: what every symbol's bars add up to so far.
/// Without bars it has one snapshot, from the universe file. Minutes count from 04:00 New York. Not thread
/// safe.
final class ReplayDay {
    static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
    static final LocalTime FIRST_MINUTE = LocalTime.of(4, 0);
    static final LocalTime ONLY_MINUTE = LocalTime.of(15, 59);

    private static final MarketSession REGULAR = new MarketSession("MARKET_OPEN");
    private static final int OPEN = 0;
    private static final int HIGH = 1;
    private static final int LOW = 2;
    private static final int CLOSE = 3;
    private static final int VOLUME = 4;
    private static final int INTRADAY_HIGH = 5;
    private static final int INTRADAY_LOW = 6;
    private static final int SUMS = 7;

    private final @Nullable ReplayBars bars;
    private final List<ReplayUniverse.Listed> listed = new ArrayList<>();
    private final boolean[] regular = new boolean[ReplayBars.MINUTES];
    private final double[][] sums = new double[SUMS][];
    private final TickerDraft draft = new TickerDraft();
    private int played;

    private ReplayDay(SymbolTable symbols, Instant start, @Nullable ReplayBars bars, ReplayUniverse universe) {
        this.bars = bars;
        if (bars == null) {
            universe.symbols().forEach(symbols::intern);
        }
        for (int id = 0; id < symbols.size(); id++) {
            listed.add(universe.listed(symbols.name(id)));
        }
        for (int i = 0; i < SUMS; i++) {
            sums[i] = new double[symbols.size()];
            Arrays.fill(sums[i], Double.NaN);
        }
        ExchangeCalendar calendar = ExchangeCalendar.newYork();
        for (int minute = 0; minute < regular.length; minute++) {
            regular[minute] =
                    calendar.sessionAt(start.plusSeconds(60L * minute)).equals(REGULAR);
        }
    }

    /// Reads the day's files; blocks.
    ///
    /// @param symbols an empty table, which takes the symbols of the day
    /// @throws IOException if the day is not there or a file is not what it should be, saying what to do
    static ReplayDay load(FeedSettings.Replay settings, SymbolTable symbols) throws IOException {
        boolean hasBars = hasBars(settings);
        if (!hasBars && !Files.exists(ReplayFiles.universe(settings, settings.day()))) {
            throw new IOException("There is nothing to replay: neither " + ReplayFiles.bars(settings) + " nor "
                    + ReplayFiles.universe(settings, settings.day())
                    + " exists. Set market.feed.replay.folder to the folder that holds universe and bars,"
                    + " and market.feed.replay.day to one of its days.");
        }
        Instant start = startOf(settings);
        ReplayUniverse universe = ReplayUniverse.read(settings);
        ReplayBars bars = hasBars ? ReplayBars.read(ReplayFiles.bars(settings), start, symbols) : null;
        return new ReplayDay(symbols, start, bars, universe);
    }

    static boolean hasBars(FeedSettings.Replay settings) {
        return Files.exists(ReplayFiles.bars(settings));
    }

    /// When the day's first minute starts.
    static Instant startOf(FeedSettings.Replay settings) {
        return settings.day().atTime(FIRST_MINUTE).atZone(NEW_YORK).toInstant();
    }

    /// The time of that minute's snapshot.
    static Instant timeOf(FeedSettings.Replay settings, int minute) {
        return startOf(settings).plusSeconds(60L * minute + 59);
    }

    /// Fills the columns with the snapshot of that minute, which is not before the last one asked for.
    void fill(int minute, TickerColumns columns) {
        columns.clear();
        if (bars == null) {
            fillFromUniverse(columns);
            return;
        }
        while (played <= minute) {
            for (int bar = bars.first(played); bar < bars.first(played + 1); bar++) {
                add(bars, bar, regular[played]);
            }
            played++;
        }
        for (int id = 0; id < listed.size(); id++) {
            if (sums[VOLUME][id] >= 0) {
                draft.clear();
                draft.set(TickerField.LAST_TRADE_PRICE, sums[CLOSE][id]);
                draft.set(TickerField.MINUTE_ACCUMULATED_VOLUME, sums[VOLUME][id]);
                draft.set(TickerField.DAY_OPEN, sums[OPEN][id]);
                draft.set(TickerField.DAY_HIGH, sums[HIGH][id]);
                draft.set(TickerField.DAY_LOW, sums[LOW][id]);
                draft.set(TickerField.INTRADAY_HIGH, sums[INTRADAY_HIGH][id]);
                draft.set(TickerField.INTRADAY_LOW, sums[INTRADAY_LOW][id]);
                addTo(columns, id);
            }
        }
    }

    private void fillFromUniverse(TickerColumns columns) {
        for (int id = 0; id < listed.size(); id++) {
            draft.clear();
            draft.set(TickerField.DAY_CLOSE, listed.get(id).last());
            draft.set(TickerField.DAY_VOLUME, listed.get(id).volume());
            addTo(columns, id);
        }
    }

    private void addTo(TickerColumns columns, int id) {
        draft.set(TickerField.PREV_DAY_CLOSE, listed.get(id).prevClose());
        draft.addTo(columns, id, listed.get(id).reference());
    }

    private void add(ReplayBars from, int bar, boolean inRegularSession) {
        int id = from.symbolId(bar);
        sums[CLOSE][id] = from.close(bar);
        sums[VOLUME][id] = from.volume(bar) + (sums[VOLUME][id] >= 0 ? sums[VOLUME][id] : 0);
        sums[INTRADAY_HIGH][id] = higher(sums[INTRADAY_HIGH][id], from.high(bar));
        sums[INTRADAY_LOW][id] = lower(sums[INTRADAY_LOW][id], from.low(bar));
        if (inRegularSession) {
            if (Double.isNaN(sums[OPEN][id])) {
                sums[OPEN][id] = from.open(bar);
            }
            sums[HIGH][id] = higher(sums[HIGH][id], from.high(bar));
            sums[LOW][id] = lower(sums[LOW][id], from.low(bar));
        }
    }

    private static double higher(double known, double next) {
        return known >= next ? known : next;
    }

    private static double lower(double known, double next) {
        return known <= next ? known : next;
    }
}
