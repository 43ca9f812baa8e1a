package dev.atalaya;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.bus.CycleSummary;
import dev.atalaya.bus.PublishedLists;
import dev.atalaya.bus.RunSummary.Reason;
import dev.atalaya.embedded.Port;
import dev.atalaya.scanner.ScannerSetup;
import dev.atalaya.scanner.ScannerVerticle;
import dev.atalaya.scanner.StreamConsumer;
import dev.atalaya.testing.Relay;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A node on real servers: whose the connections and threads are, what it stores, how it starts again and what
/// it answers.
@ExtendWith(VertxExtension.class)
class NodeIT {
    private static final JsonObject HOURLY = new JsonObject();
    private static final JsonObject DIRECT = new JsonObject().put("mode", "direct");

    /// A market that is open for hours and carries the wall clock's time.
    private static JsonObject market(String interval) {
        return NodeBed.simulated(1_000, "10:30", "1", interval);
    }

    @Test
    void onlyThePersistenceIsConnectedToTheDatabase(Vertx vertx) throws Exception {
        NodeBed bed = new NodeBed(vertx, market("100ms"), HOURLY);
        Node node = bed.start();
        bed.until(() -> bed.runs(Reason.START).size() == 1);
        try (Connection connection = bed.connect()) {
            // a server process may outlive the migration's connection by a moment
            bed.until(() -> !connectedTo(connection).contains("atalaya-migration"));
            Set<String> seen = ConcurrentHashMap.newKeySet();
            int from = bed.cycles.size();
            bed.ask(bed.addresses.persist());
            bed.until(() -> {
                List<String> names = connectedTo(connection);
                assertThat(names).allMatch("atalaya-persistence"::equals);
                seen.addAll(names);
                return bed.cycles.size() >= from + 20
                        && bed.runs(Reason.REQUEST).size() == 1;
            });
            assertThat(seen).containsExactly("atalaya-persistence");
        }
        NodeBed.await(node.stop());
    }

    @Test
    void aNodeScansWithoutItsDatabaseAndStoresWhenItIsThere(Vertx vertx) throws Exception {
        int port = Port.free();
        NodeBed bed = new NodeBed(
                vertx, market("100ms"), HOURLY, new JsonObject(), uri -> uri.replaceFirst(":\\d+/", ":" + port + "/"));
        Node node = bed.start();
        bed.until(() -> bed.cycles.size() >= 20);
        assertThat(bed.ask(bed.addresses.scannerStats()).getBoolean("ready")).isTrue();
        assertThat(bed.ask(bed.addresses.scannerStats()).getLong("cycles_failed"))
                .isZero();
        assertThat(bed.ask(bed.addresses.persistenceStats()).getBoolean("degraded"))
                .isTrue();
        assertThat(bed.runs).isEmpty();

        Relay database = Relay.listen(port, bed.databaseUri());
        bed.until(() -> bed.runs(Reason.START).size() == 1);
        assertThat(bed.runs.getFirst().rows()).isPositive();
        assertThat(bed.ask(bed.addresses.persistenceStats()).getBoolean("degraded"))
                .isFalse();

        database.close();
        int from = bed.cycles.size();
        bed.ask(bed.addresses.persist());
        bed.until(() -> bed.cycles.size() >= from + 20
                && bed.ask(bed.addresses.persistenceStats()).getBoolean("degraded"));
        assertThat(bed.ask(bed.addresses.scannerStats()).getLong("cycles_failed"))
                .isZero();
        NodeBed.await(node.stop());
    }

    @Test
    void aScannerAloneHasNoConnectionToTheDatabase(Vertx vertx) throws Exception {
        NodeBed bed = new NodeBed(vertx, market("100ms"), HOURLY);
        InstantSource wall = InstantSource.system();
        MarketAssembly assembly = MarketAssembly.of(bed.settings.market(), bed.settings.redis(), wall);
        String scanner = NodeBed.await(vertx.deployVerticle(new ScannerVerticle(
                vertx,
                new ScannerSetup(
                        bed.settings.market(),
                        bed.settings.redis(),
                        bed.settings.persistence(),
                        assembly.calendar(),
                        assembly.clock(),
                        wall,
                        assembly.feeds(),
                        new PublishedLists(),
                        new SimpleMeterRegistry(),
                        Optional.empty()))));
        try (Connection connection = bed.connect()) {
            bed.until(() -> {
                assertThat(connectedTo(connection)).isEmpty();
                return bed.cycles.size() >= 20;
            });
        }
        NodeBed.await(vertx.undeploy(scanner));
    }

    @Test
    void theScannerAndTheServiceRunOnEventLoopsAndThePersistenceOnAWorker(Vertx vertx) throws Exception {
        NodeBed bed = new NodeBed(vertx, market("100ms"), HOURLY);
        Map<String, Set<ThreadingModel>> senders = new ConcurrentHashMap<>();
        Map<String, Set<String>> threads = new ConcurrentHashMap<>();
        vertx.eventBus().addOutboundInterceptor(delivery -> {
            String address = delivery.message().address();
            Context context = Vertx.currentContext();
            if (context != null) {
                senders.computeIfAbsent(address, each -> ConcurrentHashMap.newKeySet())
                        .add(context.threadingModel());
                threads.computeIfAbsent(address, each -> ConcurrentHashMap.newKeySet())
                        .add(Thread.currentThread().getName().replaceAll("\\d+", "N"));
            }
            delivery.next();
        });
        Node node = bed.start();
        bed.until(() -> bed.runs(Reason.START).size() == 1 && bed.cycles.size() >= 5);
        assertThat(get(node, "/api/maintenance/runs").statusCode()).isEqualTo(200);
        NodeBed.await(node.stop());

        String cycles = bed.addresses.scannerCycles();
        String runs = bed.addresses.persistenceRuns();
        String requests = bed.addresses.persistenceStats(); // only the service asks
        assertThat(senders)
                .containsEntry(cycles, Set.of(ThreadingModel.EVENT_LOOP))
                .containsEntry(runs, Set.of(ThreadingModel.WORKER))
                .containsEntry(requests, Set.of(ThreadingModel.EVENT_LOOP));
        assertThat(threads)
                .containsEntry(cycles, Set.of("vert.x-eventloop-thread-N"))
                .containsEntry(runs, Set.of("vert.x-worker-thread-N"))
                .containsEntry(requests, Set.of("vert.x-eventloop-thread-N"));
    }

    @Test
    void inDirectModeACycleIsDoneWhenAllItKeptIsStored(Vertx vertx) throws Exception {
        NodeBed bed = new NodeBed(vertx, market("200ms"), DIRECT);
        Map<Instant, Integer> storedWhenDone = new ConcurrentHashMap<>();
        vertx.eventBus().addOutboundInterceptor(delivery -> {
            if (!delivery.message().address().equals(bed.addresses.scannerCycles())) {
                delivery.next();
                return;
            }
            CycleSummary cycle =
                    CycleSummary.fromJson((JsonObject) delivery.message().body());
            vertx.executeBlocking(() -> {
                        try (Connection connection = bed.connect()) {
                            return rows(connection).getOrDefault(cycle.time(), 0);
                        }
                    })
                    .onSuccess(rows -> storedWhenDone.put(cycle.time(), rows))
                    .onComplete(done -> delivery.next());
        });
        Node node = bed.start();
        bed.until(() -> bed.cycles.size() >= 10);
        NodeBed.await(node.stop());

        assertThat(bed.cycles).allSatisfy(cycle -> {
            assertThat(cycle.filtered()).isPositive();
            assertThat(cycle.stageMillis()).containsKey("store");
            assertThat(storedWhenDone).containsEntry(cycle.time(), cycle.filtered());
        });
        assertThat(bed.runs).allMatch(run -> run.reason() == Reason.DIRECT);
    }

    @Test
    void aNodeThatStartsAgainContinuesEveryNumber(Vertx vertx) throws Exception {
        NodeBed bed = new NodeBed(vertx, market("100ms"), HOURLY);
        StreamConsumer consumer = new StreamConsumer(bed.redis, bed.keys.deltas());
        Node first = bed.start();
        bed.until(() -> bed.cycles.size() >= 10);
        bed.ask(bed.addresses.persist());
        bed.until(() -> bed.runs(Reason.REQUEST).size() == 1);
        NodeBed.await(first.stop());
        consumer.follow();
        Map<String, Long> sequences = consumer.sequences();
        long scanNo = bed.number(bed.keys.scanNo());
        Map<Instant, Integer> rows;
        try (Connection connection = bed.connect()) {
            rows = rows(connection);
        }
        assertThat(sequences).hasSize(11);
        assertThat(rows).isNotEmpty();

        Node second = bed.start();
        bed.until(() -> bed.cycles.getLast().scanNo() >= scanNo + 10
                && bed.runs(Reason.START).size() == 2);
        NodeBed.await(second.stop());
        consumer.follow(); // insists on sequences that grow by one
        assertThat(consumer.snapshots).isEqualTo(2 * 11);
        for (int i = 1; i < bed.cycles.size(); i++) {
            assertThat(bed.cycles.get(i).scanNo())
                    .isEqualTo(bed.cycles.get(i - 1).scanNo() + 1);
        }
        assertThat(bed.cycles).anyMatch(cycle -> cycle.scanNo() == scanNo + 1);
        for (String list : sequences.keySet()) {
            assertThat(bed.number(bed.keys.sequence(list)))
                    .isEqualTo(consumer.sequences().get(list));
        }
        try (Connection connection = bed.connect()) {
            assertThat(rows(connection)).containsAllEntriesOf(rows);
        }
    }

    @Test
    void theServiceAnswersWhatTheNodeDidAndStoresWhenAsked(Vertx vertx) throws Exception {
        NodeBed bed = new NodeBed(vertx, market("1h"), HOURLY); // one scan, which stays the last
        Node node = bed.start();
        bed.until(() -> bed.cycles.size() == 1 && bed.runs(Reason.START).size() == 1);
        JsonObject stats = new JsonObject(get(node, "/api/stats").body());
        assertThat(stats.getDouble("last_scan_duration_ms")).isPositive();
        assertThat(stats.getValue("total_scans")).isEqualTo(1);

        String list = text(bed, bed.keys.session(bed.cycles.getFirst().session()));
        HttpResponse<String> filtered = get(node, "/api/filtered?limit=1000");
        assertThat(filtered.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(filtered.body()).getJsonArray("rows")).isEqualTo(new JsonArray(list));
        assertThat(filtered.body()).as("the very bytes").endsWith("\"rows\":" + list + "}");

        NodeBed.await(bed.redis.send(Request.cmd(Command.DEL).arg(bed.keys.lastPersistence())));
        HttpResponse<String> started = send(HttpRequest.newBuilder(uri(node, "/api/maintenance/persist-scan-results"))
                .POST(HttpRequest.BodyPublishers.noBody()));
        assertThat(started.statusCode()).isEqualTo(202);
        JsonObject run = new JsonObject(started.body());
        assertThat(run.getString("status")).isEqualTo("started");
        bed.until(() -> {
            HttpResponse<String> known = get(node, "/api/maintenance/runs/" + run.getString("run_id"));
            return new JsonObject(known.body()).getString("status").equals("completed");
        });
        assertThat(Instant.parse(text(bed, bed.keys.lastPersistence()))).isBeforeOrEqualTo(Instant.now());
        try (Connection connection = bed.connect()) {
            assertThat(rows(connection))
                    .isEqualTo(Map.of(
                            bed.cycles.getFirst().time(),
                            Math.min(100, bed.cycles.getFirst().filtered())));
        }
        NodeBed.await(node.stop());
    }

    /// Whose connections there are to this database, but for the asking one.
    private static List<String> connectedTo(Connection connection) throws SQLException {
        List<String> names = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("""
                        SELECT application_name FROM pg_stat_activity
                        WHERE datname = current_database() AND pid <> pg_backend_pid()
                          AND backend_type = 'client backend'
                        """)) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    /// How many rows are stored of each scan; all are of one session.
    private static Map<Instant, Integer> rows(Connection connection) throws SQLException {
        Map<Instant, Integer> counts = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT time, count(*) FROM scan_results GROUP BY time")) {
            while (rows.next()) {
                counts.put(rows.getObject(1, OffsetDateTime.class).toInstant(), rows.getInt(2));
            }
        }
        return counts;
    }

    private static String text(NodeBed bed, String key) throws Exception {
        Response value = NodeBed.await(bed.redis.send(Request.cmd(Command.GET).arg(key)));
        return Objects.requireNonNull(value, key).toString();
    }

    private static URI uri(Node node, String path) {
        return URI.create("http://127.0.0.1:" + node.ports().getFirst() + path);
    }

    private static HttpResponse<String> get(Node node, String path) throws Exception {
        return send(HttpRequest.newBuilder(uri(node, path)));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
