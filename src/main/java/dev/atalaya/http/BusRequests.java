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

    private final Vertx vertx;
    private final DeliveryOptions options;

    /// @param timeout how long an answer is waited for
    BusRequests(Vertx vertx, Duration timeout) {
        this.vertx = vertx;
        this.options = new DeliveryOptions().setSendTimeout(timeout.toMillis());
    }

    Future<JsonObject> ask(String address) {
        return ask(address, new JsonObject());
    }

    /// Asks this node alone.
    Future<JsonObject> askHere(String address) {
        return ask(address, new JsonObject(), new DeliveryOptions(options).setLocalOnly(true));
    }

    /// Fails with a [ReplyException] only, whose message may be shown to anybody.
    Future<JsonObject> ask(String address, JsonObject request) {
        return ask(address, request, options);
    }

    private Future<JsonObject> ask(String address, JsonObject request, DeliveryOptions delivery) {
        return request(address, request, delivery, attempts())
                .recover(cause -> Future.failedFuture(explained(address, cause)));
    }

    /// From one active node to the next there may be nobody for a moment: then it is asked again.
    private Future<JsonObject> request(String address, JsonObject request, DeliveryOptions delivery, long attempts) {
        return vertx.eventBus()
                .<JsonObject>request(address, request, delivery)
                .map(Message::body)
                .recover(cause -> attempts > 1 && isNobodyThere(cause)
                        ? vertx.timer(AGAIN_MILLIS, TimeUnit.MILLISECONDS)
                                .compose(again -> request(address, request, delivery, attempts - 1))
                        : Future.failedFuture(cause));
    }

    private long attempts() {
        return vertx.isClustered() ? options.getSendTimeout() / AGAIN_MILLIS : 1;
    }

    private static boolean isNobodyThere(Throwable cause) {
        return cause instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS;
    }

    /// What asks one after the other, given up in the time that a single question has.
    <T> Future<T> inTime(Future<T> answers) {
        return answers.timeout(options.getSendTimeout(), TimeUnit.MILLISECONDS)
                .recover(cause ->
                        Future.failedFuture(cause instanceof TimeoutException ? late("The event bus") : cause));
    }

    private ReplyException late(String who) {
        return new ReplyException(
                ReplyFailure.TIMEOUT, who + " did not answer within " + options.getSendTimeout() + " ms");
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
