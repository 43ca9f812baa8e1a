package dev.atalaya.config;

import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Several markets of one node: each is what they have in common, with what its own section says instead.
final class Markets {
    /// The section that names them; empty where there is one market alone.
    static final String KEY = "markets";

    /// The section of the only market, or of what several have in common.
    static final String COMMON = "market";

    /// What variables of the environment begin with that are for one of several.
    static final String PREFIX = SettingsLoader.PREFIX + "MARKETS_";

    private Markets() {}

    /// Completes the section of each market: its name is its key, and its Redis keys have its name in front.
    ///
    /// @param values everything else is complete in them
    /// @param defaults of a market
    static void complete(JsonObject values, JsonObject defaults, List<String> problems) {
        if (!(values.getValue(KEY) instanceof JsonObject markets)
                || !(values.getValue(COMMON) instanceof JsonObject common)) {
            return; // refused when the section is read
        }
        JsonObject complete = new JsonObject();
        for (String name : markets.fieldNames()) {
            Object value = markets.getValue(name);
            boolean isSection = value instanceof JsonObject;
            JsonObject own = isSection ? (JsonObject) value : new JsonObject();
            if ((value != null && !isSection) || own.containsKey("name")) {
                problems.add(KEY + "." + name + ": allowed is a section with keys of " + COMMON + ", without name");
            }
            JsonObject market = common.copy()
                    .put("key_prefix", common.getValue("key_prefix") + name + ":")
                    .mergeIn(SettingsLoader.withoutEmptySections(own, defaults), true)
                    .put("name", name);
            complete.put(name, market);
        }
        values.put(KEY, complete);
    }

    /// Every key that these markets may have, with what it is by default.
    static JsonObject known(JsonObject values, JsonObject defaults) {
        JsonObject market = defaults.getJsonObject(COMMON).copy();
        market.remove("name");
        JsonObject known = new JsonObject();
        if (values.getValue(KEY) instanceof JsonObject markets) {
            markets.fieldNames().forEach(name -> known.put(name, market));
        }
        return new JsonObject().put(KEY, known);
    }

    /// No two may have the same keys.
    static void rejectMeeting(List<MarketSettings> markets, List<String> problems) {
        Map<String, String> names = new HashMap<>();
        for (MarketSettings market : markets) {
            String other = names.putIfAbsent(market.keyPrefix(), market.name());
            if (other != null) {
                problems.add(KEY + "." + market.name() + ".key_prefix: '" + market.keyPrefix()
                        + "'; allowed is another one than that of " + other);
            }
        }
    }
}
