package dev.atalaya.bus;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What a node says of itself, twice a second, to all others.
///
/// @param id unique, another one after each start
/// @param started when it was, by its own clock
/// @param seats one a market and role that it is a candidate for
public record NodeReport(
        String id, String name, String version, Instant started, List<String> roles, List<Seat> seats) {
    private static final Comparator<NodeReport> AGE =
            Comparator.comparing(NodeReport::started).thenComparing(NodeReport::id);

    /// Where a node stands in one role of a market.
    ///
    /// @param role `scanner` or `persistence`
    /// @param settings fingerprint of what all candidates must have alike
    /// @param state `active`, `standby` or `out`, which does not take part
    /// @param fence the fencing number it got when it became active last, else -1
    /// @param reason why it is out, or cannot do its work
    public record Seat(String market, String role, String settings, String state, long fence, Optional<String> reason) {
        public static final String ACTIVE = "active";
        public static final String STANDBY = "standby";
        public static final String OUT = "out";

        /// Whether the node does the work, or could as far as it knows.
        public boolean isCapable() {
            return state.equals(ACTIVE) || (state.equals(STANDBY) && reason.isEmpty());
        }

        JsonObject toJson() {
            return new JsonObject()
                    .put("market", market)
                    .put("role", role)
                    .put("settings", settings)
                    .put("state", state)
                    .put("fence", fence)
                    .put("reason", reason.orElse(null));
        }

        static Seat fromJson(JsonObject json) {
            return new Seat(
                    json.getString("market"),
                    json.getString("role"),
                    json.getString("settings"),
                    json.getString("state"),
                    json.getLong("fence"),
                    Optional.ofNullable(json.getString("reason")));
        }
    }

    public NodeReport {
        roles = List.copyOf(roles);
        seats = List.copyOf(seats);
    }

    /// Of two nodes that cannot both stay, the older one does.
    public boolean isOlderThan(NodeReport other) {
        return AGE.compare(this, other) < 0;
    }

    public JsonObject toJson() {
        return new JsonObject()
                .put("id", id)
                .put("name", name)
                .put("version", version)
                .put("started", started.toString())
                .put("roles", new JsonArray(roles))
                .put("seats", new JsonArray(seats.stream().map(Seat::toJson).toList()));
    }

    /// Reads what a node says, which may be of another version; empty if it cannot be understood.
    public static Optional<NodeReport> parse(String text) {
        try {
            return Optional.of(fromJson(new JsonObject(text)));
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    /// @throws RuntimeException if it is none
    public static NodeReport fromJson(JsonObject json) {
        return new NodeReport(
                json.getString("id"),
                json.getString("name"),
                json.getString("version"),
                Instant.parse(json.getString("started")),
                json.getJsonArray("roles").stream().map(String.class::cast).toList(),
                json.getJsonArray("seats").stream()
                        .map(JsonObject.class::cast)
                        .map(Seat::fromJson)
                        .toList());
    }
}
