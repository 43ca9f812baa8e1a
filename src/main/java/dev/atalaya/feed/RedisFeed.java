package dev.atalaya.feed;

import dev.atalaya.config.FeedSettings;
import dev.atalaya.config.RedisSettings;
import dev.atalaya.market.PartSet;
import dev.atalaya.market.Snapshot;
import dev.atalaya.market.SymbolTable;
import dev.atalaya.redis.BulkReader;
import dev.atalaya.redis.BulkReader.Kind;
import dev.atalaya.redis.Keys;
import dev.atalaya.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/// What an upstream writes to Redis: the newest snapshot as one string or as a hash with a field a ticker, and
/// a string a symbol with reference data. The reference data of new symbols is read before the snapshot they
/// first stand in is given; all of it is read again every so often, behind the snapshots' back.
public final class RedisFeed implements Feed {
    private static final int EXPECTED_TICKERS = 16_384;
    private static final int EXPECTED_BYTES = 12 << 20;

    private final Vertx vertx;
    private final RedisLink redis;
    private final BulkReader bulk;
    private final Keys keys;
    private final SymbolTable symbols = new SymbolTable(EXPECTED_TICKERS);
    private final VendorSnapshotDecoder decoder;
    private final RedisReferences references;
    private final int maxBytes;
    private final SnapshotBytes bytes;
    /// The snapshot that is being read, or was last.
    private Future<Snapshot> decoding = Future.failedFuture("Nothing came");

    private Instant last = Instant.MIN;

    public RedisFeed(Vertx vertx, RedisSettings settings, Keys keys, FeedSettings feed, InstantSource wall) {
        this.vertx = vertx;
        this.decoder = new VendorSnapshotDecoder(symbols, EXPECTED_TICKERS, vertx);
        this.redis = new RedisLink(vertx, settings);
        this.bulk = new BulkReader(vertx, settings);
        this.keys = keys;
        this.maxBytes = feed.maxBytes();
        this.bytes = new SnapshotBytes(EXPECTED_BYTES, maxBytes);
        this.references = new RedisReferences(vertx, redis, keys, feed.redis().referenceRefresh(), wall, symbols);
    }

    @Override
    public SymbolTable symbols() {
        return symbols;
    }

    @Override
    public Future<Optional<Snapshot>> next() {
        return next(PartSet.UNDIVIDED, last).onSuccess(next -> next.ifPresent(snapshot -> last = snapshot.time()));
    }

    /// The tickers of some parts of the market in the newest snapshot, or nothing if that has a time that is known
    /// already. One question at a time, as with [#next()].
    public Future<Optional<Snapshot>> next(PartSet parts, Instant known) {
        return read(parts).compose(snapshot -> {
            if (snapshot.time().equals(known)) {
                return Future.succeededFuture(Optional.empty());
            }
            return references
                    .load(parts)
                    .compose(hasNew -> hasNew
                            ? next(parts, known) // the rows were filled before the data of new symbols was known
                            : Future.succeededFuture(Optional.of(snapshot)));
        });
    }

    @Override
    public Future<Optional<Snapshot>> rehearse() {
        Instant before = last;
        return next().onComplete(done -> last = before);
    }

    /// Reads the snapshot's pieces into one array that is used again; a worker decodes them as they come. Complete when
    /// both are done with the array.
    private Future<Snapshot> read(PartSet parts) {
        decoder.only(parts);
        bytes.clear();
        decoding = Future.failedFuture("Nothing came");
        return bulk.read(keys.snapshot(), maxBytes, kind -> decoding = decode(kind), bytes)
                .onComplete(read -> bytes.end())
                .transform(read -> decoding.transform(decoded -> {
                    if (read.failed()) {
                        return Future.failedFuture(read.cause());
                    }
                    return switch (read.result()) {
                        case NOTHING ->
                            Future.failedFuture(
                                    "There is no " + keys.snapshot() + " in Redis: is the upstream running?");
                        case CHANGED -> read(parts);
                        case TEXT, HASH -> decoding;
                    };
                }));
    }

    private Future<Snapshot> decode(Kind kind) {
        return vertx.executeBlocking(
                () -> kind == Kind.HASH
                        ? decoder.decodeHash(bytes, references::get)
                        : decoder.decode(bytes, references::get),
                false);
    }

    @Override
    public Future<Void> close() {
        return bulk.close().eventually(redis::close);
    }
}
