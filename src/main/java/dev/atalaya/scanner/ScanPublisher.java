package dev.atalaya.scanner;

import dev.atalaya.bus.PublishedLists.PublishedList;
import dev.atalaya.config.PublishSettings;
import dev.atalaya.redis.FencedConnection;
import dev.atalaya.redis.Keys;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Publishes scans to Redis, each as one atomic write behind the fence, and keeps `scan_no` and the categories'
/// sequence
/// numbers: they come from Redis, go on from memory where Redis has lost them, and from the stream where memory is new.
/// Owned by the scanner's event loop.
final class ScanPublisher {
    private static final int STREAM_PAGE = 200;

    private final FencedConnection connection;
    private final Keys keys;
    private final PublishSettings settings;
    private final List<String> sessions;
    private final List<String> categories;
    private final InstantSource wall;
    private final StreamBudget budget;
    private final long[] sequences;
    private long scanNo;

    ScanPublisher(
            FencedConnection connection,
            Keys keys,
            PublishSettings settings,
            List<String> sessions,
            List<String> categories,
            InstantSource wall) {
        this.connection = connection;
        this.keys = keys;
        this.settings = settings;
        this.sessions = sessions;
        this.categories = categories;
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

    /// The number of the last published scan.
    long scanNo() {
        return scanNo;
    }

    /// By category: the number of its last published message; a copy.
    long[] sequences() {
        return sequences.clone();
    }

    /// Connects, takes the fence and finds out where the numbers stand. Afterwards nobody knows what consumers hold:
    /// the
    /// next message of each list must be a snapshot.
    Future<Void> open() {
        return connection.open(types()).compose(opened -> loadNumbers());
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
        return types;
    }

    private Future<Void> loadNumbers() {
        Request numbers = Request.cmd(Command.MGET).arg(keys.scanNo());
        categories.forEach(category -> numbers.arg(keys.sequence(category)));
        return connection
                .read(List.of(
                        numbers,
                        Request.cmd(Command.XLEN).arg(keys.deltas()),
                        Request.cmd(Command.MEMORY).arg("USAGE").arg(keys.deltas())))
                .compose(answers -> {
                    budget.reset(toLong(answers.get(1)), toLong(answers.get(2)));
                    Response known = Objects.requireNonNull(answers.get(0));
                    scanNo = Math.max(scanNo, toLong(known.get(0)));
                    boolean complete = scanNo > 0;
                    for (int i = 0; i < sequences.length; i++) {
                        sequences[i] = Math.max(sequences[i], toLong(known.get(i + 1)));
                        complete &= sequences[i] > 0;
                    }
                    return complete
                            ? Future.succeededFuture()
                            : searchStream("+").onSuccess(found -> beginAnew());
                });
    }

    /// Reads the stream backwards for the last message of each category whose number is not known.
    private Future<Void> searchStream(String end) {
        return connection
                .read(List.of(Request.cmd(Command.XREVRANGE)
                        .arg(keys.deltas())
                        .arg(end)
                        .arg("-")
                        .arg("COUNT")
                        .arg(STREAM_PAGE)))
                .compose(answers -> {
                    Response page = Objects.requireNonNull(answers.get(0));
                    String last = "";
                    for (Response entry : page) {
                        last = entry.get(0).toString();
                        note(entry.get(1));
                    }
                    boolean complete = true;
                    for (long sequence : sequences) {
                        complete &= sequence > 0;
                    }
                    return complete || page.size() < STREAM_PAGE ? Future.succeededFuture() : searchStream("(" + last);
                });
    }

    private void note(Response fields) {
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

    /// What neither Redis nor memory nor the stream knows goes on from the second: above all that was before.
    private void beginAnew() {
        long second = wall.instant().getEpochSecond();
        if (scanNo == 0) {
            scanNo = second;
        }
        for (int i = 0; i < sequences.length; i++) {
            if (sequences[i] == 0) {
                sequences[i] = second;
            }
        }
    }

    /// Writes a scan, the next after [#scanNo].
    ///
    /// @param after by category: the numbers as they are after this scan
    Future<FencedConnection.Outcome> publish(Publication publication, long[] after) {
        long number = scanNo + 1;
        List<Request> commands = commands(publication, number, after);
        return connection.write(commands).onSuccess(outcome -> {
            if (outcome == FencedConnection.Outcome.COMMITTED) {
                scanNo = number;
                System.arraycopy(after, 0, sequences, 0, sequences.length);
            }
        });
    }

    private List<Request> commands(Publication publication, long number, long[] after) {
        List<Request> commands = new ArrayList<>();
        long sessionSeconds = settings.sessionTtl().toSeconds();
        String time = publication.time().toString();
        for (PublishedList list : publication.lists()) {
            commands.add(
                    list.isCategory()
                            ? set(
                                            keys.category(list.name()),
                                            settings.categoryTtl().toSeconds())
                                    .arg(list.top(Integer.MAX_VALUE))
                            : set(keys.session(list.name()), sessionSeconds).arg(list.top(Integer.MAX_VALUE)));
        }
        commands.add(set(keys.sessionScan(publication.session()), sessionSeconds)
                .arg("{\"scan_no\":" + number + ",\"time\":\"" + time + "\"}"));
        for (Publication.Message message : publication.messages()) {
            long sequence = after[categories.indexOf(message.list())];
            commands.add(
                    Request.cmd(Command.SET).arg(keys.sequence(message.list())).arg(sequence));
            commands.add(Request.cmd(Command.XADD)
                    .arg(keys.deltas())
                    .arg("*")
                    .arg("type")
                    .arg(message.snapshot() ? "snapshot" : "delta")
                    .arg("list")
                    .arg(message.list())
                    .arg("sequence")
                    .arg(sequence)
                    .arg("timestamp")
                    .arg(time)
                    .arg(message.snapshot() ? "rows" : "deltas")
                    .arg(message.json())
                    .arg(message.snapshot() ? "count" : "change_count")
                    .arg(message.changes()));
            budget.add(message.json().length() + 200);
        }
        trim(commands);
        commands.add(Request.cmd(Command.SET).arg(keys.scanNo()).arg(number));
        return commands;
    }

    private static Request set(String key, long seconds) {
        return Request.cmd(Command.SETEX).arg(key).arg(seconds);
    }

    private void trim(List<Request> commands) {
        commands.add(Request.cmd(Command.XTRIM)
                .arg(keys.deltas())
                .arg("MINID")
                .arg(wall.millis() - settings.streamAge().toMillis()));
        long messages = budget.trim();
        if (messages >= 0) {
            commands.add(
                    Request.cmd(Command.XTRIM).arg(keys.deltas()).arg("MAXLEN").arg(messages));
        }
    }

    Future<Void> close() {
        return connection.close();
    }

    private static long toLong(@Nullable Response response) {
        return response == null ? 0 : response.toLong();
    }
}
