package dev.atalaya.http;

import dev.atalaya.bus.MarketAddresses;
import dev.atalaya.bus.PublishedLists;
import dev.atalaya.config.HttpSettings;
import io.micrometer.core.instrument.Counter;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// The HTTP service of one market: stats, lists, the manual trigger, probes, metrics, the contract and the
/// dashboard. It knows the scanner and the persistence by their event-bus addresses alone. Runs on an event
/// loop.
public final class HttpVerticle extends VerticleBase {
    private static final long BODY_LIMIT_BYTES = 64 * 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final HttpSettings settings;
    private final MarketAddresses addresses;
    private final PublishedLists lists;
    private final List<String> sessions;
    private final PrometheusMeterRegistry metrics;
    private final Counter errors;
    private final Duration patience;
    private volatile List<Integer> actualPorts = List.of();
    private volatile boolean draining;

    /// @param lists what this node publishes; stays empty on a node that does not scan
    /// @param sessions every session of the market's calendar
    /// @param metrics what `GET /metrics` shows
    public HttpVerticle(
            HttpSettings settings,
            MarketAddresses addresses,
            PublishedLists lists,
            List<String> sessions,
            PrometheusMeterRegistry metrics) {
        this(settings, addresses, lists, sessions, metrics, PATIENCE);
    }

    /// @param patience with a client that sends nothing, and with one that does not finish a body
    HttpVerticle(
            HttpSettings settings,
            MarketAddresses addresses,
            PublishedLists lists,
            List<String> sessions,
            PrometheusMeterRegistry metrics,
            Duration patience) {
        this.settings = settings;
        this.addresses = addresses;
        this.lists = lists;
        this.sessions = List.copyOf(sessions);
        this.metrics = metrics;
        this.patience = patience;
        this.errors = Counter.builder("atalaya.errors")
                .tag("kind", "http")
                .tag("market", addresses.market())
                .register(metrics);
    }

    /// Where the service answers, in the order of the settings. Safe for any thread; empty before it is
    /// deployed.
    public List<Integer> actualPorts() {
        return actualPorts;
    }

    /// Fails if one of the ports cannot be taken.
    @Override
    public Future<?> start() {
        return vertx.executeBlocking(WebFiles::read)
                .map(this::router)
                .compose(router -> Future.all(settings.ports().stream()
                                .map(port -> listen(router, port))
                                .toList())
                        .onSuccess(servers -> actualPorts = servers.<HttpServer>list().stream()
                                .map(HttpServer::actualPort)
                                .toList()));
    }

    /// Says that it is not ready, for as long as the settings say, so that nobody sends more; to be called before
    /// anything is undeployed. Any thread.
    public Future<Void> drain() {
        draining = true;
        long millis = settings.drain().toMillis();
        return millis == 0
                ? Future.succeededFuture()
                : vertx.timer(millis, TimeUnit.MILLISECONDS).mapEmpty();
    }

    private Future<HttpServer> listen(Router router, int port) {
        HttpServerOptions options = new HttpServerOptions()
                .setHttp2ClearTextEnabled(false) // nobody needs it, and it has seen many an attack
                .setIdleTimeout((int) patience.toMillis())
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
        return vertx.createHttpServer(options)
                .requestHandler(router)
                .invalidRequestHandler(HttpVerticle::refuse)
                .listen(port, settings.host())
                .recover(cause -> Future.failedFuture(new IllegalStateException(
                        "http.ports: port " + port + " of " + settings.host() + " cannot be taken: "
                                + cause.getMessage(),
                        cause)));
    }

    /// What cannot be read as a request never reaches the router.
    private static void refuse(HttpServerRequest request) {
        int status = switch (request.decoderResult().cause()) {
            case TooLongHttpLineException line -> 414;
            case TooLongHttpHeaderException headers -> 431;
            default -> 400;
        };
        Answer.problem(status, Answer.sentence(status), String.valueOf(request.path()))
                .send(request);
        request.connection().close();
    }

    /// Every call there is, each under one method.
    Router router(Map<String, Answer> files) {
        Router router = Router.router(vertx);
        BusRequests bus = new BusRequests(vertx, settings.timeout());
        StateRoutes state = new StateRoutes(bus, addresses, () -> draining);
        ListRoutes ranked = new ListRoutes(bus, addresses, lists, sessions);
        router.route().handler(new RequestBody(BODY_LIMIT_BYTES, patience));
        get(router, "/api/stats", state::stats);
        get(router, "/api/filtered", ranked::filtered);
        get(router, "/api/categories", ranked::categories);
        get(router, "/api/categories/:name", ranked::category);
        serve(router, HttpMethod.POST, "/api/maintenance/persist-scan-results", state::persist);
        get(router, "/api/maintenance/runs", state::runs);
        get(router, "/api/maintenance/runs/:id", state::run);
        get(router, "/api/maintenance/ledger", state::ledger);
        get(router, "/api/cluster", state::cluster);
        get(router, "/health/live", state::live);
        get(router, "/health/ready", state::ready);
        get(router, "/metrics", this::metrics);
        files.forEach((path, file) -> get(router, path, call -> Future.succeededFuture(file)));
        for (int status : new int[] {400, 404, 408, 413, 417, 500}) {
            router.errorHandler(
                    status, call -> send(call, Answer.problem(status, Answer.sentence(status), path(call))));
        }
        return router;
    }

    private void get(Router router, String path, Function<RoutingContext, Future<Answer>> answers) {
        serve(router, HttpMethod.GET, path, answers);
    }

    private void serve(
            Router router, HttpMethod method, String path, Function<RoutingContext, Future<Answer>> answers) {
        Route route = router.route(method, path);
        if (method.equals(HttpMethod.GET)) {
            route.method(HttpMethod.HEAD);
        }
        String allowed = method.equals(HttpMethod.GET) ? "GET, HEAD" : method.name();
        route.handler(call -> Future.succeededFuture(call)
                .compose(answers)
                .otherwise(failure -> Answer.problem(failure, path(call)))
                .onSuccess(answer -> send(call, answer)));
        router.route(path).handler(call -> {
            call.response().putHeader(HttpHeaders.ALLOW, allowed);
            String detail =
                    "This path takes " + allowed + ", not " + call.request().method();
            send(call, Answer.problem(405, detail, path(call)));
        });
    }

    private Future<Answer> metrics(RoutingContext call) {
        return vertx.executeBlocking(
                () -> new Answer(200, "text/plain; version=0.0.4; charset=utf-8", Buffer.buffer(metrics.scrape())));
    }

    private void send(RoutingContext call, Answer answer) {
        if (answer.status() >= 500) {
            errors.increment();
        }
        answer.send(call.request());
    }

    private static String path(RoutingContext call) {
        return String.valueOf(call.request().path());
    }
}
