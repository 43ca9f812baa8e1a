package dev.atalaya.bridge;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.function.Consumer;

/// A way to the event bus of running nodes. What fails, fails with a [ReplyException] whose message may be shown to
/// anybody: of type NO_HANDLERS where nobody listens, TIMEOUT where nothing came in time, else with what the
/// other side said.
public interface BusClient {
    /// Asks an address.
    Future<JsonObject> request(String address, JsonObject body);

    /// Hears what is published at an address. The future succeeds when nothing is missed any more.
    Future<Void> watch(String address, Consumer<JsonObject> heard);

    /// Fails when there is no way any more, whoever ended it.
    Future<Void> ended();
}
