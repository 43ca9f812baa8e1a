package dev.atalaya.config;

import java.util.ArrayList;
import java.util.List;

/// One filter: all its bounds and lists must hold.
///
/// @param sessions the sessions it applies in; empty: all
/// @param unknownPasses whether a ticker passes a bound or list whose value is unknown
/// @param sectors allowed sectors; empty: any, as for industries and exchanges
public record FilterSettings(
        String name,
        boolean enabled,
        List<String> sessions,
        boolean unknownPasses,
        List<Bounds> bounds,
        List<String> sectors,
        List<String> industries,
        List<String> exchanges) {
    private enum Unknown {
        FAIL,
        PASS
    }

    static FilterSettings from(Section section) {
        List<Bounds> bounds = new ArrayList<>();
        for (String metric : MetricNames.OF_FILTERS) {
            if (section.has(metric)) {
                bounds.add(Bounds.from(metric, section.section(metric)));
            }
        }
        FilterSettings filter = new FilterSettings(
                section.name(),
                section.flag("enabled", true),
                section.texts("sessions", ScanSettings.SESSION, "sessions such as MARKET_OPEN"),
                section.has("unknown") && section.choice("unknown", Unknown.class) == Unknown.PASS,
                bounds,
                section.texts("sector", ".+", "sectors"),
                section.texts("industry", ".+", "industries"),
                section.texts("exchange", ".+", "exchanges"));
        section.rejectUnknown();
        return filter;
    }
}
