package dev.atalaya.config;

/// Everything that belongs to one market.
///
/// @param name in bus addresses, metric tags and every table's key
/// @param keyPrefix before every Redis key
/// @param exceptionalClosures a CSV file, or empty
public record MarketSettings(
        String name,
        String keyPrefix,
        String exceptionalClosures,
        FeedSettings feed,
        ScanSettings scan,
        PublishSettings publish) {
    static MarketSettings from(Section section) {
        FeedSettings feed = FeedSettings.from(section.section("feed"));
        ScanSettings scan = ScanSettings.from(section.section("scan"));
        String name = section.text("name", "[a-z][a-z0-9_]{0,30}", "a name of a-z, 0-9 and _");
        MarketSettings market = new MarketSettings(
                name.equals("auto") ? nameFor(feed) : name,
                section.text("key_prefix", "[\\x21-\\x7e]{0,64}", "up to 64 visible ASCII characters"),
                section.text("exceptional_closures"),
                feed,
                scan,
                PublishSettings.from(section.section("publish"), scan.interval(), feed.speed()));
        if (name.equals("us") && !feed.isLive()) {
            section.problem(
                    "name",
                    name,
                    "another name for a replay or a simulation at speed, so that it never meets live rows");
        }
        section.rejectUnknown();
        return market;
    }

    private static String nameFor(FeedSettings feed) {
        if (feed.isLive()) {
            return "us";
        }
        return feed.type() == FeedSettings.Type.REPLAY ? "us_replay" : "us_simulated";
    }
}
