package dev.atalaya.config;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What this node is called and what it does.
///
/// @param name unique in a cluster; empty: the node names itself
/// @param roles at least one
public record NodeSettings(String name, Set<Role> roles) {
    /// What a node may do.
    public enum Role {
        SCANNER,
        PERSISTENCE,
        HTTP;

        /// As it stands in settings and reports.
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public NodeSettings {
        roles = Collections.unmodifiableSet(EnumSet.copyOf(roles));
    }

    static NodeSettings from(Section section) {
        String name = section.text("name", "[A-Za-z0-9._-]{0,63}", "up to 63 of A-Z, a-z, 0-9, ., _ and -");
        EnumSet<Role> roles = EnumSet.noneOf(Role.class);
        List<String> wanted =
                section.texts("roles", "scanner|persistence|http", "scanner, persistence and http, at least one");
        wanted.forEach(role -> roles.add(Role.valueOf(role.toUpperCase(Locale.ROOT))));
        if (roles.isEmpty()) {
            section.problem("roles", wanted, "a list of scanner, persistence and http, at least one");
            roles.addAll(EnumSet.allOf(Role.class));
        }
        section.rejectUnknown();
        return new NodeSettings(name, roles);
    }

    public boolean has(Role role) {
        return roles.contains(role);
    }
}
