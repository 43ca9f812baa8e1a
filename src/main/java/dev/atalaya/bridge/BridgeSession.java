package dev.atalaya.bridge;

import dev.atalaya.bus.AddressCatalogue;
import dev.atalaya.bus.AddressCatalogue.Entry;
import dev.atalaya.bus.AddressCatalogue.Kind;
import dev.atalaya.bus.BusFailure;
import dev.atalaya.config.Secret;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetSocket;
import io.vertx.ext.eventbus.bridge.tcp.impl.protocol.FrameHelper;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// What the frames of one client of the bridge mean, and what it hears. A frame that asks for what it may not have is
/// answered, and the session goes on. Owned by the bridge's event loop.
final class BridgeSession {
    private static final long USUAL_TIMEOUT_MILLIS = 30_000;
    private static final long MAX_TIMEOUT_MILLIS = 60_000;
    private static final String DENIED = "access_denied";

    private final Vertx vertx;
    private final NetSocket socket;
    private final AddressCatalogue catalogue;
    private final Secret token;
    private final Consumer<String> refused;
    private final Map<String, MessageConsumer<JsonObject>> consumers = new HashMap<>();
    private Future<Void> registered = Future.succeededFuture();
    private boolean isKnown;
    private boolean isOver;

    /// @param refused gets the reason why the connection must end
    BridgeSession(Vertx vertx, NetSocket socket, AddressCatalogue catalogue, Secret token, Consumer<String> refused) {
        this.vertx = vertx;
        this.socket = socket;
        this.catalogue = catalogue;
        this.token = token;
        this.refused = refused;
        this.isKnown = token.value().isEmpty();
    }

    /// Whether it has said its token, where one is wanted.
    boolean isKnown() {
        return isKnown;
    }

    /// Answers nothing any more, and hears nothing.
    void end() {
        isOver = true;
        consumers.values().forEach(MessageConsumer::unregister);
        consumers.clear();
    }

    /// Does what a frame says. Complete when a request in it is answered.
    Future<Void> take(JsonObject frame) {
        if (!isKnown && !knows(frame)) {
            refused.accept("wrong_token: send it as headers.token of the first frame");
            return Future.succeededFuture();
        }
        isKnown = true;
        String type = text(frame, "type").orElse("");
        Optional<String> address = text(frame, "address");
        if (type.equals("ping")) {
            registered.onComplete(done -> FrameHelper.sendFrame("pong", socket));
        } else if (address.isEmpty()) {
            refuse(frame, "missing_address");
        } else {
            switch (type) {
                case "send" -> {
                    return send(frame, address.get());
                }
                case "register" -> register(frame, address.get());
                case "unregister" -> unregister(frame, address.get());
                case "publish" -> refuse(frame, DENIED); // outsiders ask, they do not tell
                default -> refuse(frame, "unknown_type");
            }
        }
        return Future.succeededFuture();
    }

    /// Takes as long whatever the wrong token has in common with the right one.
    private boolean knows(JsonObject frame) {
        String given = frame.getValue("headers") instanceof JsonObject headers
                ? text(headers, "token").orElse("")
                : "";
        return MessageDigest.isEqual(
                given.getBytes(StandardCharsets.UTF_8), token.value().getBytes(StandardCharsets.UTF_8));
    }

    private static Optional<String> text(JsonObject frame, String key) {
        return frame.getValue(key) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    private Future<Void> send(JsonObject frame, String address) {
        Optional<Entry> entry = catalogue.find(address, Kind.REQUEST);
        if (entry.isEmpty()) {
            refuse(frame, DENIED);
            return Future.succeededFuture();
        }
        Object body = frame.getValue("body", new JsonObject());
        Optional<Long> timeout = timeout(frame);
        if (!(body instanceof JsonObject request)) {
            fail(
                    frame,
                    new ReplyException(
                            ReplyFailure.RECIPIENT_FAILURE, BusFailure.BAD_REQUEST, "body: a JSON object is wanted"));
        } else if (timeout.isEmpty()) {
            fail(
                    frame,
                    new ReplyException(
                            ReplyFailure.RECIPIENT_FAILURE,
                            BusFailure.BAD_REQUEST,
                            "headers.timeout: a whole number from 1 to " + MAX_TIMEOUT_MILLIS + " is wanted"));
        } else {
            DeliveryOptions options = new DeliveryOptions()
                    .setSendTimeout(timeout.get())
                    .setLocalOnly(entry.get().isLocal());
            return vertx.eventBus()
                    .<JsonObject>request(address, request, options)
                    .transform(done -> {
                        answer(frame, done);
                        return Future.succeededFuture();
                    });
        }
        return Future.succeededFuture();
    }

    private static Optional<Long> timeout(JsonObject frame) {
        Object millis = frame.getValue("headers") instanceof JsonObject headers
                ? headers.getValue("timeout", USUAL_TIMEOUT_MILLIS)
                : (Object) USUAL_TIMEOUT_MILLIS;
        return (millis instanceof Integer || millis instanceof Long)
                        && ((Number) millis).longValue() >= 1
                        && ((Number) millis).longValue() <= MAX_TIMEOUT_MILLIS
                ? Optional.of(((Number) millis).longValue())
                : Optional.empty();
    }

    private void answer(JsonObject frame, AsyncResult<Message<JsonObject>> done) {
        Optional<String> replyAddress = text(frame, "replyAddress");
        if (isOver || replyAddress.isEmpty()) {
            return;
        }
        if (done.succeeded()) {
            FrameHelper.sendFrame(
                    "message",
                    replyAddress.get(),
                    null,
                    new JsonObject(),
                    true,
                    done.result().body(),
                    socket);
        } else {
            fail(
                    frame,
                    done.cause() instanceof ReplyException failure
                            ? failure
                            : new ReplyException(
                                    ReplyFailure.ERROR,
                                    String.valueOf(done.cause().getMessage())));
        }
    }

    private void fail(JsonObject frame, ReplyException failure) {
        FrameHelper.sendErrFrame(
                text(frame, "address").orElse(null), text(frame, "replyAddress").orElse(null), failure, socket);
    }

    /// As Vert.x's bridge says it, and with the addresses, so that a client with several requests knows which.
    private void refuse(JsonObject frame, String code) {
        JsonObject answer = new JsonObject().put("type", "err").put("message", code);
        text(frame, "replyAddress").ifPresent(address -> answer.put("address", address));
        text(frame, "address").ifPresent(address -> answer.put("sourceAddress", address));
        FrameHelper.writeFrame(answer, socket);
    }

    /// Once for each address: a second time changes nothing.
    private void register(JsonObject frame, String address) {
        if (catalogue.find(address, Kind.PUBLISHED).isEmpty()) {
            refuse(frame, DENIED);
        } else if (!consumers.containsKey(address)) {
            MessageConsumer<JsonObject> consumer = vertx.eventBus().consumer(address, this::published);
            consumers.put(address, consumer);
            registered = registered.isComplete()
                    ? consumer.completion()
                    : Future.join(registered, consumer.completion()).mapEmpty();
        }
    }

    private void published(Message<JsonObject> message) {
        if (socket.writeQueueFull()) {
            socket.close(); // it does not read: what is published would pile up here
        } else {
            FrameHelper.sendFrame("message", message.address(), null, new JsonObject(), false, message.body(), socket);
        }
    }

    private void unregister(JsonObject frame, String address) {
        MessageConsumer<JsonObject> consumer = consumers.remove(address);
        if (consumer == null) {
            refuse(frame, catalogue.find(address, Kind.PUBLISHED).isEmpty() ? DENIED : "unknown_address");
        } else {
            consumer.unregister();
        }
    }
}
