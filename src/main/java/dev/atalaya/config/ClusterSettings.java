package dev.atalaya.config;

import java.time.Duration;
import java.util.List;

/// How nodes find one another.
///
/// @param name only nodes of the same name meet
/// @param host the address of this node for the others, which its sockets are bound to
/// @param port for the membership; the next free one if it is taken
/// @param members `HOST:PORT` of nodes to ask first
/// @param kubernetesService DNS name of a headless service whose pods are the members; empty: `members` are
/// @param lease how long the active scanner or writer may be silent before another one tries
public record ClusterSettings(
        boolean enabled,
        String name,
        String host,
        int port,
        List<String> members,
        String kubernetesService,
        Duration lease) {
    static ClusterSettings from(Section section) {
        ClusterSettings cluster = new ClusterSettings(
                section.flag("enabled", false),
                section.text("name", "[A-Za-z0-9._-]{1,63}", "up to 63 of A-Z, a-z, 0-9, ., _ and -"),
                section.text("host", "\\S+", "an address of this machine"),
                (int) section.whole("port", 1, 65_535),
                section.texts("members", "[^\\s:]+(:\\d{1,5})?", "HOST:PORT"),
                section.text("kubernetes_service", "[a-z0-9.-]*", "the DNS name of a headless service"),
                section.duration("lease", Duration.ofSeconds(2), Duration.ofMinutes(1)));
        section.rejectUnknown();
        return cluster;
    }

    /// The same settings, switched on.
    public ClusterSettings on() {
        return new ClusterSettings(true, name, host, port, members, kubernetesService, lease);
    }
}
