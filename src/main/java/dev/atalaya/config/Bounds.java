package dev.atalaya.config;

/// The range that a metric must lie in, inclusive; NaN where there is no bound.
///
/// @param metric one of [MetricNames]
public record Bounds(String metric, double min, double max) {
    static Bounds from(String metric, Section section) {
        Bounds bounds = new Bounds(metric, section.optionalNumber("min"), section.optionalNumber("max"));
        if (Double.isNaN(bounds.min) && Double.isNaN(bounds.max)) {
            section.problem("min", null, "at least one of min and max");
        }
        if (bounds.min > bounds.max) {
            section.problem("min", bounds.min, "at most max, " + bounds.max);
        }
        section.rejectUnknown();
        return bounds;
    }
}
