package dev.atalaya.bus;

/// The event-bus addresses that belong to no market.
public final class ClusterAddresses {
    /// Request of the same node alone, takes nothing, gives what `GET /api/cluster` answers.
    public static final String STATE = "atalaya.cluster.state";

    private ClusterAddresses() {}
}
