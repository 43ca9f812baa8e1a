package dev.atalaya.scanner;

import dev.atalaya.config.Bounds;
import dev.atalaya.config.CategorySettings;
import dev.atalaya.config.FilterSettings;
import dev.atalaya.config.ScanSettings;
import dev.atalaya.market.Column;
import dev.atalaya.market.MarketSession;
import dev.atalaya.scan.Bound;
import dev.atalaya.scan.CategoryRule;
import dev.atalaya.scan.DeltaThresholds;
import dev.atalaya.scan.FilterRule;
import dev.atalaya.scan.ScanRules;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// Makes the core's rules of the settings.
public final class Rules {
    private Rules() {}

    public static ScanRules of(ScanSettings settings) {
        return new ScanRules(
                settings.minPrice(),
                settings.keep(),
                settings.rvolWeight(),
                settings.volumeWeight(),
                settings.filters().stream()
                        .filter(FilterSettings::enabled)
                        .map(Rules::filter)
                        .toList(),
                settings.categories().stream().map(Rules::category).toList());
    }

    static DeltaThresholds of(ScanSettings.DeltaSettings settings) {
        return new DeltaThresholds(settings.price(), settings.volume(), settings.changePercent(), settings.rvol());
    }

    private static FilterRule filter(FilterSettings filter) {
        return new FilterRule(
                filter.name(),
                sessions(filter.sessions()),
                filter.unknownPasses(),
                filter.bounds().stream().map(Rules::bound).toList(),
                Set.copyOf(filter.sectors()),
                Set.copyOf(filter.industries()),
                Set.copyOf(filter.exchanges()));
    }

    private static CategoryRule category(CategorySettings category) {
        return new CategoryRule(
                category.name(),
                category.anyOf().stream()
                        .map(allOf -> allOf.stream().map(Rules::bound).toList())
                        .toList(),
                sessions(category.sessions()),
                column(category.order()),
                category.descending(),
                category.limit());
    }

    private static Set<MarketSession> sessions(List<String> names) {
        return names.stream().map(MarketSession::new).collect(Collectors.toSet());
    }

    private static Bound bound(Bounds bounds) {
        return new Bound(column(bounds.metric()), bounds.min(), bounds.max());
    }

    /// @throws IllegalArgumentException if no column has that name
    static Column column(String metric) {
        return switch (metric) {
            case "volume" -> Column.VOLUME_TODAY;
            case "float" -> Column.FLOAT_SHARES;
            default -> Column.valueOf(metric.toUpperCase(Locale.ROOT));
        };
    }
}
