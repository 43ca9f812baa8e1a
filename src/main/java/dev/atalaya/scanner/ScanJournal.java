package dev.atalaya.scanner;

import dev.atalaya.bus.FailureLog;
import dev.atalaya.journal.JournalEntry;
import dev.atalaya.redis.CommandWriter;
import dev.atalaya.redis.FencedConnection;
import dev.atalaya.redis.Keys;
import dev.atalaya.redis.Reply;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.LoggerFactory;

/// The scanner's side of the journal: a stream with an entry a scan, whose id is the scan's number, and a hash
/// that tells what is known of the stream as a whole. All of it is written in the scans' transactions. The
/// persistence removes what it has stored; only where too much stands there does this side drop the oldest
/// (docs/decisions/0008). Owned by the scanner's event loop.
final class ScanJournal {
    /// More scans than there can be in what Redis loses when it ends badly.
    private static final long JUMP = 1_000_000;

    /// An entry's other fields, at most.
    private static final int FIELD_BYTES = 250;

    /// What Redis takes for an entry beside its content.
    private static final int NODE_BYTES = 520;

    /// What a stream takes beside its entries; it takes room for small ones ahead.
    private static final int STREAM_BYTES = 8 * 1024;

    private static final String INCARNATION = "incarnation";
    private static final String FIRST = "first";
    private static final String FOLLOWS = "follows";
    private static final String RUN_ID = "run_id";
    private static final String CLEAN = "clean";
    private static final Pattern RUN_ID_LINE = Pattern.compile("(?m)^run_id:(\\w+)");

    private final Keys keys;
    private final StreamBudget budget;
    private final InstantSource wall;
    private final FailureLog failures;

    /// Which journal this is: another one wherever numbers may be missing that nobody knows of. Empty before
    /// the first [#open].
    private String incarnation = "";

    /// The number of its first scan.
    private String first = "";

    /// The number of the last scan before it, if none is missing between the two; else empty.
    private String follows = "";

    private String runId = "";

    /// Whether the hash is as it should be since the last [#open].
    private boolean isTold;

    private long lastOlderId;
    private long lastBefore;
    private boolean isTrimming;
    private long dropped;

    ScanJournal(Keys keys, long maxBytes, InstantSource wall) {
        this.keys = keys;
        this.wall = wall;
        budget = new StreamBudget(maxBytes - STREAM_BYTES);
        failures = new FailureLog(LoggerFactory.getLogger(ScanJournal.class), wall);
    }

    /// What `TYPE` must answer for the keys that are written.
    Map<String, String> types() {
        return Map.of(keys.journal(), "stream", keys.journalState(), "hash");
    }

    /// Finds out which journal stands in Redis, and whether it goes on. It begins anew where it is lost, and, far
    /// ahead, where Redis was started again while no scanner remembered the numbers: its last seconds, or, where
    /// it only saves now and then, minutes may be lost, and their numbers would be used twice.
    ///
    /// @param remembered the last number that this scanner knows of by itself; 0 if it is new
    /// @param attempted the last number that it wrote, whether or not that was answered
    /// @param known the last number that it or Redis knows of; 0 if there is none
    /// @return the number after which the scans go on
    Future<Long> open(FencedConnection connection, long remembered, long attempted, long known) {
        isTold = false;
        return connection
                .read(commands -> {
                    commands.command("HGETALL", 1).arg(keys.journalState());
                    commands.command("INFO", 1).arg("server");
                    commands.command("XLEN", 1).arg(keys.journal());
                    commands.command("MEMORY", 4).arg("USAGE").arg(keys.journal());
                    commands.arg("SAMPLES").arg(0); // of all entries
                })
                .compose(answers -> {
                    Matcher line = RUN_ID_LINE.matcher(answers.get(1).toString());
                    String lastRunId = runId;
                    runId = line.find() ? line.group(1) : "";
                    budget.reset(answers.get(2).toLong(), answers.get(3).toLong(0));
                    Map<String, String> state = fields(answers.getFirst());
                    boolean isThere = !answers.get(3).isNil();
                    return (isThere ? lastId(connection) : Future.succeededFuture(0L)).map(last -> {
                        lastOlderId = last;
                        long highest = Math.max(known, last);
                        if (remembered == 0) {
                            lastBefore = beginNew(state, highest);
                        } else { // what was written last may be stored already, and lost here
                            lastBefore = begin(state, lastRunId.equals(runId) ? highest : Math.max(highest, attempted));
                        }
                        return lastBefore;
                    });
                });
    }

    private static Map<String, String> fields(Reply list) {
        Map<String, String> fields = new HashMap<>();
        for (int i = 0; i + 1 < list.parts().size(); i += 2) {
            fields.put(list.parts().get(i).toString(), list.parts().get(i + 1).toString());
        }
        return fields;
    }

    /// The largest number that was ever in the stream, which Redis remembers when it is empty, and below which
    /// it takes no entry.
    private Future<Long> lastId(FencedConnection connection) {
        return connection
                .read(commands -> commands.command("XINFO", 2).arg("STREAM").arg(keys.journal()))
                .map(answers -> {
                    String id = fields(answers.getFirst()).getOrDefault("last-generated-id", "0-0");
                    return Long.parseLong(id.substring(0, id.indexOf('-')));
                });
    }

    private long beginNew(Map<String, String> state, long known) {
        if (known == 0
                || runId.equals(state.get(RUN_ID))
                || state.getOrDefault(INCARNATION, "").isEmpty()) {
            return begin(state, known);
        }
        boolean endedInPeace = Long.toString(known).equals(state.get(CLEAN));
        return beginAnew(known + JUMP, endedInPeace ? Long.toString(known) : "");
    }

    private long begin(Map<String, String> state, long known) {
        String standing = state.getOrDefault(INCARNATION, "");
        if (known == 0 || standing.isEmpty()) {
            return beginAnew(known == 0 ? wall.millis() : known, "");
        }
        if (incarnation.isEmpty()) {
            incarnation = standing;
            first = state.getOrDefault(FIRST, "");
            follows = state.getOrDefault(FOLLOWS, "");
        }
        return known;
    }

    private long beginAnew(long last, String lastBefore) {
        incarnation = Long.toString(wall.millis());
        first = Long.toString(last + 1);
        follows = lastBefore;
        return last;
    }

    /// Writes a scan's entry as the last commands of a transaction.
    void write(Publication.Journal entry, long number, String time, String session, CommandWriter commands) {
        commands.command("XADD", 14).arg(keys.journal()).arg(JournalEntry.id(number));
        commands.arg(JournalEntry.FIELD_VERSION).arg(JournalEntry.VERSION);
        commands.arg(JournalEntry.FIELD_TIME).arg(time);
        commands.arg(JournalEntry.FIELD_SESSION).arg(session);
        commands.arg(JournalEntry.FIELD_DAY).arg(entry.day());
        commands.arg(JournalEntry.FIELD_HOUR).arg(entry.hour());
        commands.arg(JournalEntry.FIELD_ROWS).arg(entry.rows(), 0, entry.size());
        budget.add(memory(entry.size()));
        if (!isTold) {
            commands.command("HSET", 7).arg(keys.journalState());
            commands.arg(INCARNATION).arg(incarnation);
            commands.arg(FIRST).arg(first);
            commands.arg(RUN_ID).arg(runId);
            commands.command("HDEL", 3).arg(keys.journalState()).arg(CLEAN).arg(FOLLOWS);
            if (!follows.isEmpty()) {
                commands.command("HSET", 3)
                        .arg(keys.journalState())
                        .arg(FOLLOWS)
                        .arg(follows);
            }
        }
        long kept = budget.trim();
        isTrimming = kept >= 0;
        if (isTrimming) {
            long oldest = oldest(kept, number);
            commands.command("HSET", 5).arg(keys.journalState());
            commands.arg("dropped_below").arg(oldest);
            commands.arg("dropped_at").arg(Instant.ofEpochMilli(wall.millis()).toString());
            commands.command("XTRIM", 3).arg(keys.journal()).arg("MINID").arg(oldest);
        }
        commands.command("XLEN", 1).arg(keys.journal());
    }

    /// What an entry takes in Redis, whose allocator goes in steps of a quarter of a power of two.
    private static int memory(int rows) {
        int content = rows + FIELD_BYTES;
        int step = Integer.highestOneBit(content - 1) / 4;
        return (content + step - 1) / step * step + NODE_BYTES;
    }

    /// The number of the oldest entry that stays: the numbers since the last [#open] are consecutive, and those
    /// before it have no more entries than numbers.
    private long oldest(long kept, long number) {
        long own = number - lastBefore;
        return kept <= own ? number - kept + 1 : lastOlderId - (kept - own) + 1;
    }

    /// The transaction with [#write] was applied.
    ///
    /// @param answers to all its commands
    void written(List<Reply> answers) {
        isTold = true;
        budget.standing(answers.getLast().toLong());
        dropped = isTrimming ? answers.get(answers.size() - 2).toLong() : 0;
        if (dropped > 0) {
            failures.warn("The journal is full (market.publish.journal_bytes), its oldest scans are dropped: nothing"
                    + " stores them and takes them away");
        }
    }

    /// Tells, as the last thing that is written, that the numbers end here.
    ///
    /// @param number of the last scan
    Future<Void> end(FencedConnection connection, long number) {
        if (!isTold || !connection.isOpen()) {
            return Future.succeededFuture();
        }
        return connection
                .write(commands -> commands.command("HSET", 3)
                        .arg(keys.journalState())
                        .arg(CLEAN)
                        .arg(number))
                .mapEmpty();
    }

    /// How many scans the last one pushed out.
    long dropped() {
        return dropped;
    }

    /// How many entries stand in the stream.
    long entries() {
        return budget.messages();
    }

    /// How large they are.
    long bytes() {
        return budget.bytes();
    }
}
