package dev.atalaya.http;

import static dev.atalaya.http.FakeMarket.ADDRESSES;
import static dev.atalaya.http.FakeMarket.SESSIONS;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.bus.MarketAddresses;
import dev.atalaya.bus.PublishedLists;
import dev.atalaya.bus.ServedMarket;
import dev.atalaya.config.HttpSettings;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// An [HttpVerticle] on two free ports, before a market that answers nothing yet, and a client of it.
final class HttpService implements AutoCloseable {
    static final Duration TIMEOUT = Duration.ofMillis(300);
    static final Duration PATIENCE = Duration.ofMillis(1500);

    final PublishedLists lists = new PublishedLists();
    final PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    final HttpVerticle http;
    final FakeMarket market;
    private final List<MarketAddresses> others;
    final Contract contract;
    private final HttpClient client = HttpClient.newHttpClient();

    /// @param others markets beside the first
    HttpService(Vertx vertx, MarketAddresses... others) throws Exception {
        this.others = List.of(others);
        http = verticle(List.of(0, 0));
        market = new FakeMarket(vertx);
        contract = Contract.read(vertx);
        vertx.deployVerticle(http).await(10, TimeUnit.SECONDS);
    }

    HttpVerticle verticle(List<Integer> ports) {
        return new HttpVerticle(
                new HttpSettings("127.0.0.1", ports, TIMEOUT, Duration.ZERO),
                Stream.concat(
                                Stream.of(new ServedMarket(ADDRESSES, lists, SESSIONS)),
                                others.stream().map(other -> new ServedMarket(other, new PublishedLists(), SESSIONS)))
                        .toList(),
                metrics,
                PATIENCE);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + http.actualPorts().getFirst() + path));
    }

    HttpResponse<String> call(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    /// What comes back until the server closes the connection, for requests that a client would not send.
    String raw(String request) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), http.actualPorts().getFirst())) {
            socket.setSoTimeout((int) PATIENCE.toMillis() * 10);
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    HttpResponse<String> get(String path) throws Exception {
        return call(request(path));
    }

    HttpResponse<String> post(String path) throws Exception {
        return call(request(path).POST(BodyPublishers.noBody()));
    }

    /// The JSON of an answer that is as the contract says.
    JsonObject json(String call, int status, HttpResponse<String> response) {
        JsonObject json = new JsonObject(response.body());
        String type = response.headers().firstValue("content-type").orElseThrow();
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(contract.violations(call, status, type, json)).isEmpty();
        return json;
    }

    static void assertProblem(HttpResponse<String> response, int status, String detail) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("content-type")).contains("application/problem+json");
        JsonObject problem = new JsonObject(response.body());
        assertThat(problem.fieldNames()).containsExactly("type", "title", "status", "detail", "instance");
        assertThat(problem.getInteger("status")).isEqualTo(status);
        assertThat(problem.getString("detail")).contains(detail).doesNotContain("Exception", "\tat ");
        assertThat(problem.getString("instance")).isEqualTo(response.uri().getRawPath());
    }

    @Override
    public void close() {
        client.close();
    }
}
