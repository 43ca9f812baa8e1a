package dev.atalaya.bench;

import dev.atalaya.config.RedisSettings;
import dev.atalaya.testing.TestServers;
import dev.atalaya.testing.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// How many times a second a list is served from memory, against a bare Vert.x handler that returns the same
/// bytes: one load generator, in turns.
final class HttpBenchmark implements Benchmark {
    private static final int TICKERS = 11_500;
    private static final int CONNECTIONS = 4;
    private static final long SLICE_NANOS = 500_000_000;
    private static final int WARM_UP = 10;
    private static final String PATH = "/api/categories/gappers_up";

    @Override
    public void run(Report report, List<String> arguments) throws Exception {
        int pairs = Benchmark.number(arguments, 0, 40);
        Vertx vertx = Vertx.vertx();
        RedisSettings redis = TestServers.redis();
        String prefix = TestServers.uniquePrefix();
        VendorMarket market = new VendorMarket(TICKERS, 42);
        try (Upstream upstream = new Upstream(vertx, redis, prefix);
                ServiceBed service = new ServiceBed(vertx, redis, "us", prefix, "hourly", LocalTime.of(10, 0));
                ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS)) {
            upstream.putReferences(market);
            upstream.make(market, 1, 1, false);
            upstream.show(0);
            service.scan();
            byte[] body;
            try (HttpSocket client = new HttpSocket(service.port())) {
                body = client.body(HttpSocket.get(PATH));
            }
            HttpServer bare = bare(vertx, body);
            try (HttpSocket client = new HttpSocket(bare.actualPort())) {
                if (!Arrays.equals(body, client.body(HttpSocket.get(PATH)))) {
                    throw new IllegalStateException("The bare handler answers something else");
                }
            }
            report.progress(
                    "%,d pairs of slices, a list of %,d bytes, %d connections", pairs, body.length, CONNECTIONS);
            double[] own = new double[pairs];
            double[] alone = new double[pairs];
            double[] ratio = new double[pairs];
            for (int i = -WARM_UP; i < pairs; i++) {
                boolean ownFirst = (i & 1) == 0;
                double first = rate(threads, ownFirst ? service.port() : bare.actualPort());
                double second = rate(threads, ownFirst ? bare.actualPort() : service.port());
                if (i >= 0) {
                    own[i] = ownFirst ? first : second;
                    alone[i] = ownFirst ? second : first;
                    ratio[i] = own[i] / alone[i];
                }
            }
            report.note("GET %s, %,d bytes", PATH, body.length);
            report.median("answers a second, the service", new Samples(own), "");
            report.median("answers a second, a bare handler", new Samples(alone), "");
            report.median("the service against the bare handler", new Samples(ratio), "times", Target.atLeast(0.8));
        }
        vertx.close();
    }

    private static HttpServer bare(Vertx vertx, byte[] body) throws Exception {
        Buffer answer = Buffer.buffer(body);
        return Waiting.await(vertx.createHttpServer()
                .requestHandler(request -> request.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                        .end(answer))
                .listen(0, "127.0.0.1"));
    }

    /// Answers a second.
    private static double rate(ExecutorService threads, int port) throws Exception {
        long begin = System.nanoTime();
        Callable<Long> client = () -> {
            byte[] request = HttpSocket.get(PATH);
            long answers = 0;
            try (HttpSocket socket = new HttpSocket(port)) {
                while (System.nanoTime() - begin < SLICE_NANOS) {
                    socket.ask(request);
                    answers++;
                }
            }
            return answers;
        };
        List<Future<Long>> clients = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            clients.add(threads.submit(client));
        }
        long answers = 0;
        for (Future<Long> each : clients) {
            answers += each.get();
        }
        return answers * 1e9 / (System.nanoTime() - begin);
    }
}
