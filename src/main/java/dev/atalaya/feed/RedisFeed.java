package dev.atalaya.feed;

import dev.atalaya.config.FeedSettings;
import dev.atalaya.config.RedisSettings;
import dev.atalaya.market.Reference;
import dev.atalaya.market.Snapshot;
import dev.atalaya.market.SymbolTable;
import dev.atalaya.redis.BulkReader;
import dev.atalaya.redis.BulkReader.Kind;
import dev.atalaya.redis.Keys;
import dev.atalaya.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What an upstream writes to Redis: the newest snapshot as one string or as a hash with a field a ticker, and
/// a string a symbol with reference data. The reference data of new symbols is read before the snapshot they
/// first stand in is given; all of it is read again every so often, behind the snapshots' back.
public final class RedisFeed implements Feed {
    private static final int EXPECTED_TICKERS = 16_384;
    private static final int EXPECTED_BYTES = 12 << 20;
    private static final int CHUNK = 1_000;
    private static final Duration RETRY = Duration.ofMinutes(1);
    private static final Logger LOG = LoggerFactory.getLogger(RedisFeed.class);

    private final Vertx vertx;
    private final RedisLink redis;
    private final BulkReader bulk;
    private final Keys keys;
    private final Duration refresh;
    private final InstantSource wall;
    private final SymbolTable symbols = new SymbolTable(EXPECTED_TICKERS);
    private final VendorSnapshotDecoder decoder;
    private final ReferenceDecoder referenceDecoder = new ReferenceDecoder();
    private final int maxBytes;
    private final SnapshotBytes bytes;
    /// The snapshot that is being read, or was last.
    private Future<Snapshot> decoding = Future.failedFuture("Nothing came");

    private Reference[] references = new Reference[0];
    private int loaded;
    private Instant nextRefresh = Instant.MAX;
    private boolean refreshing;
    private Instant last = Instant.MIN;

    public RedisFeed(Vertx vertx, RedisSettings settings, Keys keys, FeedSettings feed, InstantSource wall) {
        this.vertx = vertx;
        this.decoder = new VendorSnapshotDecoder(symbols, EXPECTED_TICKERS, vertx);
        this.redis = new RedisLink(vertx, settings);
        this.bulk = new BulkReader(vertx, settings);
        this.keys = keys;
        this.refresh = feed.redis().referenceRefresh();
        this.maxBytes = feed.maxBytes();
        this.bytes = new SnapshotBytes(EXPECTED_BYTES, maxBytes);
        this.wall = wall;
    }

    @Override
    public SymbolTable symbols() {
        return symbols;
    }

    @Override
    public Future<Optional<Snapshot>> next() {
        return read().compose(snapshot -> {
            if (snapshot.time().equals(last)) {
                return Future.succeededFuture(Optional.empty());
            }
            int known = loaded;
            return loadReferences().compose(done -> {
                if (symbols.size() > known) {
                    return next(); // the rows were filled before the data of new symbols was known
                }
                last = snapshot.time();
                return Future.succeededFuture(Optional.of(snapshot));
            });
        });
    }

    @Override
    public Future<Optional<Snapshot>> rehearse() {
        Instant before = last;
        return next().onComplete(done -> last = before);
    }

    /// Reads the snapshot's pieces into one array that is used again; a worker decodes them as they come. Complete when
    /// both are done with the array.
    private Future<Snapshot> read() {
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
                        case CHANGED -> read();
                        case TEXT, HASH -> decoding;
                    };
                }));
    }

    private Future<Snapshot> decode(Kind kind) {
        return vertx.executeBlocking(
                () -> kind == Kind.HASH
                        ? decoder.decodeHash(bytes, this::reference)
                        : decoder.decode(bytes, this::reference),
                false);
    }

    private Reference reference(int symbolId) {
        return symbolId < references.length ? references[symbolId] : Reference.UNKNOWN;
    }

    /// Reads the data of symbols that are new; in the background that of all, if it is time.
    private Future<Void> loadReferences() {
        if (references.length < symbols.size()) {
            int before = references.length;
            references = Arrays.copyOf(references, symbols.size() * 2);
            Arrays.fill(references, before, references.length, Reference.UNKNOWN);
        }
        if (loaded < symbols.size()) {
            if (loaded == 0) {
                nextRefresh = wall.instant().plus(refresh);
            }
            int end = symbols.size();
            return load(loaded, names(loaded, end)).onSuccess(done -> loaded = end);
        }
        if (!refreshing && wall.instant().isAfter(nextRefresh)) {
            refreshing = true;
            load(0, names(0, loaded))
                    .onSuccess(done -> nextRefresh = wall.instant().plus(refresh))
                    .onFailure(e -> {
                        nextRefresh = wall.instant().plus(RETRY);
                        LOG.warn("The reference data could not be read again: {}", e.getMessage());
                    })
                    .onComplete(done -> refreshing = false);
        }
        return Future.succeededFuture();
    }

    /// Taken while nothing is decoded: a decoding worker adds symbols to the table.
    private List<String> names(int from, int to) {
        return IntStream.range(from, to).mapToObj(symbols::name).toList();
    }

    /// @param names of the symbols from that number on
    private Future<Void> load(int from, List<String> names) {
        if (names.isEmpty()) {
            return Future.succeededFuture();
        }
        int count = Math.min(names.size(), CHUNK);
        Request request = Request.cmd(Command.MGET);
        names.subList(0, count).forEach(name -> request.arg(keys.reference(name)));
        return redis.send(request)
                .compose(answers -> vertx.executeBlocking(() -> decode(answers), false))
                .compose(decoded -> {
                    System.arraycopy(decoded, 0, references, from, decoded.length);
                    return load(from + count, names.subList(count, names.size()));
                });
    }

    private Reference[] decode(Iterable<Response> answers) {
        List<Reference> decoded = new ArrayList<>();
        for (Response answer : answers) {
            decoded.add(
                    answer == null
                            ? Reference.UNKNOWN
                            : referenceDecoder.decode(answer.toBytes()).orElse(Reference.UNKNOWN));
        }
        return decoded.toArray(Reference[]::new);
    }

    @Override
    public Future<Void> close() {
        return bulk.close().eventually(redis::close);
    }
}
