package dev.atalaya.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// How a market is scanned.
///
/// @param interval of market time, from one scan to the next
/// @param keep how many tickers are kept at most
/// @param minPrice a ticker below is not scanned
/// @param rvolWeight what the score counts relative volume with
/// @param volumeWeight what the score counts volume today against the 30-day average with
/// @param filters all, also those that are switched off
/// @param categories those that are switched on
public record ScanSettings(
        Duration interval,
        int keep,
        double minPrice,
        double rvolWeight,
        double volumeWeight,
        List<FilterSettings> filters,
        List<CategorySettings> categories,
        DeltaSettings deltas) {
    static final String SESSION = "[A-Z][A-Z0-9_]*";
    private static final String NAME = "[a-z][a-z0-9_]{0,62}";

    /// By how much a row must differ from what was last sent for it, to be sent again.
    public record DeltaSettings(double price, double volume, double changePercent, double rvol) {
        static DeltaSettings from(Section section) {
            DeltaSettings deltas = new DeltaSettings(
                    section.number("price", 0, 1e9),
                    section.number("volume", 0, 1e12),
                    section.number("change_percent", 0, 1e9),
                    section.number("rvol", 0, 1e9));
            section.rejectUnknown();
            return deltas;
        }
    }

    static ScanSettings from(Section section) {
        Section score = section.section("score");
        ScanSettings scan = new ScanSettings(
                section.duration("interval", Duration.ofMillis(10), Duration.ofHours(1)),
                (int) section.whole("keep", 1, 100_000),
                section.number("min_price", 0, 1e9),
                score.number("rvol_weight", 0, 1e9),
                score.number("volume_weight", 0, 1e9),
                named(section.section("filters"), FilterSettings::from),
                named(section.section("categories"), CategorySettings::from).stream()
                        .flatMap(Optional::stream)
                        .toList(),
                DeltaSettings.from(section.section("deltas")));
        score.rejectUnknown();
        section.rejectUnknown();
        return scan;
    }

    private static <T> List<T> named(Section section, Function<Section, T> read) {
        List<Section> sections = section.sections();
        for (Section each : sections) {
            if (!each.name().matches(NAME)) {
                section.problem(each.name(), each.name(), "a name of a-z, 0-9 and _");
            }
        }
        return sections.stream().map(read).toList();
    }
}
