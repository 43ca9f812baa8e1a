package dev.atalaya;

import dev.atalaya.bridge.BridgeVerticle;
import dev.atalaya.bus.AddressCatalogue;
import dev.atalaya.bus.MarketAddresses;
import dev.atalaya.bus.NodeReport;
import dev.atalaya.bus.PublishedLists;
import dev.atalaya.cluster.Candidate;
import dev.atalaya.cluster.ClusterVerticle;
import dev.atalaya.cluster.Members;
import dev.atalaya.cluster.StandbyVerticle;
import dev.atalaya.cluster.Standing;
import dev.atalaya.config.NodeSettings.Role;
import dev.atalaya.config.PersistenceSettings;
import dev.atalaya.config.Settings;
import dev.atalaya.http.HttpVerticle;
import dev.atalaya.market.MarketSession;
import dev.atalaya.persistence.PersistenceVerticle;
import dev.atalaya.persistence.WriterFence;
import dev.atalaya.persistence.WriterLease;
import dev.atalaya.redis.Keys;
import dev.atalaya.scanner.ScannerSetup;
import dev.atalaya.scanner.ScannerVerticle;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The verticles of a node's roles, constructed from its settings and deployed. In a cluster the scanner and the writer
/// are candidates: of each market one is active.
final class Node {
    private static final DeploymentOptions WORKER = new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER);
    private static final int FINGERPRINT_BYTES = 6;

    private final Vertx vertx;
    private volatile Settings settings;
    private final PrometheusMeterRegistry metrics;
    private final InstantSource wall;
    private final MarketAssembly market;
    private final MarketAddresses addresses;
    private final PublishedLists lists = new PublishedLists();
    private final Deque<Supplier<Future<Void>>> endings = new ArrayDeque<>();
    private final List<Supplier<Stream<NodeReport.Seat>>> seats = new CopyOnWriteArrayList<>();
    private final Clustering cluster;
    private final Members members;
    private final Standing standing;
    private @Nullable HttpVerticle http;
    private @Nullable ScannerVerticle scanner;
    private volatile String writer = "";
    private Supplier<Future<Void>> anotherWriter = Future::succeededFuture;
    private @Nullable BridgeVerticle bridge;

    private Node(
            Vertx vertx,
            Settings settings,
            PrometheusMeterRegistry metrics,
            InstantSource wall,
            MarketAssembly market) {
        this.vertx = vertx;
        this.settings = settings;
        this.metrics = metrics;
        this.wall = wall;
        this.market = market;
        addresses = new MarketAddresses(settings.market().name());
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
                seats.stream().flatMap(Supplier::get).toList()));
        standing =
                new Standing(members, cluster.id(), name, settings.cluster().lease(), () -> fingerprint(this.settings));
    }

    /// Deploys the writer first, so that no cycle finds it missing, then the scanner, then the service.
    static Future<Node> start(Vertx vertx, Settings settings, PrometheusMeterRegistry metrics, InstantSource wall) {
        Node node;
        try {
            MarketAssembly market = MarketAssembly.of(settings.market(), settings.redis(), wall);
            node = new Node(vertx, settings, metrics, wall, market);
        } catch (IOException e) {
            return Future.failedFuture(e);
        }
        return node.deploy(new ClusterVerticle(node.members, node.cluster::nodes, wall), new DeploymentOptions())
                .compose(deployed -> node.deployIf(Role.PERSISTENCE, node::persistence))
                .compose(deployed -> node.deployIf(Role.SCANNER, node::scanner))
                .compose(deployed -> node.deployIf(Role.HTTP, node::http))
                .compose(deployed -> node.deployIf(Role.HTTP, node::bridge))
                .map(node)
                .recover(e -> node.stop().transform(stopped -> Future.failedFuture(e)));
    }

    private Future<Void> deployIf(Role role, Supplier<Future<Void>> deployment) {
        return settings.node().has(role) ? deployment.get() : Future.succeededFuture();
    }

    private Future<Void> deploy(Deployable verticle, DeploymentOptions options) {
        return vertx.deployVerticle(verticle, options)
                .onSuccess(id -> endings.push(() -> vertx.undeploy(id)))
                .mapEmpty();
    }

    private Future<Void> deployWriter(Future<Void> schema) {
        return vertx.deployVerticle(writer(schema, WriterFence.unchecked()), WORKER)
                .onSuccess(id -> writer = id)
                .mapEmpty();
    }

    private Future<Void> persistence() {
        Future<Void> schema = Schema.migrate(vertx, settings.database(), wall, RandomGenerator.getDefault());
        if (!cluster.isClustered()) {
            anotherWriter = () -> vertx.undeploy(writer).transform(ended -> deployWriter(schema));
            endings.push(() -> vertx.undeploy(writer));
            return deployWriter(schema);
        }
        StandbyVerticle standby = new StandbyVerticle(
                this::writersCandidature,
                number -> {
                    WriterFence fence = new WriterFence(number);
                    return new StandbyVerticle.Worker(writer(schema, fence), fence::isOverruled);
                },
                WORKER,
                schema);
        anotherWriter = standby::redeploy;
        seats.add(() -> Stream.of(standby.status()));
        return deploy(standby, new DeploymentOptions());
    }

    private Candidate writersCandidature(Candidate.Occupant standby) {
        String name = settings.market().name();
        return new Candidate(
                vertx,
                new Candidate.Role(name, Role.PERSISTENCE.key(), standing.settings()),
                new WriterLease(vertx, settings.database(), name, standing.node(), standing.name(), standing.lease()),
                members,
                standby,
                wall,
                metrics.config().clock()::monotonicTime);
    }

    private PersistenceVerticle writer(Future<Void> schema, WriterFence fence) {
        return new PersistenceVerticle(
                addresses,
                settings.persistence(),
                settings.database(),
                settings.redis(),
                new Keys(settings.market().keyPrefix()),
                market.calendar(),
                market.clock(),
                wall,
                metrics,
                () -> schema,
                fence);
    }

    private Future<Void> scanner() {
        ScannerVerticle scans = new ScannerVerticle(
                vertx,
                new ScannerSetup(
                        settings.market(),
                        settings.redis(),
                        settings.persistence(),
                        market.calendar(),
                        market.clock(),
                        wall,
                        market.feeds(),
                        lists,
                        metrics,
                        cluster.isClustered() ? Optional.of(standing) : Optional.empty()));
        scanner = scans;
        seats.add(() -> scans.status().stream());
        return deploy(scans, new DeploymentOptions());
    }

    private Future<Void> http() {
        List<String> sessions =
                market.calendar().sessions().stream().map(MarketSession::name).toList();
        HttpVerticle service = new HttpVerticle(settings.http(), addresses, lists, sessions, metrics);
        http = service;
        return deploy(service, new DeploymentOptions());
    }

    /// Takes up settings that differ in nothing but what can change while a node runs. Into direct mode the writer goes
    /// first, out of it the scanner: so every scan is in the journal, or waited for by a writer that stores it.
    Future<Void> takeUp(Settings others) {
        Settings before = settings;
        settings = before.withLiveOf(others);
        Logging.apply(settings.log());
        boolean isOtherStorage = !settings.persistence().equals(before.persistence());
        boolean isOtherMarket = !settings.market().equals(before.market());
        ScannerVerticle scans = scanner;
        Supplier<Future<Void>> scanning = () -> scans == null || !(isOtherStorage || isOtherMarket)
                ? Future.succeededFuture()
                : scans.takeUp(settings.market(), settings.persistence());
        Supplier<Future<Void>> storing = isOtherStorage ? anotherWriter : Future::succeededFuture;
        boolean isDirect = settings.persistence().mode() == PersistenceSettings.Mode.DIRECT;
        return isDirect
                ? storing.get().compose(stores -> scanning.get())
                : scanning.get().compose(scanned -> storing.get());
    }

    private Future<Void> bridge() {
        if (!settings.bridge().enabled()) {
            return Future.succeededFuture();
        }
        BridgeVerticle service = new BridgeVerticle(settings.bridge(), AddressCatalogue.of(addresses));
        bridge = service;
        return deploy(service, new DeploymentOptions());
    }

    /// Of what all candidates for a market's roles must have alike; secrets do not go into it.
    private static String fingerprint(Settings settings) {
        String text = settings.market() + "\n" + settings.persistence();
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, FINGERPRINT_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
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
        return (service == null ? Future.<Void>succeededFuture() : service.drain()).transform(drained -> undeploy());
    }

    private Future<Void> undeploy() {
        return endings.isEmpty()
                ? Future.succeededFuture()
                : endings.pop().get().transform(undeployed -> undeploy());
    }
}
