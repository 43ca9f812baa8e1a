package dev.atalaya.http;

import dev.atalaya.bus.BusFailure;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;

/// What a call's query says; whatever cannot be taken is a 400.
final class Parameters {
    static final int MAX_LIMIT = 10_000;

    private Parameters() {}

    /// How many rows at most.
    static int limit(RoutingContext call, int byDefault) {
        String limit = text(call, "limit").orElse("" + byDefault);
        if (!limit.matches("[1-9][0-9]{0,4}") || Integer.parseInt(limit) > MAX_LIMIT) {
            throw Answer.refusal(
                    BusFailure.BAD_REQUEST, "limit: '" + limit + "' is no whole number from 1 to " + MAX_LIMIT);
        }
        return Integer.parseInt(limit);
    }

    static Optional<String> text(RoutingContext call, String name) {
        List<String> values = call.queryParams().getAll(name);
        if (values.size() > 1) {
            throw Answer.refusal(BusFailure.BAD_REQUEST, name + ": given " + values.size() + " times");
        }
        return values.stream().findFirst();
    }
}
