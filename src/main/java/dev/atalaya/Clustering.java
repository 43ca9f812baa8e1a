package dev.atalaya;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MultiMapConfig;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.core.HazelcastInstance;
import dev.atalaya.config.ClusterSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/// The nodes that this one is among.
///
/// @param vertx clustered or not
/// @param id this node's, another one after each start
/// @param defaultName what this node is called if the settings give it no name
record Clustering(Vertx vertx, String id, String defaultName) {
    private static final int SEPARATED_SECONDS = 10;
    private static final long SETTLE_MILLIS = 500;
    private static final int SETTLING = 10;

    /// Joins the cluster, or begins one.
    static Future<Vertx> join(VertxBuilder builder, ClusterSettings settings) {
        Config config;
        try {
            config = hazelcast(settings);
        } catch (UnknownHostException e) {
            return Future.failedFuture("cluster.host: '" + settings.host() + "' is no address: " + e.getMessage());
        }
        HazelcastClusterManager manager = new HazelcastClusterManager(config);
        return builder.with(new VertxOptions().setEventBusOptions(new EventBusOptions().setHost(settings.host())))
                .withClusterManager(manager)
                .buildClustered()
                .compose(joined -> settled(joined, manager.getHazelcastInstance(), SETTLING));
    }

    /// What a new member registers before the others have handed over to it may never be heard of by them: so it waits
    /// until they have, and a moment more.
    private static Future<Vertx> settled(Vertx vertx, HazelcastInstance hazelcast, int looks) {
        if (hazelcast.getCluster().getMembers().size() == 1) {
            return Future.succeededFuture(vertx);
        }
        return vertx.executeBlocking(() -> hazelcast.getPartitionService().isClusterSafe(), false)
                .compose(isSafe -> vertx.timer(SETTLE_MILLIS, TimeUnit.MILLISECONDS)
                        .compose(later -> isSafe || looks == 0
                                ? Future.succeededFuture(vertx)
                                : settled(vertx, hazelcast, looks - 1)));
    }

    /// Hazelcast as little as it can be: it finds members where it is told to look, listens on one address, and says
    /// within seconds when one is gone.
    private static Config hazelcast(ClusterSettings settings) throws UnknownHostException {
        System.setProperty("hazelcast.logging.type", "slf4j"); // before it says anything
        Config config = new Config();
        config.setClusterName(settings.name());
        // as vertx-hazelcast has it in its own file
        config.addMultiMapConfig(new MultiMapConfig("__vertx.subs")
                .setValueCollectionType(MultiMapConfig.ValueCollectionType.SET)
                .setBackupCount(1));
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.socket.bind.any", "false");
        config.setProperty("hazelcast.wait.seconds.before.join", "0");
        config.setProperty("hazelcast.heartbeat.interval.seconds", "1");
        config.setProperty("hazelcast.max.no.heartbeat.seconds", "5");
        config.setProperty("hazelcast.merge.first.run.delay.seconds", Integer.toString(SEPARATED_SECONDS));
        config.setProperty("hazelcast.merge.next.run.delay.seconds", Integer.toString(SEPARATED_SECONDS));
        NetworkConfig network = config.getNetworkConfig();
        network.setPort(settings.port()).setPortAutoIncrement(true);
        network.getInterfaces()
                .setEnabled(true)
                .setInterfaces(Set.of(InetAddress.getByName(settings.host()).getHostAddress()));
        JoinConfig join = network.getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        boolean inKubernetes = !settings.kubernetesService().isEmpty();
        join.getTcpIpConfig().setEnabled(!inKubernetes).setMembers(settings.members());
        join.getKubernetesConfig().setEnabled(inKubernetes);
        if (inKubernetes) {
            join.getKubernetesConfig().setProperty("service-dns", settings.kubernetesService());
        }
        return config;
    }

    /// The cluster that a Vert.x is in, whoever made it; of one that is in none, the node alone.
    static Clustering of(Vertx vertx) {
        if (!vertx.isClustered()) {
            return new Clustering(vertx, UUID.randomUUID().toString(), "atalaya");
        }
        ClusterManager manager = manager(vertx);
        String name = manager instanceof HazelcastClusterManager hazelcast ? address(hazelcast) : manager.getNodeId();
        return new Clustering(vertx, manager.getNodeId(), name);
    }

    private static String address(HazelcastClusterManager manager) {
        var address =
                manager.getHazelcastInstance().getCluster().getLocalMember().getAddress();
        return address.getHost() + ":" + address.getPort();
    }

    private static ClusterManager manager(Vertx vertx) {
        return ((VertxInternal) vertx).clusterManager();
    }

    boolean isClustered() {
        return vertx.isClustered();
    }

    /// The ids of the nodes that are there now. Safe for any thread.
    Set<String> nodes() {
        return isClustered() ? Set.copyOf(manager(vertx).getNodes()) : Set.of(id);
    }
}
