package dev.atalaya.bridge;

import dev.atalaya.bus.AddressCatalogue;
import dev.atalaya.config.Secret;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetSocket;
import io.vertx.ext.eventbus.bridge.tcp.impl.protocol.FrameHelper;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// One client of the bridge. What it may cost is bounded: the size of a frame, the requests under way, what it
/// leaves unread, the time it takes over a frame. One that cannot be read is answered, and the connection is closed,
/// since nobody knows where the next begins. Owned by the bridge's event loop.
final class BridgeConnection {
    /// Of a frame without its length.
    static final int MAX_FRAME_BYTES = 64 * 1024;

    private static final int MAX_UNDER_WAY = 8;
    private static final int MAX_UNREAD_BYTES = 4 << 20;
    private static final long FAREWELL_MILLIS = 500;

    private final Vertx vertx;
    private final NetSocket socket;
    private final BridgeSession session;
    private final Duration patience;
    private final FrameReader reader = new FrameReader(MAX_FRAME_BYTES, this::arrived, this::broken);
    private final Queue<JsonObject> waiting = new ArrayDeque<>();
    private boolean isRefused;
    private int underWay;
    private long framesRead;
    private @Nullable Long deadline;

    BridgeConnection(Vertx vertx, NetSocket socket, AddressCatalogue catalogue, Secret token, Duration patience) {
        this.vertx = vertx;
        this.socket = socket;
        this.session = new BridgeSession(vertx, socket, catalogue, token, this::refuse);
        this.patience = patience;
    }

    /// @param ended called once, when the connection is no more
    void begin(Runnable ended) {
        socket.setWriteQueueMaxSize(MAX_UNREAD_BYTES)
                .drainHandler(drained -> goOn())
                .exceptionHandler(failure -> socket.close())
                .closeHandler(closed -> {
                    isRefused = true;
                    forget();
                    ended.run();
                })
                .handler(bytes -> {
                    long before = framesRead;
                    reader.handle(bytes);
                    watchTheClock(framesRead > before);
                });
        watchTheClock(false);
    }

    /// Says why and closes. What still arrives is read for a moment and thrown away: a socket that is closed
    /// over unread bytes is reset, and the reason lost.
    void refuse(String reason) {
        if (isRefused) {
            return;
        }
        isRefused = true;
        forget();
        socket.handler(bytes -> {}).resume();
        FrameHelper.sendErrFrame(reason, socket);
        vertx.setTimer(FAREWELL_MILLIS, over -> socket.close());
    }

    private void forget() {
        stopTheClock();
        waiting.clear();
        session.end();
    }

    private void broken(String sentence) {
        refuse("broken_frame: " + sentence);
    }

    /// A frame that has begun, or a token, has to come within some time.
    private void watchTheClock(boolean hasMoved) {
        if (hasMoved) {
            stopTheClock();
        }
        if (!isRefused && deadline == null && (reader.isWaiting() || !session.isKnown())) {
            deadline = vertx.setTimer(patience.toMillis(), late -> {
                deadline = null;
                if (!waiting.isEmpty()) {
                    watchTheClock(false); // it is us who let it wait
                } else if (session.isKnown()) {
                    broken("the rest of a frame did not come within " + patience.toMillis() + " ms");
                } else {
                    refuse("wrong_token: none came within " + patience.toMillis() + " ms");
                }
            });
        }
    }

    private void stopTheClock() {
        if (deadline != null) {
            vertx.cancelTimer(deadline);
            deadline = null;
        }
    }

    private void arrived(JsonObject frame) {
        framesRead++;
        if (!isRefused) {
            waiting.add(frame);
            goOn();
        }
    }

    /// Takes frames for as long as the client reads what it asked for.
    private void goOn() {
        while (!waiting.isEmpty() && underWay < MAX_UNDER_WAY && !socket.writeQueueFull()) {
            Future<Void> answered = session.take(waiting.remove());
            if (!answered.isComplete()) {
                underWay++;
                answered.onComplete(done -> {
                    underWay--;
                    goOn();
                });
            }
        }
        if (waiting.isEmpty()) {
            socket.resume();
        } else {
            socket.pause();
        }
    }
}
