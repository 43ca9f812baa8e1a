package dev.atalaya;

import dev.atalaya.config.LogSettings;
import dev.atalaya.config.MarketSettings;
import dev.atalaya.config.Settings;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// What is printed once everything runs: where to look.
///
/// @param ports that the service really listens on
/// @param bridgePort that the event bus is bridged at
record Banner(String version, Settings settings, List<Integer> ports, Optional<Integer> bridgePort) {
    void print(PrintWriter out) {
        if (settings.log().format() == LogSettings.Format.JSON) {
            return; // a program reads this output
        }
        out.println();
        out.println("  Atalaya " + version + " watches the market"
                + (settings.markets().size() == 1 ? " " : "s ")
                + settings.markets().stream().map(Banner::market).collect(Collectors.joining(", ")));
        out.println();
        if (!ports.isEmpty()) {
            out.println("    Dashboard   " + url(ports.getFirst()) + "/");
            out.println("    API         "
                    + ports.stream().map(port -> url(port) + "/api/stats").collect(Collectors.joining("  ")));
        }
        bridgePort.ifPresent(port ->
                out.println("    Event bus   " + settings.bridge().host() + ":" + port + " (./atalaya probe list)"));
        out.println("    Redis       " + settings.redis().uri());
        out.println("    PostgreSQL  " + settings.database().uri() + " (user "
                + settings.database().user() + ")");
        out.println();
        out.println("  Ctrl-C ends it.");
        out.println();
    }

    private static String market(MarketSettings market) {
        return market.name() + " (" + market.feed().type().name().toLowerCase(Locale.ROOT) + ", a scan every "
                + market.scan().interval().toMillis() / 1000.0 + " s of market time)";
    }

    private String url(int port) {
        return "http://" + settings.http().host() + ":" + port;
    }
}
