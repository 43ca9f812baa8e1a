package dev.atalaya.scanner;

import dev.atalaya.bus.FailureLog;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Connects a publisher, and again whenever that was undone. The first attempt is waited for; later ones a while
/// only, and then go on beside the scans, so that a Redis that does not answer delays none. Owned by the scanner's
/// event loop.
final class Connector {
    private static final long CLOSE_MILLIS = 1_000;

    private final ScanPublisher publisher;
    private final long patienceMillis;
    private Future<Void> attempt = Future.succeededFuture();
    private Optional<String> failure = Optional.empty();
    private boolean isFirst = true;
    private boolean isNew;

    /// @param patience how long a scan waits
    Connector(ScanPublisher publisher, Duration patience) {
        this.publisher = publisher;
        this.patienceMillis = Math.max(1, patience.toMillis());
    }

    ScanPublisher publisher() {
        return publisher;
    }

    /// Fails if it is not connected, or not yet.
    Future<Void> connect() {
        if (attempt.isComplete() && !publisher.isOpen()) {
            if (publisher.isFencedOff()) {
                return Future.failedFuture("Another scanner has taken over; this one had the fencing number "
                        + publisher.fence() + ". Stop the other one and start this one again");
            }
            attempt = publisher.open();
            attempt.onSuccess(opened -> {
                        isNew = true;
                        failure = Optional.empty();
                    })
                    .onFailure(e -> failure = Optional.of(FailureLog.sentence(e)))
                    .onComplete(done -> isFirst = false);
        }
        Future<Void> connecting = attempt;
        return isFirst
                ? connecting
                : connecting
                        .timeout(patienceMillis, TimeUnit.MILLISECONDS)
                        .recover(e -> Future.failedFuture(
                                connecting.isComplete() ? e : new IllegalStateException("Redis has not answered yet")));
    }

    /// Whether there was another connection when this was asked last: then nobody knows what consumers hold.
    boolean takeNew() {
        boolean was = isNew;
        isNew = false;
        return was;
    }

    /// Why nothing can be published, if that is so.
    Optional<String> problem() {
        if (publisher.isFencedOff()) {
            return Optional.of("Another scanner has taken over");
        }
        if (attempt.isComplete() && publisher.isOpen()) {
            return Optional.empty();
        }
        return publisher
                .obstacle()
                .or(() -> Optional.of("Redis is not connected"
                        + failure.map(why -> ": " + why).orElse("")));
    }

    /// Notes where the numbers end and gives back the connection.
    Future<Void> close() {
        return attempt.timeout(CLOSE_MILLIS, TimeUnit.MILLISECONDS).transform(done -> publisher.close());
    }
}
