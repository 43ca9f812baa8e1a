package dev.atalaya;

import dev.atalaya.config.SettingsLoader;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;

/// A member of a cluster without any of a node's roles, for what a test or a benchmark deploys itself.
public final class ClusterMember {
    private ClusterMember() {}

    /// @param port of the first member; the second takes the next one
    public static Future<Vertx> join(Vertx loader, String cluster, int port) {
        JsonObject settings = new JsonObject()
                .put("name", cluster)
                .put("port", port)
                .put("members", new JsonArray().add("127.0.0.1:" + port).add("127.0.0.1:" + (port + 1)));
        return new SettingsLoader(loader, Map.of())
                .fromObject(new JsonObject().put("cluster", settings))
                .compose(read -> Clustering.join(Vertx.builder(), read.cluster()));
    }
}
