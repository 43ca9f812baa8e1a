package dev.atalaya.scanner;

import dev.atalaya.redis.CommandWriter;
import dev.atalaya.redis.FencedConnection;
import dev.atalaya.redis.Keys;
import dev.atalaya.redis.Reply;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Looks out for a publisher of the same keys that knows no fence, as the first system's scanner is one: two of them
/// would give the same sequence numbers twice. Other scanners of ours are not meant, they are fenced off: whatever
/// moves while this one holds the fence was written by somebody else.
///
/// Before the first publish it is enough that the lists are ours, which is seen at once; where they are not, or
/// nobody knows, nothing may move for a while. Afterwards the publishes themselves ask now and then whether what this
/// scanner wrote still stands. Owned by the scanner's event loop.
final class OtherPublisher {
    /// So long after each other the publishes ask.
    private static final long ASK_MILLIS = 5_000;

    /// A list and the word on its scan are written at once, so they expire at once; and by so much what expires later
    /// was written anew.
    private static final long TOGETHER_MILLIS = 1_000;

    /// Of a list's beginning, where its first tickers' prices stand.
    private static final int HEAD = 999;

    /// Commands about a session in [#read].
    private static final int PER_SESSION = 4;

    private static final String STREAM_START = "0-0";

    private final Keys keys;
    private final List<String> sessions;
    private final List<String> categories;
    private final long quietMillis;
    private final InstantSource wall;
    /// By category: the number as it stands in Redis as far as this scanner knows, nil included.
    private final String[] standing;
    private @Nullable State quietSince;
    private @Nullable String problem;
    private boolean isSuspected;
    private boolean isAsking;
    private long asked;

    /// @param quiet for so long nothing may move before this scanner publishes where somebody else has
    OtherPublisher(Keys keys, List<String> sessions, List<String> categories, Duration quiet, InstantSource wall) {
        this.keys = keys;
        this.sessions = sessions;
        this.categories = categories;
        this.quietMillis = quiet.toMillis();
        this.wall = wall;
        standing = new String[categories.size()];
        Arrays.fill(standing, "");
    }

    /// What can be seen of who publishes, at one moment.
    ///
    /// @param millis Redis' time
    /// @param marks what every publish changes, by key
    /// @param expiries by session: when its list expires, or -1
    /// @param isOurs whether the lists are those of a scanner that knows the fence, or there are none; where none
    ///     such has published yet, whether the stream has no new message
    private record State(long millis, List<String> marks, List<Long> expiries, boolean isOurs) {}

    /// Why nothing is published, if that is so.
    Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    /// Fails unless this scanner may publish, over a connection that holds the fence. Where that is not known yet it
    /// is to be asked again.
    ///
    /// @param isKnown whether this scanner has published before
    Future<Void> look(FencedConnection connection, boolean isKnown) {
        return connection.read(this::read).compose(answers -> {
            State now = state(answers, isKnown);
            isAsking = false;
            asked = wall.millis();
            noteStanding(answers.getFirst().parts());
            isSuspected |= !now.isOurs();
            if (isSuspected) {
                suspect(now);
            }
            return isSuspected ? Future.failedFuture(problem) : Future.succeededFuture();
        });
    }

    private void suspect(State now) {
        State before = quietSince;
        Optional<String> moved = before == null ? Optional.empty() : moved(before, now);
        if (before == null || moved.isPresent()) {
            quietSince = now;
            problem = moved.map(this::sentence).orElse(problem == null ? unknown() : problem);
        } else if (now.millis() - before.millis() >= quietMillis) {
            quietSince = null;
            problem = null;
            isSuspected = false;
        }
    }

    private String unknown() {
        return "The lists in Redis are not those of a scanner that knows the fence: for " + quietMillis / 1000
                + " s it is watched whether somebody still writes them, until then nothing is published";
    }

    private String sentence(String key) {
        return "Another publisher, which knows no fence, writes " + key + ": this scanner publishes nothing until that"
                + " has been quiet for " + quietMillis / 1000 + " s. Stop the other one, or give this one a"
                + " market.key_prefix of its own";
    }

    private void read(CommandWriter commands) {
        commands.command("MGET", categories.size());
        categories.forEach(category -> commands.arg(keys.sequence(category)));
        commands.command("TIME", 0);
        commands.command("EXISTS", 2).arg(keys.scanNo()).arg(keys.journalState());
        commands.command("XREVRANGE", 5)
                .arg(keys.deltas())
                .arg("+")
                .arg("-")
                .arg("COUNT")
                .arg(1);
        for (String session : sessions) {
            commands.command("PTTL", 1).arg(keys.session(session));
            commands.command("PTTL", 1).arg(keys.sessionScan(session));
            commands.command("STRLEN", 1).arg(keys.session(session));
            commands.command("GETRANGE", 3).arg(keys.session(session)).arg(0).arg(HEAD);
        }
    }

    private State state(List<Reply> answers, boolean isKnown) {
        List<Reply> time = answers.get(1).parts();
        long millis = time.getFirst().toLong() * 1000 + time.getLast().toLong() / 1000;
        List<String> marks = new ArrayList<>();
        answers.getFirst().parts().forEach(number -> marks.add(number.toString()));
        List<Reply> entries = answers.get(3).parts();
        String last = entries.isEmpty()
                ? STREAM_START
                : entries.getFirst().parts().getFirst().toString();
        marks.add(last);
        boolean isOurs = isKnown || answers.get(2).toLong() > 0 || millis - millisOf(last) >= quietMillis;
        List<Long> expiries = new ArrayList<>();
        for (int i = 0; i < sessions.size(); i++) {
            int at = 4 + PER_SESSION * i;
            long life = answers.get(at).toLong();
            expiries.add(life < 0 ? -1 : millis + life);
            boolean isThere = answers.get(at + 2).toLong() > 0;
            isOurs &= !isThere || isTogether(life, answers.get(at + 1).toLong());
            marks.add(answers.get(at + 2) + " " + answers.get(at + 3));
        }
        return new State(millis, marks, expiries, isOurs);
    }

    private static long millisOf(String id) {
        return Long.parseLong(id.substring(0, id.indexOf('-')));
    }

    private static boolean isTogether(long life, long other) {
        return life >= 0 && other >= 0 && Math.abs(life - other) <= TOGETHER_MILLIS;
    }

    /// The key that was written between the two, if there is one; that a list expired or a stream was trimmed is no
    /// write.
    private Optional<String> moved(State before, State now) {
        for (int i = 0; i < now.marks().size(); i++) {
            int session = i - categories.size() - 1;
            String mark = now.marks().get(i);
            boolean isGone = session >= 0 ? mark.startsWith("0 ") : session == -1 && mark.equals(STREAM_START);
            if (!isGone && !mark.equals(before.marks().get(i))) {
                return Optional.of(
                        session >= 0
                                ? keys.session(sessions.get(session))
                                : session == -1 ? keys.deltas() : keys.sequence(categories.get(i)));
            }
        }
        for (int i = 0; i < sessions.size(); i++) {
            if (now.expiries().get(i) > before.expiries().get(i) + TOGETHER_MILLIS) {
                return Optional.of(keys.session(sessions.get(i)));
            }
        }
        return Optional.empty();
    }

    private void noteStanding(List<Reply> numbers) {
        for (int i = 0; i < standing.length; i++) {
            standing[i] = numbers.get(i).toString();
        }
    }

    /// Asks, as the first commands of a publish, whether what the last one wrote still stands, if that has not been
    /// asked for a while.
    void ask(String session, CommandWriter commands) {
        isAsking = Math.abs(wall.millis() - asked) >= ASK_MILLIS;
        if (isAsking) {
            asked = wall.millis();
            commands.command("MGET", categories.size());
            categories.forEach(category -> commands.arg(keys.sequence(category)));
            commands.command("PTTL", 1).arg(keys.session(session));
            commands.command("PTTL", 1).arg(keys.sessionScan(session));
        }
    }

    /// The publish was applied.
    ///
    /// @param answers to all its commands
    /// @param before by category: the number before it
    /// @param after the same after it
    /// @return whether somebody else has written meanwhile: then [#look] decides
    boolean answered(List<Reply> answers, String session, long[] before, long[] after) {
        if (isAsking) {
            overwritten(answers, session).ifPresent(key -> {
                isSuspected = true;
                quietSince = null;
                problem = sentence(key);
            });
        }
        for (int i = 0; i < standing.length; i++) {
            if (after[i] != before[i]) {
                standing[i] = Long.toString(after[i]);
            }
        }
        return isSuspected;
    }

    private Optional<String> overwritten(List<Reply> answers, String session) {
        List<Reply> numbers = answers.getFirst().parts();
        for (int i = 0; i < standing.length; i++) {
            if (!numbers.get(i).isNil() && !numbers.get(i).toString().equals(standing[i])) {
                return Optional.of(keys.sequence(categories.get(i)));
            }
        }
        long life = answers.get(1).toLong();
        long ours = answers.get(2).toLong();
        boolean isThere = life != -2;
        return isThere && ours != -2 && !isTogether(life, ours) ? Optional.of(keys.session(session)) : Optional.empty();
    }
}
