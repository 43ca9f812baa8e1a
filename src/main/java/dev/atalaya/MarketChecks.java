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
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Finds what is wrong with settings that only the market's calendar can tell, before anything is started.
final class MarketChecks {
    private final List<String> problems = new ArrayList<>();
    private final String key;

    /// @param key of the market's section
    private MarketChecks(String key) {
        this.key = key;
    }

    /// One line a problem, with key, value and what is allowed.
    static List<String> problems(Settings settings) {
        List<String> problems = new ArrayList<>();
        Set<String> sessions = new LinkedHashSet<>();
        for (MarketSettings market : settings.markets()) {
            MarketChecks checks =
                    new MarketChecks(settings.markets().size() == 1 ? "market" : "markets." + market.name());
            sessions.addAll(checks.check(market));
            problems.addAll(checks.problems);
        }
        MarketChecks persistence = new MarketChecks("persistence");
        persistence.sessions("sessions", settings.persistence().sessions(), sessions);
        problems.addAll(persistence.problems);
        return problems;
    }

    /// Answers the names of the market's sessions.
    private List<String> check(MarketSettings market) {
        List<String> sessions =
                calendar(market).sessions().stream().map(MarketSession::name).toList();
        market.scan()
                .filters()
                .forEach(
                        filter -> sessions("scan.filters." + filter.name() + ".sessions", filter.sessions(), sessions));
        market.scan()
                .categories()
                .forEach(category ->
                        sessions("scan.categories." + category.name() + ".sessions", category.sessions(), sessions));
        vendorsKey(market.feed());
        return sessions;
    }

    /// The vendor answers nobody without one; another server may.
    private void vendorsKey(FeedSettings feed) {
        String host = URI.create(feed.http().uri()).getHost();
        boolean vendor = host != null && (host.endsWith(".polygon.io") || host.endsWith(".massive.com"));
        if (feed.type() == FeedSettings.Type.HTTP
                && vendor
                && feed.http().key().value().isEmpty()) {
            String variable = "ATALAYA_" + key.replace('.', '_').toUpperCase(Locale.ROOT) + "_FEED_HTTP_KEY";
            problems.add(key + ".feed.http.key: ''; allowed is the vendor's key, from the environment (" + variable
                    + ") or from the file in " + key + ".feed.http.key_file");
        }
    }

    /// The market's own; the simulated exchange has the same sessions.
    private TradingCalendar calendar(MarketSettings market) {
        String closures = market.exceptionalClosures();
        String named = key + ".exceptional_closures: '" + closures + "'";
        if (!closures.isEmpty() && !isReadable(Path.of(closures))) {
            problems.add(named + "; allowed is a CSV file that can be read");
            return ExchangeCalendar.newYork();
        }
        try {
            return MarketAssembly.calendar(market);
        } catch (IOException e) {
            problems.add(named + ", " + e.getMessage() + "; allowed is UTF-8 CSV with date, kind and close_et");
            return ExchangeCalendar.newYork();
        }
    }

    private static boolean isReadable(Path file) {
        return Files.isRegularFile(file) && Files.isReadable(file);
    }

    private void sessions(String inner, List<String> wanted, Collection<String> known) {
        for (String session : wanted) {
            if (!known.contains(session)) {
                problems.add(
                        key + "." + inner + ": '" + session + "'; allowed is a list of " + String.join(", ", known));
            }
        }
    }
}
