package dev.atalaya;

import dev.atalaya.bridge.BusClient;
import dev.atalaya.bus.AddressCatalogue;
import dev.atalaya.bus.AddressCatalogue.Entry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.function.Consumer;

/// Asks the nodes of a cluster as one more member of it.
final class ClusterClient implements BusClient {
    private final EventBus bus;
    private final AddressCatalogue catalogue;
    private final Duration timeout;

    /// @param bus of a member
    /// @param timeout how long an answer is waited for
    ClusterClient(EventBus bus, AddressCatalogue catalogue, Duration timeout) {
        this.bus = bus;
        this.catalogue = catalogue;
        this.timeout = timeout;
    }

    @Override
    public Future<JsonObject> request(String address, JsonObject body) {
        return bus.<JsonObject>request(address, body, new DeliveryOptions().setSendTimeout(timeout.toMillis()))
                .map(Message::body)
                .recover(cause -> Future.failedFuture(explained(address, cause)));
    }

    @Override
    public Future<Void> watch(String address, Consumer<JsonObject> heard) {
        return bus.consumer(address, (Message<JsonObject> message) -> heard.accept(message.body()))
                .completion();
    }

    @Override
    public Future<Void> ended() {
        return Promise.<Void>promise().future(); // Hazelcast looks for others for as long as it takes
    }

    private Throwable explained(String address, Throwable cause) {
        if (!(cause instanceof ReplyException failure)) {
            return cause;
        }
        String sentence = switch (failure.failureType()) {
            case NO_HANDLERS ->
                isLocal(address)
                        ? address + " is answered by each node for itself: ask without -cluster"
                        : "Nobody answers at " + address;
            case TIMEOUT -> address + " did not answer within " + timeout.toMillis() + " ms";
            case RECIPIENT_FAILURE, ERROR ->
                failure.getMessage() == null ? address + " cannot answer" : failure.getMessage();
        };
        return new ReplyException(failure.failureType(), failure.failureCode(), sentence);
    }

    private boolean isLocal(String address) {
        return catalogue
                .find(address, AddressCatalogue.Kind.REQUEST)
                .filter(Entry::isLocal)
                .isPresent();
    }
}
