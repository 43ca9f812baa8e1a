package dev.atalaya.persistence;

import dev.atalaya.bus.FailureLog;
import io.micrometer.core.instrument.Counter;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Counts and logs failed attempts, and knows why the last one failed.
final class RunFailures {
    private static final Logger LOG = LoggerFactory.getLogger(RunFailures.class);

    private final FailureLog failures;
    private final Counter errors;
    private Optional<String> present = Optional.empty();

    RunFailures(InstantSource wall, Counter errors) {
        this.failures = new FailureLog(LOG, wall);
        this.errors = errors;
    }

    /// Takes note of a failed attempt and gives the sentence for it.
    String add(Throwable cause) {
        errors.increment();
        failures.warn("A persistence run failed", cause);
        String sentence = FailureLog.sentence(cause);
        present = Optional.of(sentence);
        return sentence;
    }

    /// Everything works again.
    void clear() {
        if (present.isPresent()) {
            LOG.info("Persistence works again");
        }
        present = Optional.empty();
        failures.clear();
    }

    /// Why the last attempt failed, if it did.
    Optional<String> present() {
        return present;
    }
}
