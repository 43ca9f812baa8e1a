package dev.atalaya;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.atalaya.bridge.BridgeVerticle;
import dev.atalaya.bus.AddressCatalogue;
import dev.atalaya.bus.AddressCatalogue.Entry;
import dev.atalaya.bus.AddressCatalogue.Kind;
import dev.atalaya.bus.MarketAddresses;
import dev.atalaya.config.BridgeSettings;
import dev.atalaya.config.Secret;
import dev.atalaya.embedded.Port;
import dev.atalaya.testing.BridgeSocket;
import dev.atalaya.testing.TestServers;
import dev.atalaya.testing.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `atalaya probe` and programs in other languages, each in a process of its own, at the bridge of a whole
/// node, of one in a cluster, and of a bus whose answers are the test's.
@ExtendWith(VertxExtension.class)
class ProbeIT {
    private static final MarketAddresses ADDRESSES = new MarketAddresses("us");
    private static final String TOKEN = "of the test: ñ";

    @TempDir
    Path folder;

    /// A node with a bridge that wants a token.
    private Node node(Vertx vertx) throws Exception {
        NodeBed bed = new NodeBed(vertx, NodeBed.simulated(500, "10:30", "1", "200ms"), new JsonObject(), TOKEN);
        Node node = bed.start();
        bed.until(() -> !bed.cycles.isEmpty() && !bed.runs.isEmpty());
        return node;
    }

    private ChildJvm probe() {
        return ChildJvm.ofMain(folder).option("-XX:TieredStopAtLevel=1").option("-Xmx128m");
    }

    private ChildJvm.Ended probe(Node node, String... arguments) throws Exception {
        return probe().variable("ATALAYA_BRIDGE_TOKEN", TOKEN)
                .run(at(node.bridgePort().orElseThrow(), arguments));
    }

    private static String[] at(int port, String... arguments) {
        List<String> all = new ArrayList<>(List.of("probe"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--port", Integer.toString(port)));
        return all.toArray(String[]::new);
    }

    @Test
    void aNodeIsAskedWatchedAndTriggered(Vertx vertx) throws Exception {
        Node node = node(vertx);

        ChildJvm.Ended stats = probe(node, "request", ADDRESSES.scannerStats());
        assertThat(stats.exit()).as(stats.toString()).isZero();
        assertThat(stats.out()).hasSize(1);
        assertThat(new JsonObject(stats.out().getFirst()).getLong("total_scans"))
                .isPositive();
        assertThat(stats.err()).isEmpty();

        ChildJvm.Ended list =
                probe(node, "request", ADDRESSES.scannerList(), "{\"list\":\"MARKET_OPEN\",\"limit\":3}", "--pretty");
        assertThat(list.exit()).as(list.toString()).isZero();
        assertThat(list.out()).contains("rows:").anyMatch(line -> line.startsWith("symbol "));

        ChildJvm.Ended cycles = probe(node, "watch", ADDRESSES.scannerCycles(), "--count", "3");
        assertThat(cycles.exit()).as(cycles.toString()).isZero();
        assertThat(cycles.out()).hasSize(3);
        long first = new JsonObject(cycles.out().getFirst()).getLong("scan_no");
        assertThat(new JsonObject(cycles.out().getLast()).getLong("scan_no")).isEqualTo(first + 2);

        Process watching = probe().variable("ATALAYA_BRIDGE_TOKEN", TOKEN)
                .start(at(node.bridgePort().orElseThrow(), "watch", ADDRESSES.persistenceRuns(), "--pretty"));
        try {
            CompletableFuture<List<String>> printed = ChildJvm.reading(watching, "completed", 1);
            Waiting.until(
                    () -> {
                        ChildJvm.Ended trigger = probe(node, "trigger", "persist");
                        assertThat(trigger.exit()).as(trigger.toString()).isZero();
                        assertThat(new JsonObject(trigger.out().getFirst()).getString("status"))
                                .isEqualTo("started");
                        return printed.isDone();
                    },
                    () -> "a run that is watched");
            assertThat(printed.get().getFirst()).startsWith("run_id ");
            assertThat(watching.isAlive()).isTrue();
            ChildJvm.assertEndsCleanlyWhenTold(watching);
        } finally {
            watching.destroyForcibly();
        }

        ChildJvm.Ended state = probe(node, "request", "atalaya.cluster.state");
        assertThat(new JsonObject(state.out().getFirst()).getBoolean("clustered"))
                .isFalse();

        Process left = probe().variable("ATALAYA_BRIDGE_TOKEN", TOKEN)
                .start(at(node.bridgePort().orElseThrow(), "watch", ADDRESSES.scannerCycles()));
        try {
            ChildJvm.until(left, "scan_no", 1);
            NodeBed.await(node.stop());
            assertThat(ChildJvm.until(left, "The connection to 127.0.0.1, port", 1)
                            .getLast())
                    .endsWith("was closed");
            assertThat(left.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(left.exitValue()).isEqualTo(1);
        } finally {
            left.destroyForcibly();
        }
    }

    @Test
    void aWholeNodeAnswersAtEachAddressOfTheCatalogue(Vertx vertx) throws Exception {
        Node node = node(vertx);
        try (BridgeSocket client = new BridgeSocket(node.bridgePort().orElseThrow())) {
            client.send(new JsonObject().put("type", "ping").put("headers", new JsonObject().put("token", TOKEN)));
            assertThat(client.receive().getString("type")).isEqualTo("pong");
            for (Entry entry : AddressCatalogue.of(List.of(ADDRESSES)).entries()) {
                if (entry.kind() == Kind.REQUEST) {
                    JsonObject body = entry.address().equals(ADDRESSES.scannerList())
                            ? new JsonObject().put("list", "winners")
                            : new JsonObject();
                    JsonObject answer = client.ask(entry.address(), body);
                    assertThat(answer.getString("failureType"))
                            .as(answer.encode())
                            .isNotEqualTo("NO_HANDLERS")
                            .isNotEqualTo("TIMEOUT");
                }
            }
            assertThat(client.ask(ADDRESSES.scannerList(), new JsonObject()).getInteger("failureCode"))
                    .isEqualTo(400);
            assertThat(client.ask(ADDRESSES.persistenceSettle(), new JsonObject())
                            .getString("message"))
                    .isEqualTo("access_denied");
        }
        NodeBed.await(node.stop());
    }

    @ParameterizedTest
    @CsvSource({"python3,probe.py", "node,probe.mjs"})
    void programsInOtherLanguagesAskAndWatch(String program, String file, Vertx vertx) throws Exception {
        assumeThat(isThere(program)).as("%s is installed", program).isTrue();
        Node node = node(vertx);
        ProcessBuilder builder = new ProcessBuilder(
                        program,
                        Path.of("docs", "examples", file).toAbsolutePath().toString(),
                        "127.0.0.1",
                        node.bridgePort().orElseThrow().toString(),
                        ADDRESSES.scannerList(),
                        "{\"list\": \"MARKET_OPEN\", \"limit\": 2}",
                        ADDRESSES.scannerCycles())
                .redirectErrorStream(true);
        builder.environment().put("ATALAYA_BRIDGE_TOKEN", TOKEN);
        builder.environment().put("PYTHONUTF8", "1");
        List<String> printed = ended(builder, 0);
        assertThat(printed).hasSize(2);
        assertThat(new JsonObject(printed.getFirst()).getJsonArray("rows")).hasSize(2);
        assertThat(new JsonObject(printed.getLast()).getLong("scan_no")).isPositive();

        builder.environment().put("ATALAYA_BRIDGE_TOKEN", "wrong");
        assertThat(ended(builder, 1)).singleElement().asString().startsWith("wrong_token");
        NodeBed.await(node.stop());
    }

    private static boolean isThere(String program) throws InterruptedException {
        try {
            return new ProcessBuilder(program, "--version").start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static List<String> ended(ProcessBuilder builder, int exit) throws Exception {
        Process process = builder.start();
        try {
            List<String> printed =
                    process.inputReader(StandardCharsets.UTF_8).lines().toList();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(printed.toString()).isEqualTo(exit);
            return printed;
        } finally {
            process.destroyForcibly();
        }
    }

    /// A bridge without a node behind it.
    private int bridge(Vertx vertx, String token) throws Exception {
        BridgeVerticle bridge = new BridgeVerticle(
                new BridgeSettings(true, "127.0.0.1", 0, new Secret(token)), AddressCatalogue.of(List.of(ADDRESSES)));
        Waiting.await(vertx.deployVerticle(bridge));
        return bridge.actualPort();
    }

    @Test
    void theExitCodeSaysHowItEnded(Vertx vertx) throws Exception {
        vertx.eventBus()
                .consumer(ADDRESSES.persist(), (Message<JsonObject> request) -> request.fail(503, "The disk is full"));
        vertx.eventBus().consumer(ADDRESSES.scannerScan(), (Message<JsonObject> request) -> {});
        int port = bridge(vertx, "");

        assertEnded(probe().run(at(port, "trigger", "persist")), 1, "The disk is full");
        assertEnded(probe().run(at(port, "request", "a b")), 1, "The bridge does not let that through to a b; .*");
        assertEnded(probe().run(at(port, "watch", ADDRESSES.persist())), 1, "The bridge does not let that through .*");
        assertEnded(
                probe().run("probe", "request", ADDRESSES.persist(), "[]"),
                2,
                "probe request JSON: '\\[]'; allowed is a JSON object");
        assertEnded(
                probe().run(at(port, "request", ADDRESSES.scannerStats())),
                3,
                "Nobody answers at atalaya\\.us\\.scanner\\.stats");
        assertEnded(
                probe().run(at(Port.free(), "request", ADDRESSES.scannerStats())),
                3,
                "Nobody listens at 127\\.0\\.0\\.1, port \\d+: .*");
        assertEnded(
                probe().run(at(port, "trigger", "scan", "--timeout", "300ms")),
                4,
                "atalaya\\.us\\.scanner\\.scan did not answer (within 300 ms|in time)");
    }

    private static void assertEnded(ChildJvm.Ended ended, int exit, String sentence) {
        assertThat(ended.exit()).as(ended.toString()).isEqualTo(exit);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).singleElement().asString().matches(sentence);
    }

    @Test
    void aTokenComesFromAFileAndAWrongOneIsToldApart(Vertx vertx) throws Exception {
        vertx.eventBus()
                .consumer(ADDRESSES.persist(), (Message<JsonObject> request) -> request.reply(new JsonObject()));
        int port = bridge(vertx, TOKEN);
        Path file = Files.writeString(folder.resolve("token"), TOKEN + "\n");
        assertThat(probe().run(at(port, "trigger", "persist", "--token-file", file.toString()))
                        .exit())
                .isZero();
        assertEnded(probe().run(at(port, "trigger", "persist")), 1, "The bridge says wrong_token: .*");
        assertEnded(
                probe().run(at(port, "trigger", "persist", "--token-file", "/no/such")),
                2,
                "probe --token-file: '/no/such'; allowed is a file that can be read");
    }

    @Test
    void whatIsNoBridgeIsSaidToBeNone() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().start(() -> {
                try (var connection = server.accept()) {
                    connection.getInputStream().read();
                    connection
                            .getOutputStream()
                            .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.UTF_8));
                } catch (IOException e) {
                    // the test is over
                }
            });
            assertEnded(
                    probe().run(at(server.getLocalPort(), "trigger", "persist")),
                    1,
                    "What listens at 127\\.0\\.0\\.1, port \\d+ is no event-bus bridge: .*");
        }
    }

    @Test
    void theAddressesAreNamedWithoutANode() throws Exception {
        List<JsonObject> expected = AddressCatalogue.of(List.of(ADDRESSES)).entries().stream()
                .map(Entry::toJson)
                .toList();
        ChildJvm.Ended list = probe().run("probe", "list");
        assertThat(list.exit()).isZero();
        assertThat(list.out().stream().map(JsonObject::new)).containsExactlyElementsOf(expected);

        ChildJvm.Ended pretty = probe().variable("ATALAYA_MARKET_NAME", "eu").run("probe", "list", "--pretty");
        assertThat(pretty.out()).hasSize(expected.size() + 1);
        assertThat(pretty.out().getFirst()).startsWith("address ");
        assertThat(pretty.out().get(1)).startsWith("atalaya.eu.scanner.stats ");
    }

    /// Both ways into a cluster: each node's bridge, and as one more member.
    @Test
    void aClusterIsAskedThroughAnyNodeOrFromWithin() throws Exception {
        int port = Math.min(Port.free(), 65_000);
        Path settings = ChildJvm.settings(
                folder,
                TestServers.freshDatabase(),
                new JsonObject()
                        .put("market", new JsonObject().put("name", "us"))
                        .put(
                                "cluster",
                                new JsonObject()
                                        .put("name", TestServers.uniquePrefix().replaceAll("\\W", ""))
                                        .put("port", port)
                                        .put("members", List.of("127.0.0.1:" + port))));
        int bridge = Port.free();
        try (ClusterNode scanner = ClusterNode.start(folder, settings, "scans", "ATALAYA_NODE_ROLES", "scanner,http");
                ClusterNode service = ClusterNode.start(
                        folder,
                        settings,
                        "serves",
                        "ATALAYA_NODE_ROLES",
                        "http",
                        "ATALAYA_BRIDGE_PORT",
                        Integer.toString(bridge))) {
            Waiting.until(() -> scanner.isIn("active", "scanner") && service.isUp(), () -> scanner + "\n" + service);
            ChildJvm.Ended there = probe().run(at(bridge, "request", ADDRESSES.scannerStats()));
            assertThat(there.exit()).as(there.toString()).isZero();
            ChildJvm.Ended state = probe().run(at(bridge, "request", "atalaya.cluster.state"));
            assertThat(state.exit()).as(state.toString()).isZero();
            assertThat(new JsonObject(state.out().getFirst()).getString("node")).isEqualTo("serves");

            String conf = settings.toString();
            ChildJvm.Ended within =
                    probe().run("probe", "watch", ADDRESSES.scannerCycles(), "--count", "2", "-cluster", "-conf", conf);
            assertThat(within.exit()).as(within.toString()).isZero();
            assertThat(within.out()).hasSize(2).allMatch(line -> line.contains("\"scan_no\""));
            assertEnded(
                    probe().run("probe", "trigger", "persist", "-cluster", "-conf", conf),
                    3,
                    "Nobody answers at atalaya\\.us\\.persistence\\.persist");
            assertEnded(
                    probe().run("probe", "request", "atalaya.cluster.state", "-cluster", "-conf", conf),
                    3,
                    "atalaya\\.cluster\\.state is answered by each node for itself: ask without -cluster");

            ClusterNode third = ClusterNode.start(
                    folder,
                    settings,
                    "late",
                    "ATALAYA_NODE_ROLES",
                    "http",
                    "ATALAYA_BRIDGE_PORT",
                    Integer.toString(bridge));
            try (third) {
                Waiting.until(() -> !third.isAlive(), third::toString);
                assertThat(third.exit()).isEqualTo(1);
                assertThat(third.hasPrinted("bridge.port: port " + bridge + " of 127.0.0.1 cannot be taken; give each"))
                        .as(third.toString())
                        .isTrue();
            }
        }
    }
}
