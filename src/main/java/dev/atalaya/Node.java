package dev.atalaya;

import dev.atalaya.bridge.BridgeVerticle;
import dev.atalaya.bus.AddressCatalogue;
import dev.atalaya.bus.NodeReport;
import dev.atalaya.bus.ServedMarket;
import dev.atalaya.cluster.ClusterVerticle;
import dev.atalaya.cluster.Members;
import dev.atalaya.config.MarketSettings;
import dev.atalaya.config.NodeSettings.Role;
import dev.atalaya.config.Settings;
import dev.atalaya.http.HttpVerticle;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The verticles of a node's roles, constructed from its settings and deployed: a scanner and a writer of each market,
/// and one service for all.
final class Node {
    private final Vertx vertx;
    private volatile Settings settings;
    private final PrometheusMeterRegistry metrics;
    private final InstantSource wall;
    private final Clustering cluster;
    private final Members members;
    private final Deployments deployments;
    /// By name, in the order of the settings.
    private final Map<String, MarketNode> markets = new LinkedHashMap<>();
    private @Nullable HttpVerticle http;
    private @Nullable BridgeVerticle bridge;

    private Node(Vertx vertx, Settings settings, PrometheusMeterRegistry metrics, InstantSource wall)
            throws IOException {
        this.vertx = vertx;
        this.settings = settings;
        this.metrics = metrics;
        this.wall = wall;
        deployments = new Deployments(vertx);
        cluster = Clustering.of(vertx);
        String name = settings.node().name().isEmpty()
                ? cluster.defaultName()
                : settings.node().name();
        Instant started = wall.instant();
        List<String> roles = settings.node().roles().stream().map(Role::key).toList();
        members = new Members(() -> new NodeReport(
                cluster.id(),
                name,
                Main.version(),
                started,
                roles,
                markets.values().stream().flatMap(MarketNode::seats).toList()));
        Optional<MarketNode.Place> place = cluster.isClustered()
                ? Optional.of(new MarketNode.Place(members, cluster.id(), name))
                : Optional.empty();
        for (MarketSettings market : settings.markets()) {
            markets.put(market.name(), new MarketNode(vertx, settings.of(market), deployments, metrics, wall, place));
        }
    }

    /// Deploys the writers first, so that no cycle finds one missing, then the scanners, then the service.
    static Future<Node> start(Vertx vertx, Settings settings, PrometheusMeterRegistry metrics, InstantSource wall) {
        Node node;
        try {
            node = new Node(vertx, settings, metrics, wall);
        } catch (IOException e) {
            return Future.failedFuture(e);
        }
        return node.deployments
                .deploy(
                        new ClusterVerticle(
                                node.members, node.cluster::nodes, List.copyOf(node.markets.keySet()), wall),
                        new DeploymentOptions())
                .compose(deployed -> node.deployIf(Role.PERSISTENCE, node::writers))
                .compose(deployed -> node.deployIf(Role.SCANNER, () -> node.each(MarketNode::deployScanner)))
                .compose(deployed -> node.deployIf(Role.HTTP, node::http))
                .compose(deployed -> node.deployIf(Role.HTTP, node::bridge))
                .map(node)
                .recover(e -> node.stop().transform(stopped -> Future.failedFuture(e)));
    }

    private Future<Void> deployIf(Role role, Supplier<Future<Void>> deployment) {
        return settings.node().has(role) ? deployment.get() : Future.succeededFuture();
    }

    /// One market after the other.
    private Future<Void> each(Function<MarketNode, Future<Void>> step) {
        Future<Void> done = Future.succeededFuture();
        for (MarketNode market : markets.values()) {
            done = done.compose(next -> step.apply(market));
        }
        return done;
    }

    private Future<Void> writers() {
        Future<Void> schema = Schema.migrate(vertx, settings.database(), wall, RandomGenerator.getDefault());
        return each(market -> market.deployWriter(schema));
    }

    private Future<Void> http() {
        HttpVerticle service = new HttpVerticle(settings.http(), served(), metrics);
        http = service;
        return deployments.deploy(service, new DeploymentOptions());
    }

    private Future<Void> bridge() {
        if (!settings.bridge().enabled()) {
            return Future.succeededFuture();
        }
        AddressCatalogue catalogue = AddressCatalogue.of(
                served().stream().map(ServedMarket::addresses).toList());
        BridgeVerticle service = new BridgeVerticle(settings.bridge(), catalogue);
        bridge = service;
        return deployments.deploy(service, new DeploymentOptions());
    }

    private List<ServedMarket> served() {
        return markets.values().stream().map(MarketNode::served).toList();
    }

    /// Takes up settings that differ in nothing but what can change while a node runs.
    Future<Void> takeUp(Settings others) {
        settings = settings.withLiveOf(others);
        Logging.apply(settings.log());
        Future<Void> done = Future.succeededFuture();
        for (MarketSettings market : settings.markets()) {
            MarketNode node = markets.get(market.name());
            if (node != null) {
                done = done.compose(next -> node.takeUp(settings.of(market)));
            }
        }
        return done;
    }

    /// The ports that the service really listens on; none where it is not one of the node's roles.
    List<Integer> ports() {
        return Optional.ofNullable(http).map(HttpVerticle::actualPorts).orElse(List.of());
    }

    /// The port of the bridge; none where there is no bridge.
    Optional<Integer> bridgePort() {
        return Optional.ofNullable(bridge).map(BridgeVerticle::actualPort);
    }

    /// Says for a while that it is not ready, where the settings say so, and then undeploys in the opposite order; a
    /// batch in flight is finished.
    Future<Void> stop() {
        HttpVerticle service = http;
        return (service == null ? Future.<Void>succeededFuture() : service.drain())
                .transform(drained -> deployments.undeploy());
    }
}
