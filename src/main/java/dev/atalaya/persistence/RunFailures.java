package dev.atalaya.persistence;

import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Counts failed attempts, logs each cause once a minute at most, and knows the present one.
final class RunFailures {
    private static final Logger log = LoggerFactory.getLogger(RunFailures.class);
    private static final Duration SILENCE = Duration.ofMinutes(1);

    private final InstantSource wall;
    private final Counter errors;
    private final Map<String, Instant> loggedByStore = new HashMap<>();
    private Optional<String> present = Optional.empty();

    RunFailures(InstantSource wall, Counter errors) {
        this.wall = wall;
        this.errors = errors;
    }

    /// Takes note of a failed attempt and gives the sentence for it.
    String add(Throwable cause) {
        String store = cause instanceof StoreException failure
                ? failure.store()
                : cause.getClass().getSimpleName();
        String sentence = cause.getMessage() == null ? store : cause.getMessage();
        errors.increment();
        present = Optional.of(sentence);
        Instant now = wall.instant();
        Instant logged = loggedByStore.get(store);
        if (logged == null || !now.isBefore(logged.plus(SILENCE))) {
            loggedByStore.put(store, now);
            log.atWarn()
                    .addArgument(sentence)
                    .addKeyValue("store", store)
                    .setCause(cause instanceof StoreException ? null : cause)
                    .log("A persistence run failed: {}");
        }
        return sentence;
    }

    /// Everything works again.
    void clear() {
        if (present.isPresent()) {
            log.info("Persistence works again");
        }
        present = Optional.empty();
        loggedByStore.clear();
    }

    /// Why the last attempt failed, if it did.
    Optional<String> present() {
        return present;
    }
}
