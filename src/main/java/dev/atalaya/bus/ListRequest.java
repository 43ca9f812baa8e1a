package dev.atalaya.bus;

import io.vertx.core.json.JsonObject;

/// Asks for the top of a list.
///
/// @param list a category or a session
/// @param limit how many rows at most, at least 1
public record ListRequest(String list, int limit) {
    public JsonObject toJson() {
        return new JsonObject().put("list", list).put("limit", limit);
    }

    /// @throws IllegalArgumentException if the list is not named or the limit is no whole number of at least 1
    public static ListRequest fromJson(JsonObject json) {
        if (!(json.getValue("list") instanceof String list)) {
            throw new IllegalArgumentException("list: name a category or a session");
        }
        Object limit = json.getValue("limit", Integer.MAX_VALUE);
        if (!(limit instanceof Integer number) || number < 1) {
            throw new IllegalArgumentException("limit: '" + limit + "' is no whole number of at least 1");
        }
        return new ListRequest(list, number);
    }
}
