package dev.atalaya.compare;

import io.vertx.core.json.JsonObject;

/// How a field's values differ between the two lists, over the symbols that both have.
///
/// @param differ how many differ by more than the tolerance, those included that only one of the two knows
/// @param largest the largest difference of two numbers; 0 where there is none
/// @param symbol whose difference that is, or the first one's whose texts differ or that only one of the two knows
/// @param here its value here, or [#UNKNOWN]
/// @param there the same there
record FieldDifference(String field, int differ, double largest, String symbol, Object here, Object there) {
    /// Stands for no value, and is equal to no text.
    static final Object UNKNOWN = new Object() {
        @Override
        public String toString() {
            return "unknown";
        }
    };

    JsonObject toJson() {
        return new JsonObject()
                .put("differ", differ)
                .put("largest", largest)
                .put("symbol", symbol)
                .put("here", UNKNOWN.equals(here) ? null : here)
                .put("there", UNKNOWN.equals(there) ? null : there);
    }
}
