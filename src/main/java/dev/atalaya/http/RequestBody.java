package dev.atalaya.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Reads the body of a request to its end and drops it: no call needs one. What is too large, or does not end in
/// time, is refused, and its connection closed a little later, so that the answer arrives before.
final class RequestBody implements Handler<RoutingContext> {
    private static final long LINGER_MILLIS = 1000;

    private final long limitBytes;
    private final Duration timeout;

    /// @param timeout from the end of the headers to the end of the body
    RequestBody(long limitBytes, Duration timeout) {
        this.limitBytes = limitBytes;
        this.timeout = timeout;
    }

    @Override
    public void handle(RoutingContext call) {
        HttpServerRequest request = call.request();
        if (!request.headers().contains(HttpHeaders.CONTENT_LENGTH)
                && !request.headers().contains(HttpHeaders.TRANSFER_ENCODING)) {
            call.next();
            return;
        }
        String expected = request.getHeader(HttpHeaders.EXPECT);
        if (expected != null && !expected.equalsIgnoreCase("100-continue")) {
            refuse(call, 417);
        } else if (isAbove(limitBytes, request.getHeader(HttpHeaders.CONTENT_LENGTH))) {
            refuse(call, 413);
        } else {
            if (expected != null && request.version() != HttpVersion.HTTP_1_0) {
                call.response().writeContinue();
            }
            read(call, request);
        }
    }

    /// A length that is no number has been refused by the server.
    private static boolean isAbove(long limit, @Nullable String length) {
        return length != null && Long.parseLong(length) > limit;
    }

    private void read(RoutingContext call, HttpServerRequest request) {
        long timer = call.vertx().setTimer(timeout.toMillis(), late -> refuse(call, 408));
        long[] size = {0};
        request.handler(piece -> {
            size[0] += piece.length();
            if (size[0] > limitBytes) {
                call.vertx().cancelTimer(timer);
                refuse(call, 413);
            }
        });
        request.exceptionHandler(e -> {
            call.vertx().cancelTimer(timer);
            refuse(call, 400);
        });
        request.endHandler(end -> {
            call.vertx().cancelTimer(timer);
            if (!call.failed()) {
                call.next();
            }
        });
    }

    private static void refuse(RoutingContext call, int status) {
        if (!call.failed()) {
            call.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            call.fail(status);
            call.vertx()
                    .setTimer(LINGER_MILLIS, late -> call.request().connection().close());
        }
    }
}
