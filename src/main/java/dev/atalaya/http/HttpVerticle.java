package dev.atalaya.http;

import dev.atalaya.bus.BusFailure;
import dev.atalaya.bus.ServedMarket;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// The HTTP service of a node: stats, lists and the manual trigger of each market, probes, metrics, the contract and
/// the dashboard. It knows scanners and writers by their event-bus addresses alone. Runs on an event loop.
public final class HttpVerticle extends VerticleBase {
    private static final long BODY_LIMIT_BYTES = 64 * 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final HttpSettings settings;
    private final List<ServedMarket> markets;
    private final PrometheusMeterRegistry metrics;
    private final Duration patience;
    /// By the market's name, in the order of the settings.
    private final Map<String, MarketRoutes> routes = new LinkedHashMap<>();
    private volatile List<Integer> actualPorts = List.of();
    private volatile boolean draining;

    /// What one market answers with.
    private record MarketRoutes(StateRoutes state, ListRoutes lists, Counter errors) {}

    /// @param markets at least one; the first is meant where a call names none
    /// @param metrics what `GET /metrics` shows
    public HttpVerticle(HttpSettings settings, List<ServedMarket> markets, PrometheusMeterRegistry metrics) {
        this(settings, markets, metrics, PATIENCE);
    }

    /// @param patience with a client that sends nothing, and with one that does not finish a body
    HttpVerticle(
            HttpSettings settings, List<ServedMarket> markets, PrometheusMeterRegistry metrics, Duration patience) {
        this.settings = settings;
        this.markets = List.copyOf(markets);
        this.metrics = metrics;
        this.patience = patience;
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
        for (ServedMarket market : markets) {
            routes.put(market.name(), routes(bus, market));
        }
        NodeRoutes node = new NodeRoutes(
                bus, markets.stream().map(ServedMarket::addresses).toList(), () -> draining);
        router.route().handler(new RequestBody(BODY_LIMIT_BYTES, patience));
        get(router, "/api/stats", call -> market(call).state.stats(call));
        get(router, "/api/filtered", call -> market(call).lists.filtered(call));
        get(router, "/api/categories", call -> market(call).lists.categories(call));
        get(router, "/api/categories/:name", call -> market(call).lists.category(call));
        serve(
                router,
                HttpMethod.POST,
                "/api/maintenance/persist-scan-results",
                call -> market(call).state.persist(call));
        get(router, "/api/maintenance/runs", call -> market(call).state.runs(call));
        get(router, "/api/maintenance/runs/:id", call -> market(call).state.run(call));
        get(router, "/api/maintenance/ledger", call -> market(call).state.ledger(call));
        get(router, "/api/cluster", node::cluster);
        get(router, "/health/live", node::live);
        get(router, "/health/ready", node::ready);
        get(router, "/metrics", this::metrics);
        files.forEach((path, file) -> get(router, path, call -> Future.succeededFuture(file)));
        for (int status : new int[] {400, 404, 408, 413, 417, 500}) {
            router.errorHandler(
                    status, call -> send(call, Answer.problem(status, Answer.sentence(status), path(call))));
        }
        return router;
    }

    private MarketRoutes routes(BusRequests bus, ServedMarket market) {
        Counter errors = Counter.builder("atalaya.errors")
                .tag("kind", "http")
                .tag("market", market.name())
                .register(metrics);
        return new MarketRoutes(new StateRoutes(bus, market.addresses()), new ListRoutes(bus, market), errors);
    }

    /// Those of the market that the call names, or of the first.
    private MarketRoutes market(RoutingContext call) {
        String name = Parameters.text(call, "market").orElse(markets.getFirst().name());
        MarketRoutes found = routes.get(name);
        if (found == null) {
            throw Answer.refusal(
                    BusFailure.NOT_FOUND, "market: '" + name + "' is none of " + String.join(", ", routes.keySet()));
        }
        return found;
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
            Optional.ofNullable(routes.get(String.valueOf(call.request().getParam("market"))))
                    .or(() -> Optional.ofNullable(routes.get(markets.getFirst().name())))
                    .ifPresent(market -> market.errors.increment());
        }
        answer.send(call.request());
    }

    private static String path(RoutingContext call) {
        return String.valueOf(call.request().path());
    }
}
