package dev.atalaya;

import dev.atalaya.bus.MarketAddresses;
import dev.atalaya.cluster.Standing;
import dev.atalaya.config.MarketSettings;
import dev.atalaya.config.NodeSettings.Role;
import dev.atalaya.config.Settings;
import dev.atalaya.feed.Feed;
import dev.atalaya.market.TradingCalendar;
import dev.atalaya.parts.PartNode;
import dev.atalaya.parts.PartRules;
import dev.atalaya.parts.PartsFeed;
import dev.atalaya.parts.PartsVerticle;
import dev.atalaya.scanner.Rules;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// What a market in parts has on a node beside its scanner: what scans the parts that the node is asked for, and the
/// scanner's feed, which merges all parts.
final class MarketParts {
    private final Settings settings;
    private final TradingCalendar calendar;
    private final InstantSource wall;
    private final Optional<Standing> standing;
    private final PartNode own;
    private final PartRules rules;

    /// @param settings with this market alone
    /// @param standing where the market has several nodes
    MarketParts(Settings settings, TradingCalendar calendar, InstantSource wall, Optional<Standing> standing) {
        this.settings = settings;
        this.calendar = calendar;
        this.wall = wall;
        this.standing = standing;
        own = standing.map(place -> new PartNode(place.node(), place.name())).orElse(new PartNode("own", "own"));
        rules = new PartRules(settings.market(), Rules::of);
    }

    PartsVerticle scanning() {
        String address = new MarketAddresses(settings.market().name()).scannerParts(own.id());
        return new PartsVerticle(
                address,
                calendar,
                rules,
                vertx -> MarketAssembly.redisFeed(vertx, settings.market(), settings.redis(), wall));
    }

    Feed merging(Vertx vertx) {
        return new PartsFeed(vertx, settings.market(), rules, own, this::others, wall);
    }

    private List<PartNode> others() {
        MarketSettings market = settings.market();
        return standing.map(place -> place.members().capable(market.name(), Role.SCANNER.key()).stream()
                        .map(node -> new PartNode(node.id(), node.name()))
                        .toList())
                .orElse(List.of());
    }
}
