package dev.atalaya.bridge;

import dev.atalaya.config.Secret;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.ext.eventbus.bridge.tcp.impl.protocol.FrameHelper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Asks a node over its bridge. Use it on the context that it was connected on.
public final class BridgeClient implements BusClient {
    private static final int MAX_FRAME_BYTES = 256 << 20; // more than a list of all there is
    private static final String REGISTERED = "registered";

    private final NetClient client; // Vert.x closes the connections of one that nobody holds any more
    private final NetSocket socket;
    private final String where;
    private final Secret token;
    private final Duration timeout;
    private final Map<String, Promise<JsonObject>> asked = new HashMap<>();
    private final Map<String, Consumer<JsonObject>> watched = new HashMap<>();
    private final Promise<Void> ended = Promise.promise();
    private int requests;

    private BridgeClient(NetClient client, NetSocket socket, String where, Secret token, Duration timeout) {
        this.client = client;
        this.socket = socket;
        this.where = where;
        this.token = token;
        this.timeout = timeout;
    }

    /// @param token what the bridge wants to know; empty: nothing
    /// @param timeout how long a connection is waited for, and an answer
    public static Future<BridgeClient> connect(Vertx vertx, String host, int port, Secret token, Duration timeout) {
        String where = host + ", port " + port;
        int later = Math.toIntExact(timeout.toMillis() * 2); // so that it is ours that ends it
        NetClient client = vertx.createNetClient(new NetClientOptions().setConnectTimeout(later));
        return client.connect(port, host)
                .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .recover(cause -> Future.failedFuture(
                        cause instanceof TimeoutException
                                ? late("There was no connection to " + where, timeout)
                                : new ReplyException(
                                        ReplyFailure.NO_HANDLERS,
                                        "Nobody listens at " + where
                                                + ": is a node running, is this its bridge.port?")))
                .map(socket -> new BridgeClient(client, socket, where, token, timeout).begin());
    }

    private BridgeClient begin() {
        socket.handler(new FrameReader(
                        MAX_FRAME_BYTES,
                        this::arrived,
                        sentence -> end("What listens at " + where + " is no event-bus bridge: " + sentence)))
                .exceptionHandler(failure -> end("The connection to " + where + " failed: " + failure.getMessage()))
                .closeHandler(closed -> end("The connection to " + where + " was closed"));
        return this;
    }

    @Override
    public Future<Void> ended() {
        return ended.future();
    }

    @Override
    public Future<JsonObject> request(String address, JsonObject body) {
        String replyAddress = "reply-" + ++requests;
        Future<JsonObject> answer = expect(replyAddress, address);
        JsonObject headers = new JsonObject().put("timeout", timeout.toMillis());
        send("send", address, replyAddress, headers, body);
        return answer;
    }

    /// A bridge does not confirm, but it answers a ping only after what came before it.
    @Override
    public Future<Void> watch(String address, Consumer<JsonObject> heard) {
        watched.put(address, heard);
        Future<JsonObject> answer = expect(REGISTERED, address);
        send("register", address, null, new JsonObject(), null);
        send("ping", null, null, new JsonObject(), null);
        return answer.mapEmpty();
    }

    private Future<JsonObject> expect(String key, String address) {
        Promise<JsonObject> answer = Promise.promise();
        asked.put(key, answer);
        return answer.future()
                .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .recover(cause -> Future.failedFuture(
                        cause instanceof TimeoutException ? late(address + " did not answer", timeout) : cause))
                .onComplete(done -> asked.remove(key, answer));
    }

    private static ReplyException late(String what, Duration timeout) {
        return new ReplyException(ReplyFailure.TIMEOUT, what + " within " + timeout.toMillis() + " ms");
    }

    private void send(
            String type,
            @Nullable String address,
            @Nullable String replyAddress,
            JsonObject headers,
            @Nullable JsonObject body) {
        if (!token.value().isEmpty()) {
            headers.put("token", token.value());
        }
        FrameHelper.sendFrame(type, address, replyAddress, headers, null, body, socket);
    }

    private void arrived(JsonObject frame) {
        Optional<Promise<JsonObject>> answer = Optional.ofNullable(asked.get(text(frame, "address")));
        switch (text(frame, "type")) {
            case "message" -> {
                JsonObject body = frame.getValue("body") instanceof JsonObject json ? json : new JsonObject();
                answer.ifPresent(promise -> promise.tryComplete(body));
                Optional.ofNullable(watched.get(text(frame, "address"))).ifPresent(heard -> heard.accept(body));
            }
            case "pong" ->
                Optional.ofNullable(asked.get(REGISTERED)).ifPresent(promise -> promise.tryComplete(new JsonObject()));
            case "err" ->
                answer.ifPresentOrElse(promise -> promise.tryFail(failure(frame)), () -> refused(failure(frame)));
            default -> end("What listens at " + where + " is no event-bus bridge: it sent " + frame);
        }
    }

    private static String text(JsonObject frame, String key) {
        return frame.getValue(key) instanceof String text ? text : "";
    }

    private static ReplyException failure(JsonObject frame) {
        String message = text(frame, "message");
        String address = text(frame, "sourceAddress");
        int code = frame.getValue("failureCode") instanceof Integer number ? number : -1;
        return switch (text(frame, "failureType")) {
            case "NO_HANDLERS" -> new ReplyException(ReplyFailure.NO_HANDLERS, "Nobody answers at " + address);
            case "TIMEOUT" -> new ReplyException(ReplyFailure.TIMEOUT, address + " did not answer in time");
            case "RECIPIENT_FAILURE" ->
                new ReplyException(
                        ReplyFailure.RECIPIENT_FAILURE, code, message.isEmpty() ? address + " cannot answer" : message);
            default -> new ReplyException(ReplyFailure.ERROR, code, sentence(message, address));
        };
    }

    private static String sentence(String message, String address) {
        return message.equals("access_denied")
                ? "The bridge does not let that through to " + address + "; ./atalaya probe list names what it does"
                : "The bridge says " + message;
    }

    private void end(String sentence) {
        ReplyException failure = new ReplyException(ReplyFailure.ERROR, sentence);
        ended.tryFail(failure);
        failAll(failure);
        client.close();
    }

    /// What belongs to no request ends the connection, which the other side closes, too.
    private void refused(ReplyException failure) {
        ended.tryFail(failure);
        failAll(failure);
    }

    private void failAll(ReplyException failure) {
        List<Promise<JsonObject>> all = new ArrayList<>(asked.values());
        all.forEach(answer -> answer.tryFail(failure));
    }
}
