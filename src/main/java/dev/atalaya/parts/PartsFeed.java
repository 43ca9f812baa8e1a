package dev.atalaya.parts;

import dev.atalaya.bus.FailureLog;
import dev.atalaya.bus.MarketAddresses;
import dev.atalaya.config.MarketSettings;
import dev.atalaya.feed.Feed;
import dev.atalaya.market.PartSet;
import dev.atalaya.market.Snapshot;
import dev.atalaya.market.SymbolTable;
import dev.atalaya.market.TickerColumns;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The feed of a market in parts: asks nodes to scan them and merges the rows that they kept. Each row that the whole
/// market's scan keeps is kept by the scan of its part too, since filters and score look at one row and of the best of
/// all each is among the best of its part; so a scan of these rows finds the same as one of all. A node that does not
/// answer is left out for a while, and its parts are scanned by another within the same cycle.
public final class PartsFeed implements Feed {
    private static final Duration OWN_PATIENCE = Duration.ofSeconds(30);
    private static final Duration SHORTEST_PATIENCE = Duration.ofMillis(500);
    private static final Duration LONGEST_PATIENCE = Duration.ofSeconds(2);
    private static final Duration SHORTEST_LEAVE = Duration.ofSeconds(5);
    private static final Duration LONGEST_LEAVE = Duration.ofMinutes(1);
    private static final long PAUSE_MILLIS = 10;
    private static final int EXPECTED_ROWS = 4_096;
    private static final Logger LOG = LoggerFactory.getLogger(PartsFeed.class);

    private final Vertx vertx;
    private final MarketAddresses addresses;
    private final PartRules rules;
    private final PartNode own;
    private final Supplier<List<PartNode>> others;
    private final InstantSource wall;
    private final FailureLog failures;
    private final SymbolTable symbols = new SymbolTable(EXPECTED_ROWS);
    private final TickerColumns columns = new TickerColumns(symbols, EXPECTED_ROWS);
    private final KnownReferences references = new KnownReferences();
    private final Map<PartNode, Instant> leftOut = new HashMap<>();
    private MarketSettings market;
    private Instant last = Instant.MIN;

    /// @param own this node, where a [PartsVerticle] answers too
    /// @param others the other nodes that may scan parts now
    public PartsFeed(
            Vertx vertx,
            MarketSettings market,
            PartRules rules,
            PartNode own,
            Supplier<List<PartNode>> others,
            InstantSource wall) {
        this.vertx = vertx;
        this.market = market;
        this.addresses = new MarketAddresses(market.name());
        this.rules = rules;
        this.own = own;
        this.others = others;
        this.wall = wall;
        this.failures = new FailureLog(LOG, wall);
    }

    @Override
    public SymbolTable symbols() {
        return symbols;
    }

    @Override
    public void takeUp(MarketSettings changed) {
        market = changed;
        rules.takeUp(changed);
    }

    @Override
    public Future<Optional<Snapshot>> next() {
        return gather(new Gathering(market.parts(), available(), own), last)
                .onSuccess(next -> next.ifPresent(snapshot -> last = snapshot.time()));
    }

    /// By this node alone: so its connections, its reference data and its code are ready for all parts.
    @Override
    public Future<Optional<Snapshot>> rehearse() {
        return gather(new Gathering(market.parts(), List.of(), own), Instant.MIN);
    }

    private List<PartNode> available() {
        Instant now = wall.instant();
        leftOut.values().removeIf(until -> !until.isAfter(now));
        return others.get().stream().filter(node -> !leftOut.containsKey(node)).toList();
    }

    private Future<Optional<Snapshot>> gather(Gathering gathering, Instant known) {
        int failuresBefore = gathering.failures().size();
        List<Future<PartAnswer>> asked = gathering.ask().entrySet().stream()
                .map(share -> ask(share.getKey(), share.getValue(), known)
                        .onSuccess(answer -> gathering.answered(share.getValue(), answer))
                        .onFailure(e -> gathering.failed(share.getKey(), e)))
                .toList();
        return Future.join(asked).transform(answered -> {
            if (gathering.isDone(failuresBefore)) {
                leaveOut(gathering.failures());
                return gathering.time().equals(known) ? Future.succeededFuture(Optional.empty()) : merge(gathering);
            }
            return gathering.mayGoOn()
                    ? vertx.timer(PAUSE_MILLIS, TimeUnit.MILLISECONDS).compose(again -> gather(gathering, known))
                    : Future.failedFuture(gathering.failure());
        });
    }

    private Future<PartAnswer> ask(PartNode node, PartSet parts, Instant known) {
        boolean isOwn = node.equals(own);
        DeliveryOptions options = new DeliveryOptions()
                .setLocalOnly(isOwn)
                .setSendTimeout((isOwn ? OWN_PATIENCE : patience()).toMillis());
        PartRequest request = new PartRequest(parts, rules.current().text(), known);
        return vertx.eventBus()
                .<Buffer>request(addresses.scannerParts(node.id()), request.toJson(), options)
                .map(Message::body)
                .compose(PartsFeed::read)
                .recover(e -> Future.failedFuture(explained(e, options.getSendTimeout())));
    }

    /// In a sentence that is the same the next time.
    private static Throwable explained(Throwable cause, long millis) {
        return switch (cause instanceof ReplyException reply ? reply.failureType() : ReplyFailure.ERROR) {
            case TIMEOUT -> new IllegalStateException("It has not answered within " + millis + " ms");
            case NO_HANDLERS -> new IllegalStateException("Nobody answers there");
            default -> cause;
        };
    }

    /// What others have scanned instead is the fault of those nodes; what nobody could is nobody's.
    private void leaveOut(Map<PartNode, Throwable> failed) {
        failed.forEach((node, cause) -> {
            leftOut.put(node, wall.instant().plus(leave()));
            failures.warn(
                    "The node " + node.name() + " has not scanned its parts of the market " + market.name()
                            + ", which others do for a while",
                    cause);
        });
    }

    private static Future<PartAnswer> read(Buffer bytes) {
        try {
            return Future.succeededFuture(PartAnswer.of(bytes));
        } catch (PartFormatException e) {
            return Future.failedFuture(e);
        }
    }

    private Future<Optional<Snapshot>> merge(Gathering gathering) {
        columns.clear();
        try {
            for (PartAnswer answer : gathering.answers()) {
                answer.addTo(columns, symbols, references);
            }
        } catch (PartFormatException e) {
            return Future.failedFuture(e);
        }
        return Future.succeededFuture(Optional.of(new Snapshot(gathering.time(), columns)));
    }

    /// How long another node may take: a quarter of the interval.
    private Duration patience() {
        return between(SHORTEST_PATIENCE, market.scan().interval().dividedBy(4), LONGEST_PATIENCE);
    }

    /// For how long a node that has not answered is not asked: three cycles, else each would wait for it.
    private Duration leave() {
        return between(SHORTEST_LEAVE, market.scan().interval().multipliedBy(3), LONGEST_LEAVE);
    }

    private static Duration between(Duration least, Duration wanted, Duration most) {
        return wanted.compareTo(least) < 0 ? least : wanted.compareTo(most) > 0 ? most : wanted;
    }

    /// The nodes' own feeds are the [PartsVerticle]s'.
    @Override
    public Future<Void> close() {
        return Future.succeededFuture();
    }
}
