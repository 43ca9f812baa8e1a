package dev.atalaya.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.handler.HttpException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a call is answered with. Immutable as long as nobody changes the body.
record Answer(int status, String contentType, Buffer body) {
    static final String JSON = "application/json";
    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
                    + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options",
            "nosniff",
            "Referrer-Policy",
            "no-referrer",
            "Cache-Control",
            "no-store");
    private static final Logger LOG = LoggerFactory.getLogger(Answer.class);

    static Answer json(int status, JsonObject json) {
        return new Answer(status, JSON, json.toBuffer());
    }

    /// A problem as RFC 9457 describes it.
    ///
    /// @param path what was called
    static Answer problem(int status, String detail, String path) {
        JsonObject problem = new JsonObject()
                .put("type", "about:blank")
                .put("title", title(status))
                .put("status", status)
                .put("detail", detail)
                .put("instance", path);
        return new Answer(status, "application/problem+json", problem.toBuffer());
    }

    /// The problem that a failure is to the caller: a request refused keeps its code, whatever cannot be
    /// answered now is a 503, and what nobody foresaw is a 500 that says no more than that.
    static Answer problem(Throwable failure, String path) {
        return switch (failure) {
            case ReplyException reply -> problem(status(reply), String.valueOf(reply.getMessage()), path);
            case HttpException http -> problem(http.getStatusCode(), sentence(http.getStatusCode()), path);
            default -> {
                LOG.error("A call of {} failed", path, failure);
                yield problem(500, sentence(500), path);
            }
        };
    }

    private static String title(int status) {
        return switch (status) {
            case 400 -> "Bad Request";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 408 -> "Request Timeout";
            case 413 -> "Content Too Large";
            case 414 -> "URI Too Long";
            case 415 -> "Unsupported Media Type";
            case 417 -> "Expectation Failed";
            case 431 -> "Request Header Fields Too Large";
            case 503 -> "Service Unavailable";
            default -> status < 500 ? "Request Refused" : "Internal Server Error";
        };
    }

    /// A failure that a caller has to answer for, as if the event bus had given it.
    static ReplyException refusal(int status, String detail) {
        return new ReplyException(ReplyFailure.RECIPIENT_FAILURE, status, detail);
    }

    /// What there is to say of a call that no route has seen.
    static String sentence(int status) {
        return switch (status) {
            case 400 -> "The request cannot be understood";
            case 404 -> "There is nothing at this path; /openapi.yaml lists what there is";
            case 408 -> "The request was not finished in time";
            case 413 -> "The body is larger than any call takes";
            case 414 -> "The address is longer than any call takes";
            case 417 -> "The only expectation that can be met is 100-continue";
            case 431 -> "The headers are larger than any call takes";
            default -> "The call failed for a reason that the log names";
        };
    }

    private static int status(ReplyException reply) {
        int code = reply.failureCode();
        boolean refused = reply.failureType() == ReplyFailure.RECIPIENT_FAILURE && code >= 400 && code < 500;
        return refused ? code : 503;
    }

    /// Answers a call, one that HEAD makes without the body; does nothing once it is answered or its caller is
    /// gone.
    void send(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            return;
        }
        HEADERS.forEach(response::putHeader);
        response.setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, contentType)
                .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
        if (request.method().equals(HttpMethod.HEAD)) {
            response.end();
        } else {
            response.end(body);
        }
    }
}
