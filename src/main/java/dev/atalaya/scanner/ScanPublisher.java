package dev.atalaya.scanner;

import dev.atalaya.bus.PublishedLists.PublishedList;
import dev.atalaya.config.PublishSettings;
import dev.atalaya.redis.CommandWriter;
import dev.atalaya.redis.FencedConnection;
import dev.atalaya.redis.Keys;
import dev.atalaya.redis.Reply;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Publishes scans to Redis, each as one atomic write behind the fence, and keeps `scan_no` and the categories'
/// sequence numbers: they come from Redis, go on from memory where Redis has lost them, and from the streams
/// where memory is new. Owned by the scanner's event loop.
final class ScanPublisher {
    /// Of messages that may have hundreds of kilobytes.
    private static final int STREAM_PAGE = 20;

    private static final long LAST_WRITE_MILLIS = 1_000;

    private final FencedConnection connection;
    private final Keys keys;
    private final PublishSettings settings;
    private final List<String> sessions;
    private final List<String> categories;
    private final Optional<ScanJournal> journal;
    private final OtherPublisher others;
    private final InstantSource wall;
    private final StreamBudget budget;
    private final boolean isOneOfSeveral;
    private final long[] sequences;
    private String noted = "";
    private long scanNo;
    /// The last one that was written, whether or not that was answered.
    private long attempted;

    ScanPublisher(
            FencedConnection connection,
            Keys keys,
            PublishSettings settings,
            List<String> sessions,
            List<String> categories,
            Optional<ScanJournal> journal,
            OtherPublisher others,
            boolean isOneOfSeveral,
            InstantSource wall) {
        this.connection = connection;
        this.isOneOfSeveral = isOneOfSeveral;
        this.keys = keys;
        this.settings = settings;
        this.sessions = sessions;
        this.categories = categories;
        this.journal = journal;
        this.others = others;
        this.wall = wall;
        this.budget = new StreamBudget(settings.streamBytes());
        this.sequences = new long[categories.size()];
    }

    boolean isOpen() {
        return connection.isOpen();
    }

    boolean isFencedOff() {
        return connection.isFencedOff();
    }

    long fence() {
        return connection.fence();
    }

    /// Why it does not publish although Redis is there, if that is so.
    Optional<String> obstacle() {
        return others.problem();
    }

    /// The number of the last published scan.
    long scanNo() {
        return scanNo;
    }

    /// The journal, where one is kept.
    Optional<ScanJournal> journal() {
        return journal;
    }

    /// What was noted of what consumers hold, with which scan it says itself; empty if nothing was.
    String noted() {
        return noted;
    }

    /// By category: the number of its last published message; a copy.
    long[] sequences() {
        return sequences.clone();
    }

    /// Connects, takes the fence, looks for others that write without one, and finds out where the numbers stand.
    /// Afterwards nobody knows what consumers hold: the next message of each list must be a snapshot.
    Future<Void> open() {
        return connection
                .open(types())
                .compose(opened -> others.look(connection, attempted > 0))
                .compose(alone -> loadNumbers())
                .onFailure(e -> connection.close());
    }

    private Map<String, String> types() {
        Map<String, String> types = new HashMap<>();
        types.put(keys.deltas(), "stream");
        types.put(keys.scanNo(), "string");
        for (String session : sessions) {
            types.put(keys.session(session), "string");
            types.put(keys.sessionScan(session), "string");
        }
        for (String category : categories) {
            types.put(keys.category(category), "string");
            types.put(keys.sequence(category), "string");
        }
        journal.ifPresent(kept -> types.putAll(kept.types()));
        if (isOneOfSeveral) {
            types.put(keys.sent(), "string");
        }
        return types;
    }

    private Future<Void> loadNumbers() {
        return connection
                .read(commands -> {
                    commands.command("MGET", 1 + categories.size()).arg(keys.scanNo());
                    categories.forEach(category -> commands.arg(keys.sequence(category)));
                    commands.command("XLEN", 1).arg(keys.deltas());
                    commands.command("MEMORY", 2).arg("USAGE").arg(keys.deltas());
                })
                .compose(answers -> {
                    budget.reset(answers.get(1).toLong(), answers.get(2).toLong(0));
                    List<Reply> known = answers.getFirst().parts();
                    boolean complete = true;
                    for (int i = 0; i < sequences.length; i++) {
                        sequences[i] = Math.max(sequences[i], known.get(i + 1).toLong(0));
                        complete &= sequences[i] > 0;
                    }
                    long published = known.getFirst().toLong(0);
                    return (complete ? Future.<Void>succeededFuture() : searchStream("+"))
                            .compose(found -> goOnAfter(Math.max(scanNo, published)))
                            .compose(found -> tellAgain(published))
                            .compose(told -> readNoted());
                });
    }

    /// Where Redis may have lost the last of what consumers got, nobody would know without the journal.
    private Future<Void> readNoted() {
        noted = "";
        if (!isOneOfSeveral || journal.isEmpty()) {
            return Future.succeededFuture();
        }
        return connection
                .read(commands -> commands.command("GET", 1).arg(keys.sent()))
                .onSuccess(answers -> noted =
                        answers.getFirst().isNil() ? "" : answers.getFirst().toString())
                .mapEmpty();
    }

    /// What neither Redis nor memory nor the stream knows goes on from the clock, above all that was before:
    /// sequences from the second, `scan_no` from the millisecond, since it must never be used twice, even where
    /// a simulation makes hundreds of scans a second.
    ///
    /// @param lastScan the last scan's number as Redis or memory knows it, or 0
    private Future<Void> goOnAfter(long lastScan) {
        for (int i = 0; i < sequences.length; i++) {
            if (sequences[i] == 0) {
                sequences[i] = wall.instant().getEpochSecond();
            }
        }
        return journal.map(kept -> kept.open(connection, scanNo, attempted, lastScan))
                .orElseGet(() -> Future.succeededFuture(lastScan == 0 ? wall.millis() : lastScan))
                .onSuccess(last -> scanNo = last)
                .mapEmpty();
    }

    /// A Redis that came back with less than it had must not tell the persistence that the numbers went back.
    private Future<Void> tellAgain(long published) {
        if (attempted == 0 || published >= scanNo) {
            return Future.succeededFuture();
        }
        return connection
                .write(commands -> commands.command("SET", 2).arg(keys.scanNo()).arg(scanNo))
                .mapEmpty();
    }

    /// Reads the stream backwards for the last message of each category whose number is not known.
    private Future<Void> searchStream(String end) {
        return connection
                .read(commands -> commands.command("XREVRANGE", 5)
                        .arg(keys.deltas())
                        .arg(end)
                        .arg("-")
                        .arg("COUNT")
                        .arg(STREAM_PAGE))
                .compose(answers -> {
                    List<Reply> page = answers.getFirst().parts();
                    String last = "";
                    for (Reply entry : page) {
                        last = entry.parts().getFirst().toString();
                        note(entry.parts().getLast().parts());
                    }
                    boolean complete = true;
                    for (long sequence : sequences) {
                        complete &= sequence > 0;
                    }
                    return complete || page.size() < STREAM_PAGE ? Future.succeededFuture() : searchStream("(" + last);
                });
    }

    private void note(List<Reply> fields) {
        String list = "";
        long sequence = 0;
        for (int i = 0; i + 1 < fields.size(); i += 2) {
            switch (fields.get(i).toString()) {
                case "list" -> list = fields.get(i + 1).toString();
                case "sequence" -> sequence = fields.get(i + 1).toLong();
                default -> {}
            }
        }
        int category = categories.indexOf(list);
        if (category >= 0) {
            sequences[category] = Math.max(sequences[category], sequence);
        }
    }

    /// Writes a scan, the next after [#scanNo]. Its bytes are taken before this returns.
    ///
    /// @param after by category: the numbers as they are after this scan
    Future<FencedConnection.Outcome> publish(Publication publication, long[] after) {
        long number = scanNo + 1;
        attempted = number;
        return connection
                .write(commands -> write(publication, number, after, commands), answers -> {
                    journal.ifPresent(kept -> kept.written(answers));
                    if (others.answered(answers, publication.session(), sequences, after)) {
                        connection.close();
                    }
                })
                .onSuccess(outcome -> {
                    if (outcome == FencedConnection.Outcome.COMMITTED) {
                        scanNo = number;
                        System.arraycopy(after, 0, sequences, 0, sequences.length);
                    }
                });
    }

    private void write(Publication publication, long number, long[] after, CommandWriter commands) {
        long sessionSeconds = settings.sessionTtl().toSeconds();
        long categorySeconds = settings.categoryTtl().toSeconds();
        String time = publication.time().toString();
        others.ask(publication.session(), commands);
        commands.command("SETEX", 3)
                .arg(keys.sessionScan(publication.session()))
                .arg(sessionSeconds)
                .arg("{\"scan_no\":" + number + ",\"time\":\"" + time + "\"}");
        for (PublishedList list : publication.lists()) {
            String key = list.isCategory() ? keys.category(list.name()) : keys.session(list.name());
            commands.command("SETEX", 3).arg(key).arg(list.isCategory() ? categorySeconds : sessionSeconds);
            commands.begin(list.length());
            list.write(commands::part);
            commands.end();
        }
        for (Publication.Message message : publication.messages()) {
            long sequence = after[categories.indexOf(message.list())];
            commands.command("SET", 2).arg(keys.sequence(message.list())).arg(sequence);
            commands.command("XADD", 14).arg(keys.deltas()).arg("*");
            commands.arg("type").arg(message.snapshot() ? "snapshot" : "delta");
            commands.arg("list").arg(message.list());
            commands.arg("sequence").arg(sequence);
            commands.arg("timestamp").arg(time);
            commands.arg(message.snapshot() ? "rows" : "deltas");
            commands.begin(message.length());
            message.json().accept(commands::part);
            commands.end();
            commands.arg(message.snapshot() ? "count" : "change_count").arg(message.changes());
            budget.add(message.length() + 200);
        }
        trim(commands);
        commands.command("SET", 2).arg(keys.scanNo()).arg(number);
        publication
                .sent()
                .ifPresent(sent -> commands.command("SET", 2).arg(keys.sent()).arg(sent.array(), 0, sent.size()));
        journal.ifPresent(
                kept -> kept.write(publication.journal().orElseThrow(), number, time, publication.session(), commands));
    }

    private void trim(CommandWriter commands) {
        commands.command("XTRIM", 3)
                .arg(keys.deltas())
                .arg("MINID")
                .arg(wall.millis() - settings.streamAge().toMillis());
        long messages = budget.trim();
        if (messages >= 0) {
            commands.command("XTRIM", 3).arg(keys.deltas()).arg("MAXLEN").arg(messages);
        }
    }

    /// Notes where the numbers end, unless that takes too long, and closes the connection.
    Future<Void> close() {
        return journal.map(kept -> kept.end(connection, scanNo))
                .orElseGet(Future::succeededFuture)
                .timeout(LAST_WRITE_MILLIS, TimeUnit.MILLISECONDS)
                .eventually(connection::close);
    }
}
