package dev.atalaya;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.config.DatabaseSettings;
import dev.atalaya.redis.Keys;
import dev.atalaya.redis.RedisLink;
import dev.atalaya.scanner.StreamConsumer;
import dev.atalaya.testing.TestServers;
import dev.atalaya.testing.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Several nodes in Javas of their own, one of which is killed, frozen or told to end, and a consumer of the stream
/// who must not notice: no sequence number is missing or repeated, and no list is sent as a whole again.
class ClusterIT {
    private static final String ACTIVE = "active";
    private static final String STANDBY = "standby";
    private static final String SCANNER = "scanner";
    private static final String PERSISTENCE = "persistence";

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final List<ClusterNode> nodes = new ArrayList<>();
    private DatabaseSettings database;
    private Path settings;
    private Keys keys;
    private RedisLink redis;
    private StreamConsumer consumer;

    @BeforeEach
    void settings() throws Exception {
        database = TestServers.freshDatabase();
        redis = new RedisLink(vertx, TestServers.redis());
        settings = ChildJvm.settings(
                folder,
                database,
                new JsonObject()
                        .put(
                                "cluster",
                                new JsonObject()
                                        .put("name", TestServers.uniquePrefix().replaceAll("\\W", ""))
                                        .put("port", freePort())
                                        .put("members", members()))
                        .put(
                                "market",
                                new JsonObject()
                                        .put("name", "us")
                                        .put(
                                                "feed",
                                                new JsonObject()
                                                        .put(
                                                                "simulated",
                                                                new JsonObject()
                                                                        .put(
                                                                                "origin",
                                                                                Instant.now()
                                                                                        .toString())))));
        String prefix = new JsonObject(Files.readString(settings))
                .getJsonObject("market")
                .getString("key_prefix");
        keys = new Keys(prefix);
        consumer = new StreamConsumer(redis, keys.deltas());
    }

    private int port;

    private JsonArray members() {
        JsonArray members = new JsonArray();
        for (int i = 0; i < 3; i++) {
            members.add("127.0.0.1:" + (port + i));
        }
        return members;
    }

    private int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = Math.min(socket.getLocalPort(), 65_000);
            return port;
        }
    }

    @AfterEach
    void end() {
        nodes.forEach(ClusterNode::close);
        vertx.close();
    }

    private ClusterNode start(String name, String... variables) throws Exception {
        ClusterNode node = ClusterNode.start(folder, settings, name, variables);
        nodes.add(node);
        return node;
    }

    private ClusterNode up(String name, String... variables) throws Exception {
        ClusterNode node = start(name, variables);
        until(node::isUp);
        return node;
    }

    private void until(Waiting.Condition condition) throws Exception {
        Waiting.until(condition, () -> nodes.toString());
    }

    private long scanNo() throws Exception {
        Response answer = Waiting.await(redis.send(Request.cmd(Command.GET).arg(keys.scanNo())));
        return answer == null ? 0 : answer.toLong();
    }

    private void untilScansGoOn(int scans) throws Exception {
        long now = scanNo();
        until(() -> scanNo() >= now + scans);
    }

    /// The consumer holds what stands in Redis, and each list was sent as a whole once.
    private void assertThatConsumersNoticedNothing() throws Exception {
        consumer.follow();
        assertThat(consumer.sequences()).hasSize(11);
        assertThat(consumer.snapshots).as("lists sent as a whole").isEqualTo(11);
        assertThat(consumer.deltas).isPositive();
    }

    private boolean isSettled(ClusterNode active, ClusterNode standby) {
        return active.isIn(ACTIVE, SCANNER)
                && active.isIn(ACTIVE, PERSISTENCE)
                && standby.isIn(STANDBY, SCANNER)
                && standby.isIn(STANDBY, PERSISTENCE);
    }

    @Test
    void aStandbyGoesOnWhereTheOneThatWasKilledEnded() throws Exception {
        ClusterNode first = up("first");
        ClusterNode second = up("second");
        until(() -> isSettled(first, second));
        untilScansGoOn(3);
        assertThat(second.json("/api/stats").getString("current_session"))
                .isEqualTo(first.json("/api/stats").getString("current_session"));
        assertThat(second.json("/api/categories/winners").getJsonArray("rows")).isNotNull();

        first.kill();

        until(() -> second.isIn(ACTIVE, SCANNER) && second.isIn(ACTIVE, PERSISTENCE));
        untilScansGoOn(3);
        assertThatConsumersNoticedNothing();
        assertThat(second.get("/health/ready").statusCode()).isEqualTo(200);
    }

    @Test
    void oneThatWasFrozenWritesNothingWhenItWakesUpAndStandsBy() throws Exception {
        ClusterNode first = up("first");
        ClusterNode second = up("second");
        until(() -> isSettled(first, second));
        untilScansGoOn(3);

        first.freeze();
        until(() -> second.isIn(ACTIVE, SCANNER));
        untilScansGoOn(2);
        first.thaw();

        until(() -> first.isIn(STANDBY, SCANNER) && second.isIn(ACTIVE, SCANNER));
        untilScansGoOn(3);
        assertThatConsumersNoticedNothing();
        until(() -> first.isIn(STANDBY, PERSISTENCE) && second.isIn(ACTIVE, PERSISTENCE));
    }

    @Test
    void oneThatIsToldToEndHandsOverAtOnce() throws Exception {
        ClusterNode first = up("first");
        ClusterNode second = up("second");
        until(() -> isSettled(first, second));
        untilScansGoOn(2);

        first.tell();

        until(() -> second.isIn(ACTIVE, SCANNER) && second.isIn(ACTIVE, PERSISTENCE));
        until(() -> !first.isAlive());
        assertThat(first.exit()).isEqualTo(128 + 15);
        untilScansGoOn(2);
        assertThatConsumersNoticedNothing();
        assertThat(storedTwice()).isZero();
    }

    private int storedTwice() throws Exception {
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:" + database.uri(),
                        database.user(),
                        database.password().value());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM persistence_ledger a"
                        + " JOIN persistence_ledger b ON a.first_scan_no < b.first_scan_no"
                        + " AND a.last_scan_no >= b.first_scan_no")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    @Test
    void rolesMayStandOnDifferentNodes() throws Exception {
        ClusterNode scanner = up("scans", "ATALAYA_NODE_ROLES", "scanner,http");
        ClusterNode writer = up("stores", "ATALAYA_NODE_ROLES", "persistence,http");
        ClusterNode service = up("serves", "ATALAYA_NODE_ROLES", "http");
        until(() -> scanner.isIn(ACTIVE, SCANNER) && writer.isIn(ACTIVE, PERSISTENCE));
        untilScansGoOn(2);
        until(() -> service.get("/api/stats").statusCode() == 200);
        assertThat(service.json("/api/maintenance/runs").getString("mode")).isEqualTo("hourly");
        assertThat(service.json("/api/cluster").getJsonArray("nodes")).hasSize(3);

        scanner.kill();

        until(() -> service.get("/api/stats").statusCode() == 503);
        assertThat(service.json("/api/stats").getString("detail")).contains("scanner");
    }

    @Test
    void aSecondNodeOfTheSameNameIsRefused() throws Exception {
        ClusterNode first = up("same");
        ClusterNode second = start("same");
        until(() -> !second.isAlive());
        assertThat(second.exit()).isEqualTo(1);
        assertThat(second.hasPrinted("node.name: 'same' is the name of another node"))
                .isTrue();
        assertThat(first.isIn(ACTIVE, SCANNER)).isTrue();
    }

    @Test
    void oneWithOtherSettingsStaysOut() throws Exception {
        ClusterNode first = up("first");
        until(() -> first.isIn(ACTIVE, SCANNER));
        ClusterNode other = up("other", "ATALAYA_MARKET_SCAN_KEEP", "7");
        until(() -> other.isIn("out", SCANNER));
        assertThat(other.seat(SCANNER).orElseThrow().getString("reason"))
                .contains("first", "other settings for the market us");
        assertThat(other.hasPrinted("other settings for the market us")).isTrue();

        first.kill();
        until(() -> other.isIn(ACTIVE, SCANNER));
    }
}
