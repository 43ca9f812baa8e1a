package dev.atalaya.cluster;

import java.time.Duration;
import java.util.function.Supplier;

/// What a candidate for a role has to know of its cluster.
///
/// @param node this node's id
/// @param name this node's name
/// @param lease how long a lease stands that is not prolonged
/// @param settings gives the fingerprint of what all candidates of the market must have alike; any thread
public record Standing(Members members, String node, String name, Duration lease, Supplier<String> settings) {}
