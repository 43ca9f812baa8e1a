package dev.atalaya;

import dev.atalaya.bridge.BridgeClient;
import dev.atalaya.bridge.BusClient;
import dev.atalaya.bus.AddressCatalogue;
import dev.atalaya.bus.AddressCatalogue.Entry;
import dev.atalaya.bus.MarketAddresses;
import dev.atalaya.cli.JsonTable;
import dev.atalaya.cli.ProbeCall;
import dev.atalaya.config.BridgeSettings;
import dev.atalaya.config.Secret;
import dev.atalaya.config.Settings;
import dev.atalaya.config.SettingsException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;

/// Asks a running node, and prints what it says. Exit codes: 0 answered, 1 the other side failed, 3 nobody
/// listens, 4 no answer came in time.
final class Probe {
    private static final int ANSWERED = 0;
    private static final int FAILED = 1;
    private static final int NOBODY = 3;
    private static final int LATE = 4;

    private final ProbeCall call;
    private final Settings settings;
    private final AddressCatalogue catalogue;
    private final PrintWriter out;
    private final PrintWriter err;
    private final JsonTable table;

    Probe(ProbeCall call, Settings settings, PrintWriter out, PrintWriter err) {
        this.call = call;
        this.settings = settings;
        this.catalogue = AddressCatalogue.of(settings.markets().stream()
                .map(market -> new MarketAddresses(market.name()))
                .toList());
        this.out = out;
        this.err = err;
        this.table = new JsonTable(out);
    }

    /// Whether it can be done without a node.
    boolean needsNobody() {
        return call.task() instanceof ProbeCall.ListAddresses;
    }

    int list() {
        List<JsonObject> entries =
                catalogue.entries().stream().map(Entry::toJson).toList();
        if (call.pretty()) {
            table.print(entries);
        } else {
            entries.forEach(this::print);
        }
        return ANSWERED;
    }

    /// @throws SettingsException if the settings do not say where a node is
    int run(Vertx vertx) throws SettingsException, InterruptedException {
        Function<BusClient, Future<Void>> work = work();
        Supplier<? extends Future<? extends BusClient>> way = call.clustered()
                ? () -> Future.succeededFuture(new ClusterClient(vertx.eventBus(), catalogue, call.timeout()))
                : bridge(vertx);
        Promise<Void> done = Promise.promise();
        vertx.runOnContext(begin -> way.get().compose(work).onComplete(done));
        try {
            done.future().toCompletionStage().toCompletableFuture().get();
            return ANSWERED;
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof ReplyException failure)) {
                throw new IllegalStateException(e.getCause());
            }
            err.println(failure.getMessage());
            return switch (failure.failureType()) {
                case NO_HANDLERS -> NOBODY;
                case TIMEOUT -> LATE;
                case RECIPIENT_FAILURE, ERROR -> FAILED;
            };
        }
    }

    private String address(ProbeCall.Action action) throws SettingsException {
        MarketAddresses market =
                new MarketAddresses(settings.market(call.market()).name());
        return switch (action) {
            case PERSIST -> market.persist();
            case SCAN -> market.scannerScan();
        };
    }

    private Function<BusClient, Future<Void>> work() throws SettingsException {
        return switch (call.task()) {
            case ProbeCall.ListAddresses list -> way -> Future.succeededFuture();
            case ProbeCall.Request(String address, JsonObject body) -> way -> ask(way, address, body);
            case ProbeCall.Trigger(ProbeCall.Action action) -> {
                String address = address(action);
                yield way -> ask(way, address, new JsonObject());
            }
            case ProbeCall.Watch(String address, Optional<Integer> count) -> way -> watch(way, address, count);
        };
    }

    private Future<Void> ask(BusClient way, String address, JsonObject body) {
        return way.request(address, body)
                .onSuccess(answer -> {
                    if (call.pretty()) {
                        table.print(answer);
                    } else {
                        print(answer);
                    }
                })
                .mapEmpty();
    }

    private Future<Void> watch(BusClient way, String address, Optional<Integer> count) {
        Promise<Void> enough = Promise.promise();
        int[] heard = {0};
        Future<Void> watching = way.watch(address, message -> {
            if (enough.future().isComplete()) {
                return;
            }
            if (call.pretty()) {
                table.add(message);
            } else {
                print(message);
            }
            heard[0]++;
            // whoever read the output may be gone
            if (out.checkError() || count.filter(limit -> heard[0] >= limit).isPresent()) {
                enough.tryComplete();
            }
        });
        way.ended().onFailure(enough::tryFail);
        return watching.compose(begun -> enough.future());
    }

    private void print(JsonObject object) {
        out.println(object.encode());
    }

    private Supplier<Future<BridgeClient>> bridge(Vertx vertx) throws SettingsException {
        BridgeSettings bridge = settings.bridge();
        if (!bridge.enabled() && call.host().isEmpty() && call.port().isEmpty()) {
            throw new SettingsException(
                    List.of("bridge.enabled: 'false'; allowed is true, or probe with -cluster, or with --port"));
        }
        if (bridge.port() == 0 && call.port().isEmpty()) {
            throw new SettingsException(
                    List.of("bridge.port: '0'; allowed is the port that the node took and printed, with --port"));
        }
        String host = call.host().orElseGet(() -> reachable(bridge.host()));
        int port = call.port().orElseGet(bridge::port);
        Secret token = token();
        return () -> BridgeClient.connect(vertx, host, port, token, call.timeout());
    }

    /// Who listens on every address listens on the loopback, too.
    private static String reachable(String host) {
        return switch (host) {
            case "0.0.0.0" -> "127.0.0.1";
            case "::" -> "::1";
            default -> host;
        };
    }

    private Secret token() throws SettingsException {
        if (call.tokenFile().isEmpty()) {
            return settings.bridge().token();
        }
        try {
            return new Secret(Files.readString(call.tokenFile().get()).strip());
        } catch (IOException e) {
            throw new SettingsException(List.of(
                    "probe --token-file: '" + call.tokenFile().get() + "'; allowed is a file that can be read"));
        }
    }
}
