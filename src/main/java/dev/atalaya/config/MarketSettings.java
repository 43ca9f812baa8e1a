package dev.atalaya.config;

import java.util.List;

/// Everything that belongs to one market.
///
/// @param name in bus addresses, metric tags and every table's key
/// @param keyPrefix before every Redis key
/// @param calendar when it trades
/// @param exceptionalClosures a CSV file, or empty
/// @param parts how many parts, cut by symbol, are scanned on different nodes; 1: it is not divided
public record MarketSettings(
        String name,
        String keyPrefix,
        Calendar calendar,
        String exceptionalClosures,
        int parts,
        FeedSettings feed,
        ScanSettings scan,
        PublishSettings publish) {
    /// The kinds of trading calendar.
    public enum Calendar {
        /// That of the US exchanges.
        NEW_YORK,
        /// Of a market that never closes, such as that of cryptocurrencies.
        ALWAYS_OPEN
    }

    private static final int MOST_PARTS = 64;

    static MarketSettings from(Section section) {
        FeedSettings feed = FeedSettings.from(section.section("feed"));
        ScanSettings scan = ScanSettings.from(section.section("scan"));
        String name = section.text("name", "[a-z][a-z0-9_]{0,30}", "a name of a-z, 0-9 and _");
        MarketSettings market = new MarketSettings(
                name.equals("auto") ? nameFor(feed) : name,
                section.text("key_prefix", "[\\x21-\\x7e]{0,64}", "up to 64 visible ASCII characters"),
                section.choice("calendar", Calendar.class),
                section.text("exceptional_closures"),
                (int) section.whole("parts", 1, MOST_PARTS),
                feed,
                scan,
                PublishSettings.from(section.section("publish"), scan.interval(), feed.speed()));
        if (name.equals("us") && !feed.isLive()) {
            section.problem(
                    "name",
                    name,
                    "another name for a replay or a simulation at speed, so that it never meets live rows");
        }
        if (market.calendar == Calendar.ALWAYS_OPEN && feed.type() == FeedSettings.Type.REPLAY) {
            section.problem("calendar", "always_open", "new_york for a replay, which is of a day there");
        }
        if (market.isDivided() && feed.type() != FeedSettings.Type.REDIS) {
            section.problem(
                    "parts", market.parts, "1, unless feed.type is redis, of which all nodes read the same snapshot");
        }
        section.rejectUnknown();
        return market;
    }

    /// Whether it is scanned in parts.
    public boolean isDivided() {
        return parts > 1;
    }

    private static String nameFor(FeedSettings feed) {
        if (feed.isLive()) {
            return "us";
        }
        return feed.type() == FeedSettings.Type.REPLAY ? "us_replay" : "us_simulated";
    }

    /// The same market with what the one of its name among others says of all that can change while a node runs.
    MarketSettings withLiveOf(List<MarketSettings> others) {
        return others.stream()
                .filter(other -> other.name.equals(name))
                .findFirst()
                .map(other -> new MarketSettings(
                        name, keyPrefix, calendar, exceptionalClosures, parts, feed, other.scan, other.publish))
                .orElse(this);
    }
}
