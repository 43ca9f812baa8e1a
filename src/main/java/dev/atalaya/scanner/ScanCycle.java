package dev.atalaya.scanner;

import dev.atalaya.bus.CycleSummary;
import dev.atalaya.bus.PublishedLists;
import dev.atalaya.bus.PublishedLists.PublishedList;
import dev.atalaya.feed.Feed;
import dev.atalaya.market.MarketSession;
import dev.atalaya.market.Snapshot;
import dev.atalaya.market.TradingCalendar;
import dev.atalaya.redis.FencedConnection;
import dev.atalaya.scan.ScanEngine;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// One cycle: the next snapshot, scanned, encoded and published. While Redis is away the scans go on, for those
/// who ask this node, and publishing begins again by itself. Owned by the scanner's event loop; one run at a
/// time.
final class ScanCycle {
    private final Feed feed;
    private final SnapshotGate gate;
    private final TradingCalendar calendar;
    private final ScanEngine engine;
    private final RankedLists found;
    private final ScanEncoder encoder;
    private final Connector connector;
    private final ScanPublisher publisher;
    private final PublishedLists lists;
    private final ScannerStats stats;
    private final LongSupplier nanoTime;
    private final Supplier<Future<Void>> pause;

    /// @param pause lets other events of the loop have their turn
    ScanCycle(
            Feed feed,
            SnapshotGate gate,
            TradingCalendar calendar,
            ScanEngine engine,
            RankedLists found,
            ScanEncoder encoder,
            Connector connector,
            PublishedLists lists,
            ScannerStats stats,
            LongSupplier nanoTime,
            Supplier<Future<Void>> pause) {
        this.feed = feed;
        this.gate = gate;
        this.calendar = calendar;
        this.engine = engine;
        this.found = found;
        this.encoder = encoder;
        this.connector = connector;
        this.publisher = connector.publisher();
        this.lists = lists;
        this.stats = stats;
        this.nanoTime = nanoTime;
        this.pause = pause;
    }

    /// Connects to Redis if that has not been done or was undone.
    Future<Void> connect() {
        return connector.connect();
    }

    /// Runs once. Empty if there was no new snapshot, or none that may be scanned. Fails if the feed or the
    /// publish failed.
    Future<Optional<CycleSummary>> run() {
        long begin = nanoTime.getAsLong();
        return connect().transform(connected -> {
            if (publisher.isFencedOff()) {
                return Future.failedFuture(connected.cause());
            }
            if (connected.succeeded() && connector.takeNew()) {
                encoder.forget();
                encoder.goOn(publisher.noted(), publisher.scanNo());
            }
            return feed.next().compose(next -> accept(next, begin, connected));
        });
    }

    private Future<Optional<CycleSummary>> accept(Optional<Snapshot> next, long begin, AsyncResult<Void> connected) {
        if (next.isEmpty()) {
            return connected.succeeded()
                    ? Future.succeededFuture(Optional.empty())
                    : Future.failedFuture(connected.cause());
        }
        Snapshot snapshot = next.get();
        Optional<RefusalReason> refusal = gate.refuse(snapshot.time());
        if (refusal.isPresent()) {
            stats.refused(refusal.get());
            return Future.succeededFuture(Optional.empty());
        }
        Stopwatch watch = new Stopwatch(begin);
        watch.lap(Stage.FEED);
        return scan(snapshot, watch, connected).map(Optional::of);
    }

    private Future<CycleSummary> scan(Snapshot snapshot, Stopwatch watch, AsyncResult<Void> connected) {
        MarketSession session = calendar.sessionAt(snapshot.time());
        engine.scan(snapshot.tickers(), session, found);
        watch.lap(Stage.SCAN);
        long[] sequences = publisher.sequences();
        return pause.get()
                .map(paused -> encoder.encode(snapshot, session, found, publisher.scanNo() + 1, sequences))
                .onSuccess(encoded -> watch.lap(Stage.ENCODE))
                .compose(publication ->
                        pause.get().compose(paused -> publish(snapshot, publication, sequences, watch, connected)));
    }

    private Future<CycleSummary> publish(
            Snapshot snapshot,
            Publication publication,
            long[] sequences,
            Stopwatch watch,
            AsyncResult<Void> connected) {
        Future<FencedConnection.Outcome> published = connected.succeeded()
                ? publisher.publish(publication, sequences)
                : Future.failedFuture(connected.cause());
        return published.compose(outcome -> published(snapshot, publication, watch, outcome), failure -> {
            lists.replace(unpublished(publication.lists()));
            stats.unpublished();
            return Future.failedFuture(failure);
        });
    }

    /// The lists under the numbers that were published last: the next will be those of other messages.
    private List<PublishedList> unpublished(List<PublishedList> encoded) {
        long[] sequences = publisher.sequences();
        return IntStream.range(0, encoded.size())
                .mapToObj(i -> encoded.get(i).withSequence(i == 0 ? publisher.scanNo() : sequences[i - 1]))
                .toList();
    }

    private Future<CycleSummary> published(
            Snapshot snapshot, Publication publication, Stopwatch watch, FencedConnection.Outcome outcome) {
        watch.lap(Stage.PUBLISH);
        if (outcome == FencedConnection.Outcome.FENCED_OFF) {
            return Future.failedFuture("Another scanner has taken over: nothing was published");
        }
        lists.replace(publication.lists());
        stats.counted(snapshot.tickers());
        publisher.journal().ifPresent(stats::journalled);
        return Future.succeededFuture(summary(snapshot, publication, watch));
    }

    private CycleSummary summary(Snapshot snapshot, Publication publication, Stopwatch watch) {
        return new CycleSummary(
                publisher.scanNo(),
                snapshot.time(),
                publication.session(),
                snapshot.tickers().sizeOfAll(),
                found.scanned(),
                found.keptCount(),
                watch.totalMillis(),
                watch.millis(),
                publication.bytes());
    }

    /// Does all that a cycle does but publish, so that the first that does is no slower than any other.
    Future<Void> rehearse() {
        return feed.rehearse()
                .onSuccess(next -> next.ifPresent(snapshot -> {
                    MarketSession session = calendar.sessionAt(snapshot.time());
                    engine.scan(snapshot.tickers(), session, found);
                    encoder.encode(snapshot, session, found, 1, publisher.sequences());
                }))
                .mapEmpty();
    }

    /// Whether somebody else publishes now.
    boolean isFencedOff() {
        return publisher.isFencedOff();
    }

    /// Why nothing can be published, if that is so.
    Optional<String> problem() {
        return connector.problem();
    }

    /// The scanner's fencing number, or -1.
    long fence() {
        return publisher.fence();
    }

    /// Notes where the numbers end and gives back the connection to Redis.
    Future<Void> close() {
        return connector.close();
    }

    /// How long each stage took.
    private final class Stopwatch {
        private final long begin;
        private final Map<String, Double> millis = new LinkedHashMap<>();
        private long lap;

        Stopwatch(long begin) {
            this.begin = begin;
            this.lap = begin;
        }

        void lap(Stage stage) {
            long now = nanoTime.getAsLong();
            millis.put(stage.key(), (now - lap) / 1e6);
            lap = now;
        }

        double totalMillis() {
            return (lap - begin) / 1e6;
        }

        Map<String, Double> millis() {
            return millis;
        }
    }
}
