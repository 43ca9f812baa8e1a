package dev.atalaya.parts;

import dev.atalaya.config.MarketSettings;
import dev.atalaya.config.ScanSettings;
import dev.atalaya.scan.ScanRules;
import java.util.function.Function;

/// What a market in parts is scanned by on this node now, for those who scan its parts and for the one who merges them:
/// only parts that were scanned by the same rules make up a whole. Safe for any thread.
public final class PartRules {
    private final Function<ScanSettings, ScanRules> make;
    private volatile Current current;

    /// @param text the same on nodes with the same rules, another with others
    record Current(String text, ScanRules rules) {}

    /// @param make the core's rules of the settings
    public PartRules(MarketSettings market, Function<ScanSettings, ScanRules> make) {
        this.make = make;
        this.current = of(market);
    }

    private Current of(MarketSettings market) {
        return new Current(market.scan().toString(), make.apply(market.scan()));
    }

    Current current() {
        return current;
    }

    /// Others count from now on.
    void takeUp(MarketSettings market) {
        current = of(market);
    }
}
