package dev.atalaya.persistence;

import dev.atalaya.config.DatabaseSettings;
import dev.atalaya.config.PersistenceSettings.Select;
import dev.atalaya.config.RedisSettings;
import dev.atalaya.config.Secret;
import dev.atalaya.testing.Protocol;
import dev.atalaya.testing.Relay;
import dev.atalaya.testing.TestServers;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/// A bed's writer with a relay between it and each of its servers.
final class WiredWriter implements AutoCloseable {
    final Relay postgresql;
    final Relay redis;

    private final PersistenceBed bed;
    private String deployment = "";

    /// Not at work yet, so that faults can be planned.
    WiredWriter(PersistenceBed bed, DatabaseSettings database) throws IOException {
        this.bed = bed;
        this.postgresql = Relay.listen(0, URI.create(database.uri()), Protocol.POSTGRESQL);
        this.redis = Relay.listen(0, URI.create(TestServers.redis().uri()), Protocol.REDIS);
    }

    /// @param timeout of a statement, of a connection and of a command
    WiredWriter deploy(Select select, DatabaseSettings database, Duration timeout, Duration retry) {
        deployment = bed.deploy(
                select,
                new DatabaseSettings(
                        postgresql.uri(), database.user(), database.password(), timeout, timeout, true, 7, 180, retry),
                new RedisSettings(redis.uri(), "", new Secret(""), timeout));
        return this;
    }

    List<Relay> wires() {
        return List.of(postgresql, redis);
    }

    /// From now on nothing that it does reaches its servers.
    void cutOff() {
        wires().forEach(Relay::close);
    }

    /// It ends where it stands.
    void kill() {
        cutOff();
        PersistenceBed.await(bed.vertx.undeploy(deployment));
        bed.forgetRuns();
    }

    @Override
    public void close() {
        cutOff();
    }
}
