package dev.atalaya.persistence;

import dev.atalaya.journal.JournalEntry;
import dev.atalaya.journal.JournalFormatException;
import dev.atalaya.redis.Keys;
import dev.atalaya.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The stream of scans in Redis, as the persistence reads and trims it.
final class Journal {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    private final RedisLink redis;
    private final Keys keys;

    Journal(RedisLink redis, Keys keys) {
        this.redis = redis;
        this.keys = keys;
    }

    /// What is known of the journal as a whole.
    ///
    /// @param incarnation empty: there is none, or its scanner keeps none
    /// @param first number of the incarnation's first scan, 0 if unknown
    /// @param follows number of the last scan before it, if no scan is missing between the two; else 0
    /// @param droppedBelow what stood below that number and was not stored fell to the memory cap; 0: nothing did
    /// @param droppedAt when it last happened, as text
    /// @param published number of the last published scan, 0 if unknown
    record State(String incarnation, long first, long follows, long droppedBelow, String droppedAt, long published) {}

    /// Some entries, in their order.
    ///
    /// @param entries those that could be read
    /// @param last number of the last one, read or not; 0 if there is none
    /// @param isEnd whether nothing came behind them
    record Page(List<JournalEntry> entries, long last, boolean isEnd) {}

    Future<State> state() {
        return redis.send(Request.cmd(Command.HMGET)
                        .arg(keys.journalState())
                        .arg("incarnation")
                        .arg("first")
                        .arg("follows")
                        .arg("dropped_below")
                        .arg("dropped_at"))
                .compose(known -> redis.send(Request.cmd(Command.GET).arg(keys.scanNo()))
                        .map(published -> new State(
                                text(known, 0),
                                number(text(known, 1)),
                                number(text(known, 2)),
                                number(text(known, 3)),
                                text(known, 4),
                                published == null ? 0 : number(published.toString()))));
    }

    private static String text(@Nullable Response fields, int index) {
        Response field = fields == null ? null : fields.get(index);
        return field == null ? "" : field.toString();
    }

    private static long number(String text) {
        try {
            return text.isEmpty() ? 0 : Long.parseLong(text);
        } catch (NumberFormatException e) {
            return 0; // somebody else's
        }
    }

    /// The entries after a scan.
    ///
    /// @param count how many at most
    Future<Page> read(long after, int count) {
        return redis.send(Request.cmd(Command.XRANGE)
                        .arg(keys.journal())
                        .arg(JournalEntry.id(Math.max(after, 0) + 1))
                        .arg("+")
                        .arg("COUNT")
                        .arg(count))
                .map(answer -> page(answer, count));
    }

    private static Page page(@Nullable Response answer, int count) {
        List<JournalEntry> entries = new ArrayList<>();
        long last = 0;
        int size = answer == null ? 0 : answer.size();
        for (int i = 0; answer != null && i < size; i++) {
            String id = answer.get(i).get(0).toString();
            last = number(id.substring(0, Math.max(id.indexOf('-'), 0)));
            entry(id, answer.get(i).get(1)).ifPresent(entries::add);
        }
        return new Page(entries, last, size < count);
    }

    private static Optional<JournalEntry> entry(String id, Response fields) {
        Map<String, String> texts = new HashMap<>();
        byte[] rows = {};
        for (int i = 0; i + 1 < fields.size(); i += 2) {
            String name = fields.get(i).toString();
            if (name.equals(JournalEntry.FIELD_ROWS)) {
                rows = fields.get(i + 1).toBytes();
            } else {
                texts.put(name, fields.get(i + 1).toString());
            }
        }
        try {
            return Optional.of(JournalEntry.of(id, texts, rows));
        } catch (JournalFormatException e) {
            LOG.warn("{}; it counts as lost", e.getMessage());
            return Optional.empty();
        }
    }

    /// Removes what stands below a scan.
    Future<Void> trim(long below) {
        return redis.send(Request.cmd(Command.XTRIM)
                        .arg(keys.journal())
                        .arg("MINID")
                        .arg(JournalEntry.id(below)))
                .mapEmpty();
    }
}
