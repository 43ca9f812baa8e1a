package dev.atalaya;

import dev.atalaya.config.FeedSettings;
import dev.atalaya.config.MarketSettings;
import dev.atalaya.config.Settings;
import dev.atalaya.market.ExchangeCalendar;
import dev.atalaya.market.MarketSession;
import dev.atalaya.market.TradingCalendar;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Finds what is wrong with settings that only the market's calendar can tell, before anything is started.
final class MarketChecks {
    private final List<String> problems = new ArrayList<>();

    private MarketChecks() {}

    /// One line a problem, with key, value and what is allowed.
    static List<String> problems(Settings settings) {
        MarketChecks checks = new MarketChecks();
        MarketSettings market = settings.market();
        List<String> sessions = checks.calendar(market.exceptionalClosures()).sessions().stream()
                .map(MarketSession::name)
                .toList();
        market.scan()
                .filters()
                .forEach(filter -> checks.sessions(
                        "market.scan.filters." + filter.name() + ".sessions", filter.sessions(), sessions));
        market.scan()
                .categories()
                .forEach(category -> checks.sessions(
                        "market.scan.categories." + category.name() + ".sessions", category.sessions(), sessions));
        checks.sessions("persistence.sessions", settings.persistence().sessions(), sessions);
        checks.vendorsKey(market.feed());
        return checks.problems;
    }

    /// The vendor answers nobody without one; another server may.
    private void vendorsKey(FeedSettings feed) {
        String host = URI.create(feed.http().uri()).getHost();
        boolean vendor = host != null && (host.endsWith(".polygon.io") || host.endsWith(".massive.com"));
        if (feed.type() == FeedSettings.Type.HTTP
                && vendor
                && feed.http().key().value().isEmpty()) {
            problems.add("market.feed.http.key: ''; allowed is the vendor's key, from the environment"
                    + " (ATALAYA_MARKET_FEED_HTTP_KEY) or from the file in market.feed.http.key_file");
        }
    }

    /// The exchange's; the simulated exchange has the same sessions.
    private TradingCalendar calendar(String exceptionalClosures) {
        String key = "market.exceptional_closures: '" + exceptionalClosures + "'";
        if (!exceptionalClosures.isEmpty() && !isReadable(Path.of(exceptionalClosures))) {
            problems.add(key + "; allowed is a CSV file that can be read");
            return ExchangeCalendar.newYork();
        }
        try {
            return MarketAssembly.exchange(exceptionalClosures);
        } catch (IOException e) {
            problems.add(key + ", " + e.getMessage() + "; allowed is UTF-8 CSV with date, kind and close_et");
            return ExchangeCalendar.newYork();
        }
    }

    private static boolean isReadable(Path file) {
        return Files.isRegularFile(file) && Files.isReadable(file);
    }

    private void sessions(String key, List<String> wanted, List<String> known) {
        for (String session : wanted) {
            if (!known.contains(session)) {
                problems.add(key + ": '" + session + "'; allowed is a list of " + String.join(", ", known));
            }
        }
    }
}
