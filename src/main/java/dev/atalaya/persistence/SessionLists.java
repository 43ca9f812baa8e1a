package dev.atalaya.persistence;

import dev.atalaya.journal.ResultColumn;
import dev.atalaya.journal.ResultRow;
import dev.atalaya.redis.Keys;
import dev.atalaya.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The session lists as the scanner published them in Redis.
final class SessionLists {
    private static final Logger LOG = LoggerFactory.getLogger(SessionLists.class);

    private final RedisLink redis;
    private final Keys keys;
    private final TickerListParser parser = new TickerListParser();

    SessionLists(RedisLink redis, Keys keys) {
        this.redis = redis;
        this.keys = keys;
    }

    /// Reads the lists of the sessions, all at one moment; those that are not there or that are no lists are
    /// left out.
    ///
    /// @param top how many tickers of each
    /// @param period whether a scan of that time is wanted
    Future<List<SessionList>> read(List<String> sessions, int top, Predicate<Instant> period) {
        Request request = Request.cmd(Command.MGET);
        sessions.forEach(session -> request.arg(keys.session(session)).arg(keys.sessionScan(session)));
        return redis.send(request).map(values -> {
            List<SessionList> lists = new ArrayList<>();
            for (int i = 0; values != null && i < sessions.size(); i++) {
                list(sessions.get(i), values.get(2 * i), values.get(2 * i + 1), top)
                        .filter(list -> period.test(list.time()))
                        .ifPresent(lists::add);
            }
            return lists;
        });
    }

    private Optional<SessionList> list(String session, @Nullable Response list, @Nullable Response scan, int top) {
        if (list == null) {
            return Optional.empty();
        }
        JsonObject published = scan == null ? new JsonObject() : object(scan.toString());
        Optional<Instant> scanTime =
                published.getValue("time") instanceof String time ? TickerListParser.instant(time) : Optional.empty();
        Optional<Long> scanNo = published.getValue("scan_no") instanceof Number number && number.longValue() > 0
                ? Optional.of(number.longValue())
                : Optional.empty();
        try {
            TickerListParser.Parsed parsed = parser.parse(list.toBytes(), top, scanTime.isEmpty());
            return scanTime.or(parsed::newest)
                    .map(time -> new SessionList(session, keys.session(session), scanNo, time, ranked(parsed.rows())));
        } catch (IOException e) {
            LOG.warn("{} is left out, it is no list of tickers: {}", keys.session(session), e.getMessage());
            return Optional.empty();
        }
    }

    /// The list is in rank order: where a ticker does not say its rank, as the first system's do not, its place does.
    private static List<ResultRow> ranked(List<ResultRow> rows) {
        List<ResultRow> ranked = new ArrayList<>();
        for (ResultRow row : rows) {
            Map<ResultColumn, Object> values = new EnumMap<>(row.values());
            values.putIfAbsent(ResultColumn.RANK, ranked.size() + 1);
            ranked.add(new ResultRow(row.symbol(), values));
        }
        return ranked;
    }

    private static JsonObject object(String json) {
        try {
            return new JsonObject(json);
        } catch (DecodeException e) {
            return new JsonObject();
        }
    }
}
