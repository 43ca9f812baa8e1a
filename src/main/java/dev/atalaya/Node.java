package dev.atalaya;

import dev.atalaya.bus.MarketAddresses;
import dev.atalaya.bus.PublishedLists;
import dev.atalaya.config.Settings;
import dev.atalaya.http.HttpVerticle;
import dev.atalaya.market.MarketSession;
import dev.atalaya.persistence.PersistenceVerticle;
import dev.atalaya.redis.Keys;
import dev.atalaya.scanner.ScannerSetup;
import dev.atalaya.scanner.ScannerVerticle;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.random.RandomGenerator;

/// The three verticles of a market, constructed from its settings and deployed.
final class Node {
    private final Vertx vertx;
    private final Deque<String> deployments = new ArrayDeque<>();
    private final HttpVerticle http;

    private Node(Vertx vertx, HttpVerticle http) {
        this.vertx = vertx;
        this.http = http;
    }

    /// Deploys the writer first, so that no cycle finds it missing, then the scanner, then the service.
    static Future<Node> start(Vertx vertx, Settings settings, PrometheusMeterRegistry metrics, InstantSource wall) {
        MarketAssembly market;
        try {
            market = MarketAssembly.of(settings.market(), settings.redis(), wall);
        } catch (IOException e) {
            return Future.failedFuture(e);
        }
        MarketAddresses addresses = new MarketAddresses(settings.market().name());
        PublishedLists lists = new PublishedLists();
        List<String> sessions =
                market.calendar().sessions().stream().map(MarketSession::name).toList();
        Future<Void> schema = Schema.migrate(vertx, settings.database(), wall, RandomGenerator.getDefault());
        PersistenceVerticle persistence = new PersistenceVerticle(
                addresses,
                settings.persistence(),
                settings.database(),
                settings.redis(),
                new Keys(settings.market().keyPrefix()),
                market.calendar(),
                market.clock(),
                wall,
                metrics,
                () -> schema);
        ScannerVerticle scanner = new ScannerVerticle(
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
                        metrics));
        Node node = new Node(vertx, new HttpVerticle(settings.http(), addresses, lists, sessions, metrics));
        DeploymentOptions worker = new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER);
        return vertx.deployVerticle(persistence, worker)
                .onSuccess(node.deployments::push)
                .compose(deployed -> vertx.deployVerticle(scanner))
                .onSuccess(node.deployments::push)
                .compose(deployed -> vertx.deployVerticle(node.http))
                .onSuccess(node.deployments::push)
                .map(node)
                .recover(e -> node.stop().transform(stopped -> Future.failedFuture(e)));
    }

    /// The ports that the service really listens on.
    List<Integer> ports() {
        return http.actualPorts();
    }

    /// Undeploys in the opposite order; a batch in flight is finished.
    Future<Void> stop() {
        if (deployments.isEmpty()) {
            return Future.succeededFuture();
        }
        return vertx.undeploy(deployments.pop()).transform(undeployed -> stop());
    }
}
