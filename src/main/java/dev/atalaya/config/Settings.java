package dev.atalaya.config;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// All settings of a node, validated.
///
/// @param markets at least one; no two have the same name or the same keys
public record Settings(
        NodeSettings node,
        ClusterSettings cluster,
        List<MarketSettings> markets,
        RedisSettings redis,
        DatabaseSettings database,
        PersistenceSettings persistence,
        HttpSettings http,
        BridgeSettings bridge,
        EmbeddedSettings embedded,
        LogSettings log) {
    public Settings {
        markets = List.copyOf(markets);
    }

    /// Reads settings that stand complete in one object. Notes every problem there is; harmless values then stand
    /// in the place of wrong ones.
    static Settings from(JsonObject values, List<String> problems) {
        Section root = new Section("", values, problems);
        List<Section> several = root.section(Markets.KEY).sections();
        Section common = root.section(Markets.COMMON); // complete in each where there are several
        List<MarketSettings> markets = (several.isEmpty() ? List.of(common) : several)
                .stream().map(MarketSettings::from).toList();
        Markets.rejectMeeting(markets, problems);
        DatabaseSettings database = DatabaseSettings.from(root.section("database"));
        boolean isLive = markets.stream().allMatch(market -> market.feed().isLive());
        Settings settings = new Settings(
                NodeSettings.from(root.section("node")),
                ClusterSettings.from(root.section("cluster")),
                markets,
                RedisSettings.from(root.section("redis")),
                isLive ? database : database.withoutRetention(),
                PersistenceSettings.from(root.section("persistence")),
                HttpSettings.from(root.section("http")),
                BridgeSettings.from(root.section("bridge")),
                EmbeddedSettings.from(root.section("embedded"), markets),
                LogSettings.from(root.section("log")));
        root.rejectUnknown();
        return settings;
    }

    /// The only market, or the first one.
    public MarketSettings market() {
        return markets.getFirst();
    }

    /// The same settings with one of the markets alone.
    public Settings of(MarketSettings market) {
        return with(cluster, List.of(market), redis, database, persistence, log);
    }

    /// The market that somebody names.
    ///
    /// @param name empty: the only one there is
    /// @throws SettingsException if there is none of the name, or several and no name
    public MarketSettings market(Optional<String> name) throws SettingsException {
        List<MarketSettings> found = markets.stream()
                .filter(market -> name.isEmpty() || market.name().equals(name.get()))
                .toList();
        if (found.size() == 1) {
            return found.getFirst();
        }
        throw new SettingsException(List.of("--market: "
                + name.map(text -> "'" + text + "'").orElse("missing")
                + "; allowed is one of "
                + markets.stream().map(MarketSettings::name).collect(Collectors.joining(", "))));
    }

    /// The same settings as one of several nodes.
    public Settings clustered() {
        return with(cluster.on(), markets, redis, database, persistence, log);
    }

    /// The same settings with what others say of all that can change while a node runs: how a market is scanned and
    /// published, what is stored, and the log.
    public Settings withLiveOf(Settings other) {
        List<MarketSettings> live =
                markets.stream().map(market -> market.withLiveOf(other.markets)).toList();
        return with(cluster, live, redis, database, other.persistence, other.log);
    }

    /// The same settings with other servers: a Redis that asks for no password, and a PostgreSQL.
    public Settings on(String redisUri, String databaseUri, String user, Secret password) {
        RedisSettings otherRedis = new RedisSettings(redisUri, "", new Secret(""), redis.timeout());
        return with(cluster, markets, otherRedis, database.at(databaseUri, user, password), persistence, log);
    }

    private Settings with(
            ClusterSettings otherCluster,
            List<MarketSettings> otherMarkets,
            RedisSettings otherRedis,
            DatabaseSettings otherDatabase,
            PersistenceSettings otherPersistence,
            LogSettings otherLog) {
        return new Settings(
                node,
                otherCluster,
                otherMarkets,
                otherRedis,
                otherDatabase,
                otherPersistence,
                http,
                bridge,
                embedded,
                otherLog);
    }
}
