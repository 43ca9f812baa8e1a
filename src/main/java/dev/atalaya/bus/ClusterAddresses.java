package dev.atalaya.bus;

/// The event-bus addresses that belong to no market.
public final class ClusterAddresses {
    /// Published by each node, every second and when it meets a new one: its [NodeReport].
    public static final String NODES = "atalaya.cluster.nodes";

    /// Request of the same node alone, takes nothing, gives what `GET /api/cluster` answers.
    public static final String STATE = "atalaya.cluster.state";

    private ClusterAddresses() {}

    /// Request of one node, takes nothing, gives its [NodeReport].
    ///
    /// @param id the node's
    public static String node(String id) {
        return "atalaya.cluster.node." + id;
    }
}
