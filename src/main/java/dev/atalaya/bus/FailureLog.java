package dev.atalaya.bus;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;

/// Says a failure in a sentence, for the answer to a request and for the log: there once a minute for the same cause,
/// with how often it came in between. Not thread safe.
public final class FailureLog {
    private static final Duration QUIET = Duration.ofMinutes(1);
    private static final int CAUSES = 100;

    private final Logger log;
    private final InstantSource wall;
    private final Map<String, Seen> causes = new HashMap<>();

    private static final class Seen {
        Instant logged = Instant.MIN;
        long since;
    }

    public FailureLog(Logger log, InstantSource wall) {
        this.log = log;
        this.wall = wall;
    }

    /// Logs what failed and why, if it is time to.
    public void warn(String what, Throwable cause) {
        if (warn(what + ": " + sentence(cause))) {
            log.debug("The failure in full", cause);
        }
    }

    /// Logs a sentence, if it is time to; answers whether it was.
    public boolean warn(String sentence) {
        if (causes.size() >= CAUSES) {
            causes.clear();
        }
        Seen seen = causes.computeIfAbsent(sentence, unseen -> new Seen());
        Instant now = wall.instant();
        if (seen.logged.isBefore(now.minus(QUIET))) {
            log.warn(sentence + (seen.since > 0 ? " (and " + seen.since + " times before)" : ""));
            seen.logged = now;
            seen.since = 0;
            return true;
        }
        seen.since++;
        return false;
    }

    /// All is well again: whatever fails next is logged at once.
    public void clear() {
        causes.clear();
    }

    /// The failure's message, or its kind where it has none.
    public static String sentence(Throwable cause) {
        String message = cause.getMessage();
        return message == null || message.isBlank() ? cause.getClass().getSimpleName() : message;
    }
}
