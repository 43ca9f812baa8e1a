package dev.atalaya;

import dev.atalaya.bus.MarketAddresses;
import dev.atalaya.bus.NodeReport;
import dev.atalaya.bus.PublishedLists;
import dev.atalaya.bus.ServedMarket;
import dev.atalaya.cluster.Candidate;
import dev.atalaya.cluster.Members;
import dev.atalaya.cluster.StandbyVerticle;
import dev.atalaya.cluster.Standing;
import dev.atalaya.config.MarketSettings;
import dev.atalaya.config.NodeSettings.Role;
import dev.atalaya.config.PersistenceSettings;
import dev.atalaya.config.Settings;
import dev.atalaya.feed.Feed;
import dev.atalaya.market.MarketSession;
import dev.atalaya.persistence.PersistenceVerticle;
import dev.atalaya.persistence.WriterFence;
import dev.atalaya.persistence.WriterLease;
import dev.atalaya.redis.Keys;
import dev.atalaya.scanner.ScannerSetup;
import dev.atalaya.scanner.ScannerVerticle;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What one market has on a node: a scanner and a writer, as far as these are the node's roles. In a cluster they are
/// candidates: of each market one is active.
final class MarketNode {
    private static final DeploymentOptions WORKER = new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER);
    private static final int FINGERPRINT_BYTES = 6;

    private final Vertx vertx;
    private final String name;
    private final Deployments deployments;
    private final MeterRegistry metrics;
    private final InstantSource wall;
    private final MarketAssembly assembly;
    private final MarketAddresses addresses;
    private final Optional<Standing> standing;
    private final PublishedLists lists = new PublishedLists();
    private final List<Supplier<Stream<NodeReport.Seat>>> seats = new CopyOnWriteArrayList<>();
    private volatile Settings settings;
    private volatile String fingerprint;
    private @Nullable ScannerVerticle scanner;
    private volatile String writer = "";
    private Supplier<Future<Void>> anotherWriter = Future::succeededFuture;

    /// @param settings of the node, with this market alone
    /// @param place in a cluster; empty where there is none
    /// @throws IOException if the file of exceptional closures cannot be read
    MarketNode(
            Vertx vertx,
            Settings settings,
            Deployments deployments,
            MeterRegistry metrics,
            InstantSource wall,
            Optional<Place> place)
            throws IOException {
        this.vertx = vertx;
        this.settings = settings;
        fingerprint = fingerprint(settings);
        this.deployments = deployments;
        this.metrics = metrics;
        this.wall = wall;
        name = settings.market().name();
        assembly = MarketAssembly.of(settings.market(), settings.redis(), wall);
        addresses = new MarketAddresses(name);
        standing = place.map(in -> new Standing(
                in.members(), in.id(), in.name(), settings.cluster().lease(), () -> fingerprint));
    }

    /// Where a node is in its cluster.
    record Place(Members members, String id, String name) {}

    /// What the node's service shows of this market.
    ServedMarket served() {
        return new ServedMarket(
                addresses,
                lists,
                assembly.calendar().sessions().stream().map(MarketSession::name).toList());
    }

    /// How the scanner and the writer stand among several. Any thread.
    Stream<NodeReport.Seat> seats() {
        return seats.stream().flatMap(Supplier::get);
    }

    Future<Void> deployWriter(Future<Void> schema) {
        if (standing.isEmpty()) {
            anotherWriter = () -> vertx.undeploy(writer).transform(ended -> deployOnlyWriter(schema));
            deployments.atEnd(() -> vertx.undeploy(writer));
            return deployOnlyWriter(schema);
        }
        StandbyVerticle standby = new StandbyVerticle(
                occupant -> writersCandidature(standing.get(), occupant),
                number -> {
                    WriterFence fence = new WriterFence(number);
                    return new StandbyVerticle.Worker(writer(schema, fence), fence::isOverruled);
                },
                WORKER,
                schema);
        anotherWriter = standby::redeploy;
        seats.add(() -> Stream.of(standby.status()));
        return deployments.deploy(standby, new DeploymentOptions());
    }

    private Future<Void> deployOnlyWriter(Future<Void> schema) {
        return vertx.deployVerticle(writer(schema, WriterFence.unchecked()), WORKER)
                .onSuccess(id -> writer = id)
                .mapEmpty();
    }

    private Candidate writersCandidature(Standing place, Candidate.Occupant standby) {
        return new Candidate(
                vertx,
                new Candidate.Role(name, Role.PERSISTENCE.key(), place.settings()),
                new WriterLease(vertx, settings.database(), name, place.node(), place.name(), place.lease()),
                place.members(),
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
                assembly.calendar(),
                assembly.clock(),
                wall,
                metrics,
                () -> schema,
                fence);
    }

    Future<Void> deployScanner() {
        if (!settings.market().isDivided()) {
            return deployScanner(assembly.feeds());
        }
        MarketParts parts = new MarketParts(settings, assembly.calendar(), wall, standing);
        return deployments
                .deploy(parts.scanning(), new DeploymentOptions())
                .compose(deployed -> deployScanner(parts::merging));
    }

    private Future<Void> deployScanner(Function<Vertx, Feed> feeds) {
        ScannerVerticle scans = new ScannerVerticle(
                vertx,
                new ScannerSetup(
                        settings.market(),
                        settings.redis(),
                        settings.persistence(),
                        assembly.calendar(),
                        assembly.clock(),
                        wall,
                        feeds,
                        lists,
                        metrics,
                        standing));
        scanner = scans;
        seats.add(() -> scans.status().stream());
        return deployments.deploy(scans, new DeploymentOptions());
    }

    /// Takes up settings that differ in nothing but what can change while a node runs. Into direct mode the writer goes
    /// first, out of it the scanner: so every scan is in the journal, or waited for by a writer that stores it.
    ///
    /// @param next with this market alone
    Future<Void> takeUp(Settings next) {
        Settings before = settings;
        settings = next;
        fingerprint = fingerprint(next);
        MarketSettings market = next.market();
        boolean isOtherStorage = !next.persistence().equals(before.persistence());
        boolean isOtherMarket = !market.equals(before.market());
        ScannerVerticle scans = scanner;
        Supplier<Future<Void>> scanning = () -> scans == null || !(isOtherStorage || isOtherMarket)
                ? Future.succeededFuture()
                : scans.takeUp(market, next.persistence());
        Supplier<Future<Void>> storing = isOtherStorage ? anotherWriter : Future::succeededFuture;
        boolean isDirect = next.persistence().mode() == PersistenceSettings.Mode.DIRECT;
        return isDirect
                ? storing.get().compose(stores -> scanning.get())
                : scanning.get().compose(scanned -> storing.get());
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
}
