package dev.atalaya.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Asks over the event bus, and says in a sentence why there is no answer.
final class BusRequests {
    private static final long AGAIN_MILLIS = 100;
    private static final int ATTEMPTS = 3;

    private final Vertx vertx;
    private final long timeoutMillis;

    /// @param timeout how long an answer is waited for
    BusRequests(Vertx vertx, Duration timeout) {
        this.vertx = vertx;
        this.timeoutMillis = timeout.toMillis();
    }

    Future<JsonObject> ask(String address) {
        return ask(address, new JsonObject());
    }

    /// Asks this node alone.
    Future<JsonObject> askHere(String address) {
        return ask(address, new JsonObject(), true);
    }

    /// Fails with a [ReplyException] only, whose message may be shown to anybody.
    Future<JsonObject> ask(String address, JsonObject request) {
        return ask(address, request, false);
    }

    private Future<JsonObject> ask(String address, JsonObject request, boolean onlyHere) {
        return request(address, request, onlyHere, timeoutMillis)
                .recover(cause -> Future.failedFuture(explained(address, cause)));
    }

    /// Between one active node and the next there may be nobody for a moment, and what was sent to one that has just
    /// gone is lost: then it is asked again, if there is time.
    private Future<JsonObject> request(String address, JsonObject request, boolean onlyHere, long leftMillis) {
        boolean isAmongOthers = vertx.isClustered() && !onlyHere;
        long patience = isAmongOthers ? Math.min(leftMillis, timeoutMillis / ATTEMPTS) : leftMillis;
        DeliveryOptions options = new DeliveryOptions().setSendTimeout(patience).setLocalOnly(onlyHere);
        return vertx.eventBus()
                .<JsonObject>request(address, request, options)
                .map(Message::body)
                .recover(cause -> {
                    ReplyFailure kind =
                            cause instanceof ReplyException reply ? reply.failureType() : ReplyFailure.ERROR;
                    if (isAmongOthers && kind == ReplyFailure.NO_HANDLERS && leftMillis > AGAIN_MILLIS) {
                        return vertx.timer(AGAIN_MILLIS, TimeUnit.MILLISECONDS)
                                .compose(again -> request(address, request, false, leftMillis - AGAIN_MILLIS));
                    }
                    return kind == ReplyFailure.TIMEOUT && leftMillis > patience
                            ? request(address, request, false, leftMillis - patience)
                            : Future.failedFuture(cause);
                });
    }

    /// What asks one after the other, given up in the time that a single question has.
    <T> Future<T> inTime(Future<T> answers) {
        return answers.timeout(timeoutMillis, TimeUnit.MILLISECONDS)
                .recover(cause ->
                        Future.failedFuture(cause instanceof TimeoutException ? late("The event bus") : cause));
    }

    private ReplyException late(String who) {
        return new ReplyException(ReplyFailure.TIMEOUT, who + " did not answer within " + timeoutMillis + " ms");
    }

    private Throwable explained(String address, Throwable cause) {
        if (!(cause instanceof ReplyException reply)) {
            return cause;
        }
        if (reply.failureType() == ReplyFailure.TIMEOUT) {
            return late(address);
        }
        String sentence = switch (reply.failureType()) {
            case NO_HANDLERS -> "Nobody answers at " + address;
            case TIMEOUT, RECIPIENT_FAILURE, ERROR ->
                reply.getMessage() == null ? address + " cannot answer" : reply.getMessage();
        };
        return new ReplyException(reply.failureType(), reply.failureCode(), sentence);
    }
}
