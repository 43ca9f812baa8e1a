package dev.atalaya.compare;

import dev.atalaya.redis.Keys;
import dev.atalaya.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Reads the lists that two systems have published in one Redis, and says how they differ: the sessions' and the
/// categories', whichever there are. The two of a list are read at one moment. Reads only.
public final class Comparison {
    private static final String EVERY = "*";
    private static final int SCAN_COUNT = 1_000;

    private final RedisLink redis;
    private final Keys here;
    private final Keys there;
    private final int top;
    private final double tolerancePercent;

    /// @param here the own prefix
    /// @param there the other one's
    /// @param top how many tickers of each list are compared
    /// @param tolerancePercent by how much numbers may differ, in percent of the larger
    public Comparison(RedisLink redis, String here, String there, int top, double tolerancePercent) {
        this.redis = redis;
        this.here = new Keys(here);
        this.there = new Keys(there);
        this.top = top;
        this.tolerancePercent = tolerancePercent;
    }

    /// Compares. Fails if Redis does, if a list cannot be read, or if there is none on either side.
    public Future<ComparisonReport> run() {
        return names(here.session(EVERY), there.session(EVERY))
                .compose(sessions -> names(here.category(EVERY), there.category(EVERY))
                        .compose(categories -> {
                            List<String> all = new ArrayList<>(sessions);
                            all.addAll(categories);
                            return all.isEmpty()
                                    ? Future.failedFuture(
                                            "there is no list behind " + named(here) + " nor behind " + named(there))
                                    : compare(all, 0, new ArrayList<>());
                        }))
                .map(ComparisonReport::new);
    }

    private static String named(Keys keys) {
        return keys.prefix().isEmpty() ? "no prefix" : "the prefix " + keys.prefix();
    }

    /// The names of both sides' keys, without their prefixes, in order.
    private Future<Set<String>> names(String ours, String theirs) {
        Set<String> names = new TreeSet<>();
        return scan("0", ours, here.prefix(), names)
                .compose(done -> scan("0", theirs, there.prefix(), names))
                .map(names);
    }

    private Future<Void> scan(String cursor, String pattern, String prefix, Set<String> names) {
        String literal = pattern.substring(0, pattern.length() - EVERY.length());
        return redis.send(Request.cmd(Command.SCAN)
                        .arg(cursor)
                        .arg("MATCH")
                        .arg(literal.replaceAll("[\\\\*?\\[\\]^]", "\\\\$0") + EVERY)
                        .arg("COUNT")
                        .arg(SCAN_COUNT))
                .compose(page -> {
                    if (page == null) {
                        return Future.failedFuture("Redis answered SCAN with nothing");
                    }
                    page.get(1).forEach(key -> names.add(key.toString().substring(prefix.length())));
                    String next = page.get(0).toString();
                    return next.equals("0") ? Future.succeededFuture() : scan(next, pattern, prefix, names);
                });
    }

    private Future<List<ListDifference>> compare(List<String> names, int at, List<ListDifference> done) {
        if (at == names.size()) {
            return Future.succeededFuture(done);
        }
        String name = names.get(at);
        return redis.send(Request.cmd(Command.MGET).arg(here.prefix() + name).arg(there.prefix() + name))
                .compose(values -> {
                    if (values == null) {
                        return Future.failedFuture("Redis answered MGET with nothing");
                    }
                    Optional<TickerList> ours;
                    Optional<TickerList> theirs;
                    try {
                        ours = list(here.prefix() + name, values.get(0));
                        theirs = list(there.prefix() + name, values.get(1));
                    } catch (IOException e) {
                        return Future.failedFuture(e);
                    }
                    if (ours.isPresent() || theirs.isPresent()) { // else it has expired meanwhile
                        done.add(ListDifference.of(name, ours, theirs, tolerancePercent));
                    }
                    return compare(names, at + 1, done);
                });
    }

    private Optional<TickerList> list(String key, @Nullable Response json) throws IOException {
        try {
            return json == null ? Optional.empty() : Optional.of(TickerList.read(json.toBytes(), top));
        } catch (IOException e) {
            String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw new IOException(key + " is no list of tickers: " + why, e);
        }
    }
}
