package dev.atalaya.bench;

import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Optional;

/// One figure that a benchmark found.
///
/// @param bench its name
/// @param what is measured, always in the same words: they are the figure's key
/// @param value the median, or what `what` says
/// @param unit such as `ms`; empty for a ratio or a number of things
/// @param spread where there were several samples
/// @param target where there is one
record Figure(String bench, String what, double value, String unit, Optional<Spread> spread, Optional<Target> target) {
    /// The 10th and the 90th percentile of so many samples.
    record Spread(double p10, double p90, int samples) {
        static Spread of(Samples samples) {
            return new Spread(samples.percentile(10), samples.percentile(90), samples.count());
        }
    }

    /// Four digits that count, as people write them.
    static String number(double value) {
        double size = Math.abs(value);
        if (Double.isNaN(value)) {
            return "unknown";
        }
        if (value == Math.rint(value) && size >= 10) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        int decimals = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 3;
        String text = String.format(Locale.ROOT, "%,." + decimals + "f", value);
        return decimals > 0 ? text.replaceFirst("\\.?0+$", "") : text;
    }

    /// The line that people read.
    String line() {
        String measured = number(value) + (unit.isEmpty() ? "" : " " + unit);
        String range = spread.map(known -> "(" + number(known.p10) + " to " + number(known.p90) + ")")
                .orElse("");
        String judged = target.map(known -> known.text(unit) + ": " + known.verdict(value))
                .orElse("");
        return String.format(Locale.ROOT, "  %-62s %14s  %-22s %s", what, measured, range, judged)
                .stripTrailing();
    }

    JsonObject toJson() {
        JsonObject json = new JsonObject()
                .put("bench", bench)
                .put("what", what)
                .put("value", Double.isFinite(value) ? (Object) value : null)
                .put("unit", unit);
        spread.ifPresent(
                known -> json.put("p10", known.p10).put("p90", known.p90).put("samples", known.samples));
        target.ifPresent(known -> json.put("target", known.toString()).put("verdict", known.verdict(value)));
        return json;
    }

    /// What [#toJson] wrote.
    static Figure fromJson(JsonObject json) {
        Double value = json.getDouble("value");
        String target = json.getString("target");
        return new Figure(
                json.getString("bench"),
                json.getString("what"),
                value == null ? Double.NaN : value,
                json.getString("unit"),
                json.containsKey("p10")
                        ? Optional.of(
                                new Spread(json.getDouble("p10"), json.getDouble("p90"), json.getInteger("samples")))
                        : Optional.empty(),
                Optional.ofNullable(target)
                        .map(text -> new Target(
                                text.startsWith("<="),
                                Double.parseDouble(text.substring(3).replace(",", "")))));
    }
}
