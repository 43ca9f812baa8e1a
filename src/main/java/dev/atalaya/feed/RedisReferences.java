package dev.atalaya.feed;

import dev.atalaya.market.PartSet;
import dev.atalaya.market.Reference;
import dev.atalaya.market.SymbolTable;
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
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What an upstream writes to Redis about symbols, by their numbers. Owned by one event loop; a decoding worker reads
/// it while nothing is loaded.
final class RedisReferences {
    private static final int CHUNK = 1_000;
    private static final Duration RETRY = Duration.ofMinutes(1);
    private static final Logger LOG = LoggerFactory.getLogger(RedisReferences.class);

    private final Vertx vertx;
    private final RedisLink redis;
    private final Keys keys;
    private final Duration refresh;
    private final InstantSource wall;
    private final SymbolTable symbols;
    private final ReferenceDecoder decoder = new ReferenceDecoder();
    private Reference[] references = new Reference[0];
    /// By part: up to which number its symbols were read.
    private final int[] loaded = new int[PartSet.MOST_PARTS];
    /// Those that were asked for since all was read again.
    private long wanted;

    private Instant nextRefresh = Instant.MAX;
    private boolean refreshing;

    /// @param refresh how often all is read again
    RedisReferences(
            Vertx vertx, RedisLink redis, Keys keys, Duration refresh, InstantSource wall, SymbolTable symbols) {
        this.vertx = vertx;
        this.redis = redis;
        this.keys = keys;
        this.refresh = refresh;
        this.wall = wall;
        this.symbols = symbols;
    }

    Reference get(int symbolId) {
        return symbolId < references.length ? references[symbolId] : Reference.UNKNOWN;
    }

    /// Reads the data of the symbols of these parts that are new; in the background that of all, if it is time. To be
    /// called while nothing is decoded: a decoding worker adds symbols to the table.
    ///
    /// @return whether there were any that are new
    Future<Boolean> load(PartSet parts) {
        makeRoom();
        wanted |= parts.bits();
        int end = symbols.size();
        int[] missing = missing(parts, end);
        if (missing.length > 0) {
            if (nextRefresh.equals(Instant.MAX)) {
                nextRefresh = wall.instant().plus(refresh);
            }
            return load(missing, names(missing), 0)
                    .onSuccess(done -> parts.members().forEach(part -> loaded[part] = end))
                    .map(true);
        }
        if (!refreshing && wall.instant().isAfter(nextRefresh)) {
            refresh(parts.parts());
        }
        return Future.succeededFuture(false);
    }

    private void makeRoom() {
        if (references.length < symbols.size()) {
            int before = references.length;
            references = Arrays.copyOf(references, symbols.size() * 2);
            Arrays.fill(references, before, references.length, Reference.UNKNOWN);
        }
    }

    private int[] missing(PartSet parts, int end) {
        int from = parts.members().stream().mapToInt(part -> loaded[part]).min().orElse(end);
        return IntStream.range(from, end)
                .filter(id -> {
                    int part = PartSet.partOf(symbols.name(id), parts.parts());
                    return parts.has(part) && id >= loaded[part];
                })
                .toArray();
    }

    /// Reads again what is wanted, and forgets that the rest was read: it is read when it is wanted again.
    private void refresh(int parts) {
        PartSet again = new PartSet(parts, wanted);
        wanted = 0;
        for (int part = 0; part < parts; part++) {
            loaded[part] = again.has(part) ? loaded[part] : 0;
        }
        int[] ids = IntStream.range(0, symbols.size())
                .filter(id -> again.has(symbols.name(id)))
                .toArray();
        refreshing = true;
        load(ids, names(ids), 0)
                .onSuccess(done -> nextRefresh = wall.instant().plus(refresh))
                .onFailure(e -> {
                    nextRefresh = wall.instant().plus(RETRY);
                    LOG.warn("The reference data could not be read again: {}", e.getMessage());
                })
                .onComplete(done -> refreshing = false);
    }

    private List<String> names(int[] ids) {
        return Arrays.stream(ids).mapToObj(symbols::name).toList();
    }

    private Future<Void> load(int[] ids, List<String> names, int from) {
        if (from == ids.length) {
            return Future.succeededFuture();
        }
        int to = Math.min(ids.length, from + CHUNK);
        Request request = Request.cmd(Command.MGET);
        names.subList(from, to).forEach(name -> request.arg(keys.reference(name)));
        return redis.send(request)
                .compose(answers -> vertx.executeBlocking(() -> decode(answers), false))
                .compose(decoded -> {
                    for (int i = from; i < to; i++) {
                        references[ids[i]] = decoded[i - from];
                    }
                    return load(ids, names, to);
                });
    }

    private Reference[] decode(Iterable<Response> answers) {
        List<Reference> decoded = new ArrayList<>();
        for (Response answer : answers) {
            decoded.add(
                    answer == null
                            ? Reference.UNKNOWN
                            : decoder.decode(answer.toBytes()).orElse(Reference.UNKNOWN));
        }
        return decoded.toArray(Reference[]::new);
    }
}
