package dev.atalaya;

import dev.atalaya.config.DatabaseSettings;
import dev.atalaya.config.SettingsLoader;
import dev.atalaya.redis.Keys;
import dev.atalaya.redis.RedisLink;
import dev.atalaya.scanner.StreamConsumer;
import dev.atalaya.schema.MigrationException;
import dev.atalaya.schema.Migrations;
import dev.atalaya.testing.Protocol;
import dev.atalaya.testing.Relay;
import dev.atalaya.testing.Sql;
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
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/// Nodes in Javas of their own on the tests' Redis and PostgreSQL, all with the same simulated market of 500 tickers,
/// and a consumer of their stream.
public final class ClusterBed implements AutoCloseable {
    public static final String ACTIVE = "active";
    public static final String STANDBY = "standby";
    public static final String SCANNER = "scanner";
    public static final String PERSISTENCE = "persistence";
    private static final int MEMBERS = 3;

    final Vertx vertx = Vertx.vertx();
    final List<ClusterNode> nodes = new CopyOnWriteArrayList<>();
    final DatabaseSettings database = TestServers.freshDatabase();
    final RedisLink redis = new RedisLink(vertx, TestServers.redis());
    /// Before the keys of the only market, and before the names of several.
    final String prefix;
    final Keys keys;
    final StreamConsumer consumer;
    private final Path folder;
    private final Path settings;

    /// @param interval from one cycle to the next
    public ClusterBed(Path folder, String interval) throws Exception {
        this.folder = folder;
        int port = freePort();
        JsonArray members = new JsonArray();
        for (int i = 0; i < MEMBERS; i++) {
            members.add("127.0.0.1:" + (port + i));
        }
        JsonObject cluster = new JsonObject()
                .put("name", TestServers.uniquePrefix().replaceAll("\\W", ""))
                .put("port", port)
                .put("members", members);
        JsonObject simulated = new JsonObject().put("origin", Instant.now().toString());
        JsonObject market = new JsonObject()
                .put("name", "us")
                .put("scan", new JsonObject().put("interval", interval))
                .put("feed", new JsonObject().put("simulated", simulated));
        settings = ChildJvm.settings(
                folder, database, new JsonObject().put("cluster", cluster).put("market", market));
        prefix = new JsonObject(Files.readString(settings))
                .getJsonObject("market")
                .getString("key_prefix");
        keys = new Keys(prefix);
        consumer = new StreamConsumer(redis, keys.deltas());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return Math.min(socket.getLocalPort(), 65_000);
        }
    }

    /// Starts a node.
    ///
    /// @param variables of its environment: name, value, name, value, …
    public ClusterNode start(String name, String... variables) throws IOException {
        return added(ClusterNode.start(folder, settings, name, variables));
    }

    /// Starts one of another version than the others have, and waits until its service answers.
    ClusterNode ofAnotherVersion(String name) throws Exception {
        ClusterNode node = added(ClusterNode.packaged(folder, settings, name));
        until(node::isUp);
        return node;
    }

    private ClusterNode added(ClusterNode node) {
        nodes.add(node);
        return node;
    }

    /// A node that is in no cluster, when its service answers.
    ClusterNode alone(String name) throws Exception {
        ClusterNode node = added(ClusterNode.alone(folder, settings, name));
        until(node::isUp);
        return node;
    }

    /// Changes the file that all nodes were started with.
    ///
    /// @param change what it says beside or instead of what it said
    void change(JsonObject change) throws IOException {
        JsonObject all = new JsonObject(Files.readString(settings)).mergeIn(change, true);
        Files.writeString(settings, all.encode());
    }

    /// Starts a node and waits until its service answers.
    public ClusterNode up(String name, String... variables) throws Exception {
        ClusterNode node = start(name, variables);
        until(node::isUp);
        return node;
    }

    /// Starts a node beside the active one and waits until it stands by, and scans have gone on.
    ClusterNode standby(String name, ClusterNode active) throws Exception {
        ClusterNode node = up(name);
        untilSettled(active, node);
        untilScansGoOn(3);
        return node;
    }

    public void until(Waiting.Condition condition) throws Exception {
        Waiting.until(condition, nodes::toString);
    }

    /// Waits until one is the active scanner and writer, and the others stand by.
    void untilSettled(ClusterNode active, ClusterNode... others) throws Exception {
        until(() -> active.isIn(ACTIVE, SCANNER)
                && active.isIn(ACTIVE, PERSISTENCE)
                && Stream.of(others)
                        .allMatch(other -> other.isIn(STANDBY, SCANNER) && other.isIn(STANDBY, PERSISTENCE)));
    }

    /// The number of the last published scan, 0 before the first.
    public long scanNo() throws Exception {
        return number(keys.scanNo());
    }

    /// A number in Redis, 0 if there is none.
    long number(String key) throws Exception {
        Response answer = Waiting.await(redis.send(Request.cmd(Command.GET).arg(key)));
        return answer == null ? 0 : answer.toLong();
    }

    /// Waits until so many scans more are published.
    public void untilScansGoOn(int scans) throws Exception {
        long now = scanNo();
        until(() -> scanNo() >= now + scans);
    }

    /// Another member of the cluster, which has no role.
    public Vertx join() throws Exception {
        JsonObject cluster = new JsonObject(Files.readString(settings)).getJsonObject("cluster");
        return Waiting.await(new SettingsLoader(vertx, Map.of())
                .fromObject(new JsonObject().put("cluster", cluster))
                .compose(read -> Clustering.join(Vertx.builder(), read.cluster())));
    }

    /// Makes the tables, for nodes that are not to do it.
    public void migrate() throws MigrationException {
        new Migrations(database).migrate();
    }

    /// A relay to the tests' Redis, and one to this bed's database.
    public Relay redisRelay() throws IOException {
        return Relay.listen(0, URI.create(TestServers.redis().uri()));
    }

    public Relay databaseRelay() throws IOException {
        return Relay.listen(0, URI.create(database.uri()), Protocol.POSTGRESQL);
    }

    /// The last scan in the ledger, 0 before the first.
    public long stored() throws SQLException {
        return Long.parseLong(query("SELECT coalesce(max(last_scan_no), 0) FROM persistence_ledger")
                .getFirst());
    }

    /// The first column of what the database answers.
    List<String> query(String sql) throws SQLException {
        return Sql.query(database, sql);
    }

    /// Ranges of the ledger that lie over one another, or have a gap between them.
    public List<String> ledgerFaults() throws SQLException {
        return query("SELECT first_scan_no || '-' || last_scan_no || ' then ' || next FROM (SELECT *,"
                + " lead(first_scan_no) OVER (ORDER BY first_scan_no) AS next FROM persistence_ledger) AS ranges"
                + " WHERE next <> last_scan_no + 1");
    }

    @Override
    public void close() {
        nodes.forEach(ClusterNode::close);
        vertx.close();
    }
}
