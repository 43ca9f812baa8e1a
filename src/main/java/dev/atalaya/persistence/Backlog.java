package dev.atalaya.persistence;

import dev.atalaya.config.PersistenceSettings;
import dev.atalaya.journal.JournalEntry;
import dev.atalaya.journal.JournalFormatException;
import dev.atalaya.journal.ResultRow;
import dev.atalaya.market.TradingCalendar;
import dev.atalaya.persistence.Journal.State;
import dev.atalaya.persistence.LedgerRange.Source;
import dev.atalaya.persistence.LedgerRange.Status;
import dev.atalaya.persistence.ResultTable.Position;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Stores the scans that the ledger does not have yet, oldest first: cut into ranges that lie within one period,
/// each stored with its entry in the ledger in one transaction, after which the journal may forget it. Wherever it
/// is interrupted, the next time goes on from what the ledger has. Belongs to the verticle's context.
final class Backlog {
    private static final Logger LOG = LoggerFactory.getLogger(Backlog.class);

    private static final int PAGE_BYTES = 4 << 20;
    private static final int LARGEST_PAGE = 100;
    /// More than most take.
    private static final int ROW_BYTES = 250;

    static final String NO_JOURNAL = "The cached list: of these scans there is no journal";
    static final String NOT_THERE = "Not in the journal, or not readable";
    static final String NOT_WAITED_FOR = "Direct mode stores a scan at once or not at all";
    static final String NOT_WANTED = "Not among persistence.sessions";

    private final Journal journal;
    private final ResultTable table;
    private final PersistenceSettings settings;
    private final TradingCalendar calendar;
    /// How many scans are read at once.
    private final int page;

    Backlog(Journal journal, ResultTable table, PersistenceSettings settings, TradingCalendar calendar) {
        this.journal = journal;
        this.table = table;
        this.settings = settings;
        this.calendar = calendar;
        this.page = Math.clamp(PAGE_BYTES / ((long) settings.top() * ROW_BYTES), 1, LARGEST_PAGE);
    }

    /// What is to be stored, and who is told.
    ///
    /// @param until only periods that began before; empty: all there is
    /// @param today the market's day
    /// @param cached the lists in the cache, in whatever order
    /// @param found is told how far the ledger goes
    /// @param announced is told of each range before it is stored
    /// @param stored is told how many of a range's rows were really inserted
    record Work(
            Optional<Instant> until,
            LocalDate today,
            List<SessionList> cached,
            Consumer<Position> found,
            Consumer<LedgerRange> announced,
            ObjIntConsumer<LedgerRange> stored) {
        boolean isDue(Instant hour) {
            return until.isEmpty() || hour.isBefore(until.get());
        }
    }

    /// Stores what there is. Fails where a store failed; what was stored until then stays. In direct mode the cached
    /// lists are left to the scans that wait until they are stored.
    Future<Void> workOff(Work work) {
        boolean isHourly = settings.mode() == PersistenceSettings.Mode.HOURLY;
        return position(work)
                .compose(position ->
                        redis(journal.state()).compose(state -> new Pass(work, position, state, isHourly).run()));
    }

    /// The same of the journal alone.
    Future<Void> workOffJournal(Optional<Instant> until, ObjIntConsumer<LedgerRange> stored) {
        Work work = new Work(until, LocalDate.EPOCH, List.of(), found -> {}, announced -> {}, stored);
        return position(work)
                .compose(position ->
                        redis(journal.state()).compose(state -> new Pass(work, position, state, false).run()));
    }

    private Future<Position> position(Work work) {
        return database(table.position()).onSuccess(work.found::accept);
    }

    private static <T> Future<T> database(Future<T> answer) {
        return answer.recover(failure -> Future.failedFuture(new StoreException("PostgreSQL", failure)));
    }

    private static <T> Future<T> redis(Future<T> answer) {
        return answer.recover(failure -> Future.failedFuture(new StoreException("Redis", failure)));
    }

    /// Stores a scan that waits for it, all that it kept, behind what the journal still has.
    Future<Void> direct(SessionList list, Work work) {
        return position(work)
                .compose(position ->
                        redis(journal.state()).compose(state -> new Pass(work, position, state, false).run()))
                .compose(done -> position(work))
                .compose(position -> {
                    long number = list.scanNo().orElse(-list.time().toEpochMilli());
                    return number > 0 && position.scanNo() >= number
                            ? Future.failedFuture(new StoreException(
                                    "The scan " + number + " lies in the ledger already: another one stored it"))
                            : store(direct(list, number, position), 0, work);
                });
    }

    private List<LedgerRange> direct(SessionList list, long number, Position position) {
        List<LedgerRange> ranges = new ArrayList<>();
        if (number > 0 && position.scanNo() > 0 && position.scanNo() < number - 1) {
            ranges.add(LedgerRange.missing(
                    position.scanNo() + 1,
                    number - 1,
                    calendar.marketDay(list.time()),
                    NOT_WAITED_FOR,
                    position.incarnation()));
        }
        ranges.add(cached(list, number, number, Source.DIRECT, Optional.empty(), position.incarnation()));
        return ranges;
    }

    private Future<Void> store(List<LedgerRange> ranges, int from, Work work) {
        if (from == ranges.size()) {
            return Future.succeededFuture();
        }
        LedgerRange range = ranges.get(from);
        work.announced.accept(range);
        return database(table.store(range)).compose(rows -> {
            work.stored.accept(range, rows);
            return store(ranges, from + 1, work);
        });
    }

    private LedgerRange cached(
            SessionList list, long first, long last, Source source, Optional<String> reason, String incarnation) {
        Selection selection =
                Selection.of(source == Source.DIRECT ? PersistenceSettings.Select.LATEST : settings.select());
        selection.add(list.time(), list.rows());
        return new LedgerRange(
                first,
                last,
                list.session(),
                calendar.marketDay(list.time()),
                calendar.lastBoundary(list.time(), settings.interval()),
                reason.isEmpty() ? Status.COMPLETE : Status.PARTIAL,
                1,
                source,
                reason,
                incarnation,
                list.time(),
                list.time(),
                selection.rows());
    }

    /// A range whose end is not known yet.
    private final class Open {
        private final long first;
        private final String session;
        private final LocalDate day;
        private final Instant hour;
        private final String incarnation;
        private final Selection selection = Selection.of(settings.select());
        private Optional<String> lost;
        private long last;
        private long seen;
        private @Nullable Instant firstTime;
        private @Nullable Instant lastTime;

        Open(long first, JournalEntry entry, Optional<String> lost, String incarnation) {
            this.first = first;
            this.session = entry.session();
            this.day = entry.day();
            this.hour = entry.hour();
            this.lost = lost;
            this.incarnation = incarnation;
        }

        boolean isPeriodOf(JournalEntry entry) {
            return hour.equals(entry.hour()) && session.equals(entry.session());
        }

        boolean isWanted() {
            return settings.sessions().isEmpty() || settings.sessions().contains(session);
        }

        void add(JournalEntry entry) {
            last = entry.scanNo();
            try {
                List<ResultRow> rows = isWanted() ? entry.decode() : List.of();
                selection.add(entry.time(), rows.subList(0, Math.min(rows.size(), settings.top())));
            } catch (JournalFormatException e) {
                LOG.warn("{}; it counts as lost", e.getMessage());
                lost = Optional.of(NOT_THERE);
                return;
            }
            seen++;
            firstTime = firstTime == null ? entry.time() : firstTime;
            lastTime = entry.time();
        }

        LedgerRange close() {
            Status seenAll = lost.isEmpty() ? Status.COMPLETE : Status.PARTIAL;
            return new LedgerRange(
                    first,
                    last,
                    session,
                    day,
                    hour,
                    seen == 0 ? Status.MISSING : seenAll,
                    seen,
                    Source.JOURNAL,
                    lost.or(() -> isWanted() ? Optional.empty() : Optional.of(NOT_WANTED)),
                    incarnation,
                    firstTime,
                    lastTime,
                    selection.rows().stream().map(SelectedRow::storable).toList());
        }
    }

    /// One time through the journal.
    private final class Pass {
        private final Work work;
        private final Position start;
        private final State state;
        private final boolean cacheToo;
        private final List<LedgerRange> closed = new ArrayList<>();
        private @Nullable Open open;
        /// Up to this scan all lie in ranges, the open one included.
        private long last;
        /// Up to this one the journal was read.
        private long read;

        /// @param cacheToo whether the cache is asked for what the journal does not have
        Pass(Work work, Position start, State state, boolean cacheToo) {
            this.cacheToo = cacheToo;
            this.work = work;
            this.start = start;
            this.state = state;
            this.last = start.scanNo();
            this.read = start.scanNo();
        }

        Future<Void> run() {
            if (state.published() > 0 && state.published() < start.scanNo()) {
                return Future.failedFuture(new StoreException("The scanner counts from " + state.published()
                        + " on, below "
                        + start.scanNo() + ", which is stored already: Redis has lost its numbers. Stop the scanner,"
                        + " set scanner:scan_no to " + start.scanNo() + " and start it again"));
            }
            if (isAnotherIncarnation() && state.first() > 0 && state.first() <= start.scanNo()) {
                LOG.warn(
                        "The numbers of the scans {} to {} were given twice, Redis had lost them: the later ones are"
                                + " not stored",
                        state.first(),
                        start.scanNo());
            }
            return trim(start.scanNo()).compose(trimmed -> pages());
        }

        private boolean isAnotherIncarnation() {
            return !state.incarnation().equals(start.incarnation());
        }

        private Future<Void> trim(long stored) {
            return stored > 0 ? redis(journal.trim(stored + 1)) : Future.succeededFuture();
        }

        /// Page by page, and flat: there may be any number.
        private Future<Void> pages() {
            Promise<Void> done = Promise.promise();
            nextPage(done);
            return done.future();
        }

        private void nextPage(Promise<Void> done) {
            redis(journal.read(read, page)).compose(this::work).onComplete(worked -> {
                if (worked.failed()) {
                    done.fail(worked.cause());
                } else if (worked.result()) {
                    done.complete();
                } else {
                    nextPage(done);
                }
            });
        }

        /// Answers whether that was all.
        private Future<Boolean> work(Journal.Page page) {
            read = Math.max(read, page.last());
            for (JournalEntry entry : page.entries()) {
                if (!work.isDue(entry.hour())) {
                    return finish(false).map(true);
                }
                accept(entry);
            }
            return page.isEnd() ? finish(true).map(true) : storeClosed().map(false);
        }

        private void accept(JournalEntry entry) {
            boolean begins = last == 0 || (last == state.follows() && state.first() > last);
            long expected = begins ? Math.max(state.first(), 0) : last + 1;
            boolean gap = expected > 0 && entry.scanNo() > expected;
            Optional<String> lost = gap ? Optional.of(reason(expected)) : Optional.empty();
            Open current = open;
            if (current != null && current.isPeriodOf(entry)) {
                current.lost = lost.isPresent() ? lost : current.lost;
            } else {
                close();
                boolean samePeriod = start.scanNo() == last
                        && entry.hour().equals(start.hour())
                        && entry.session().equals(start.session());
                if (gap && !samePeriod) {
                    closed.add(LedgerRange.missing(
                            expected, entry.scanNo() - 1, entry.day(), reason(expected), state.incarnation()));
                }
                current = new Open(
                        gap && samePeriod ? expected : entry.scanNo(),
                        entry,
                        samePeriod ? lost : Optional.empty(),
                        state.incarnation());
                open = current;
            }
            current.add(entry);
            last = entry.scanNo();
        }

        private void close() {
            Open done = open;
            if (done != null) {
                closed.add(done.close());
                open = null;
            }
        }

        private String reason(long missing) {
            if (missing < state.droppedBelow()) {
                return "Dropped, the journal was full (publish.journal_bytes), last at " + state.droppedAt();
            }
            return missing < state.first() && isAnotherIncarnation()
                    ? "The journal began anew with scan " + state.first() + ": Redis had lost it, or may have lost its"
                            + " last seconds"
                    : NOT_THERE;
        }

        /// @param isEnd whether the journal has nothing else
        private Future<Void> finish(boolean isEnd) {
            close();
            if (isEnd && cacheToo) {
                addCached();
            }
            return storeClosed();
        }

        /// Where the journal has nothing, the cached lists have the newest scan.
        private void addCached() {
            long known = Math.max(last, read);
            long numberless = Long.MAX_VALUE;
            for (SessionList list : sorted(work.cached)) {
                if (list.scanNo().isEmpty()) { // lists of the same time need numbers of their own
                    numberless = Math.min(numberless - 1, -list.time().toEpochMilli());
                    closed.add(cached(list, numberless, numberless, Source.CACHE, Optional.of(NO_JOURNAL), ""));
                } else if (list.scanNo().get() > known) {
                    long after = last > 0 ? last : known; // what could not be read is missing here, too
                    long first = after == 0 ? list.scanNo().get() : after + 1;
                    known = list.scanNo().get();
                    last = known;
                    closed.add(cached(list, first, known, Source.CACHE, Optional.of(NO_JOURNAL), state.incarnation()));
                }
            }
            if (work.until.isEmpty() && known > 0 && state.published() > known) {
                closed.add(LedgerRange.missing(
                        known + 1, state.published(), work.today, reason(known + 1), state.incarnation()));
            }
            last = known;
        }

        private static List<SessionList> sorted(List<SessionList> lists) {
            List<SessionList> sorted = new ArrayList<>(lists);
            sorted.sort(
                    Comparator.comparingLong((SessionList list) -> list.scanNo().orElse(0L))
                            .thenComparing(SessionList::time)
                            .thenComparing(SessionList::session));
            return sorted;
        }

        private Future<Void> storeClosed() {
            List<LedgerRange> ranges = List.copyOf(closed);
            closed.clear();
            if (ranges.isEmpty()) {
                return Future.succeededFuture();
            }
            long stored = ranges.stream().mapToLong(LedgerRange::last).max().orElse(0);
            return store(ranges, 0, work).compose(done -> trim(stored));
        }
    }
}
