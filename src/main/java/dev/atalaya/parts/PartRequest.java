package dev.atalaya.parts;

import dev.atalaya.market.PartSet;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;

/// Asks a node to scan some parts of the newest snapshot.
///
/// @param rules by which, see [PartRules]
/// @param known the time of the snapshot that was scanned last, of which nothing need be told
record PartRequest(PartSet parts, String rules, Instant known) {
    JsonObject toJson() {
        return new JsonObject()
                .put("of", parts.parts())
                .put("parts", new JsonArray(parts.members()))
                .put("rules", rules)
                .put("known", known.toString());
    }

    /// @throws RuntimeException if it is no such request
    static PartRequest fromJson(JsonObject json) {
        return new PartRequest(
                PartSet.of(
                        json.getInteger("of"),
                        json.getJsonArray("parts").stream()
                                .map(Integer.class::cast)
                                .toList()),
                json.getString("rules"),
                Instant.parse(json.getString("known")));
    }
}
