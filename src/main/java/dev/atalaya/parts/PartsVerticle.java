package dev.atalaya.parts;

import dev.atalaya.bus.BusFailure;
import dev.atalaya.bus.FailureLog;
import dev.atalaya.feed.RedisFeed;
import dev.atalaya.market.Snapshot;
import dev.atalaya.market.TradingCalendar;
import dev.atalaya.scan.ScanEngine;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Scans those parts of a market that this node is asked for, and answers with the rows that it kept. It publishes
/// nothing, so it does no harm whoever asks, and however many. Runs on an event loop.
public final class PartsVerticle extends VerticleBase {
    /// More than the active scanner and the one that has just been it do not ask.
    private static final int MOST_WAITING = 4;

    private static final long STOP_SECONDS = 5;

    private final String address;
    private final TradingCalendar calendar;
    private final PartRules rules;
    private final Function<Vertx, RedisFeed> feeds;
    private final PartEncoder encoder = new PartEncoder();
    private Scanning scanning;
    private @Nullable RedisFeed feed;
    private @Nullable MessageConsumer<JsonObject> consumer;
    private Future<?> current = Future.succeededFuture();
    private int waiting;

    private record Scanning(PartRules.Current by, ScanEngine engine) {
        Scanning(PartRules.Current by) {
            this(by, new ScanEngine(by.rules()));
        }
    }

    /// @param address where this node is asked, and no other
    /// @param feeds makes the feed, which is this verticle's own
    public PartsVerticle(String address, TradingCalendar calendar, PartRules rules, Function<Vertx, RedisFeed> feeds) {
        this.address = address;
        this.calendar = calendar;
        this.rules = rules;
        this.feeds = feeds;
        this.scanning = new Scanning(rules.current());
    }

    @Override
    public Future<?> start() {
        RedisFeed opened = feeds.apply(vertx);
        feed = opened;
        MessageConsumer<JsonObject> asked = vertx.eventBus().consumer(address, message -> take(opened, message));
        consumer = asked;
        return asked.completion();
    }

    private void take(RedisFeed opened, Message<JsonObject> message) {
        if (waiting == MOST_WAITING) {
            message.fail(BusFailure.UNAVAILABLE, "Others wait already");
            return;
        }
        waiting++;
        current = current.transform(before -> Future.succeededFuture(message.body())
                .map(PartRequest::fromJson)
                .compose(request -> scan(opened, request))
                .onSuccess(message::reply)
                .onFailure(e -> message.fail(BusFailure.codeOf(e), FailureLog.sentence(e)))
                .onComplete(done -> waiting--));
    }

    private Future<Buffer> scan(RedisFeed opened, PartRequest request) {
        if (!request.rules().equals(scanning().by.text())) {
            return Future.failedFuture("The market is scanned by other settings there");
        }
        return opened.next(request.parts(), request.known())
                .map(next -> next.map(this::scan).orElseGet(() -> encoder.nothing(request.known())));
    }

    private Buffer scan(Snapshot snapshot) {
        encoder.begin(snapshot.time(), snapshot.tickers());
        scanning.engine.scan(snapshot.tickers(), calendar.sessionAt(snapshot.time()), encoder);
        return encoder.scanned();
    }

    @SuppressWarnings("ReferenceEquality") // another object, however alike, is another take-up
    private Scanning scanning() {
        PartRules.Current now = rules.current();
        if (scanning.by != now) {
            scanning = new Scanning(now);
        }
        return scanning;
    }

    @Override
    public Future<?> stop() {
        return Optional.ofNullable(consumer)
                .map(MessageConsumer::unregister)
                .orElse(Future.succeededFuture())
                .otherwiseEmpty()
                .compose(unregistered -> current.timeout(STOP_SECONDS, TimeUnit.SECONDS))
                .otherwiseEmpty()
                .eventually(
                        () -> Optional.ofNullable(feed).map(RedisFeed::close).orElse(Future.succeededFuture()));
    }
}
