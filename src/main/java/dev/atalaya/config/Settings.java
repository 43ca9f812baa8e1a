package dev.atalaya.config;

import io.vertx.core.json.JsonObject;
import java.util.List;

/// All settings of a node, validated.
public record Settings(
        NodeSettings node,
        ClusterSettings cluster,
        MarketSettings market,
        RedisSettings redis,
        DatabaseSettings database,
        PersistenceSettings persistence,
        HttpSettings http,
        BridgeSettings bridge,
        EmbeddedSettings embedded,
        LogSettings log) {
    /// Reads settings that stand complete in one object. Notes every problem there is; harmless values then stand
    /// in the place of wrong ones.
    static Settings from(JsonObject values, List<String> problems) {
        Section root = new Section("", values, problems);
        MarketSettings market = MarketSettings.from(root.section("market"));
        DatabaseSettings database = DatabaseSettings.from(root.section("database"));
        Settings settings = new Settings(
                NodeSettings.from(root.section("node")),
                ClusterSettings.from(root.section("cluster")),
                market,
                RedisSettings.from(root.section("redis")),
                market.feed().isLive() ? database : database.withoutRetention(),
                PersistenceSettings.from(root.section("persistence")),
                HttpSettings.from(root.section("http")),
                BridgeSettings.from(root.section("bridge")),
                EmbeddedSettings.from(root.section("embedded"), market.feed().speed()),
                LogSettings.from(root.section("log")));
        root.rejectUnknown();
        return settings;
    }

    /// The same settings as one of several nodes.
    public Settings clustered() {
        return new Settings(node, cluster.on(), market, redis, database, persistence, http, bridge, embedded, log);
    }

    /// The same settings with what others say of all that can change while a node runs: how a market is scanned and
    /// published, what is stored, and the log.
    public Settings withLiveOf(Settings other) {
        MarketSettings live = new MarketSettings(
                market.name(),
                market.keyPrefix(),
                market.exceptionalClosures(),
                market.feed(),
                other.market.scan(),
                other.market.publish());
        return new Settings(node, cluster, live, redis, database, other.persistence, http, bridge, embedded, other.log);
    }

    /// The same settings with other servers: a Redis that asks for no password, and a PostgreSQL.
    public Settings on(String redisUri, String databaseUri, String user, Secret password) {
        return new Settings(
                node,
                cluster,
                market,
                new RedisSettings(redisUri, "", new Secret(""), redis.timeout()),
                database.at(databaseUri, user, password),
                persistence,
                http,
                bridge,
                embedded,
                log);
    }
}
