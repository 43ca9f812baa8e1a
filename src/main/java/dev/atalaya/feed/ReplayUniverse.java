package dev.atalaya.feed;

import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.atalaya.config.FeedSettings;
import dev.atalaya.market.Reference;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the universe files say about the symbols of a replayed day. Not changed after reading.
final class ReplayUniverse {
    /// The mean volume is that of so many days at most, of so many at least, in so many calendar days.
    private static final int MOST_DAYS = 30;

    private static final int LEAST_DAYS = 10;
    private static final int CALENDAR_DAYS = 60;

    /// A symbol as it closed on the replayed day.
    record Listed(Reference reference, double prevClose, double last, double volume) {}

    private static final class Mean {
        private double sum;
        private int days;

        private double value() {
            return days < LEAST_DAYS ? Double.NaN : sum / days;
        }
    }

    private final Map<String, Mean> meanVolumes = new HashMap<>();
    private final Map<String, Listed> listed = new LinkedHashMap<>();

    private ReplayUniverse() {}

    static ReplayUniverse read(FeedSettings.Replay settings) throws IOException {
        ReplayUniverse universe = new ReplayUniverse();
        for (int ago = 1; ago <= CALENDAR_DAYS; ago++) {
            Path file = ReplayFiles.universe(settings, settings.day().minusDays(ago));
            if (Files.exists(file)) {
                ReplayFiles.read(file, universe::addVolume);
            }
        }
        Path today = ReplayFiles.universe(settings, settings.day());
        if (Files.exists(today)) {
            ReplayFiles.read(today, universe::addListed);
        }
        return universe;
    }

    /// The latest days come first.
    private void addVolume(NamedCsvRecord row) {
        double volume = ReplayFiles.number(row, "volume");
        Mean mean = meanVolumes.computeIfAbsent(ReplayFiles.symbol(row), symbol -> new Mean());
        if (mean.days < MOST_DAYS && !Double.isNaN(volume)) {
            mean.sum += volume;
            mean.days++;
        }
    }

    private void addListed(NamedCsvRecord row) {
        String symbol = ReplayFiles.symbol(row);
        String name = row.getField("name");
        Reference reference = new Reference(
                meanVolume(symbol),
                Double.NaN,
                Double.NaN,
                Double.NaN,
                ReplayFiles.number(row, "market_cap"),
                known(row.getField("exchange")),
                known(row.getField("sector")),
                known(row.getField("industry")),
                name.isEmpty()
                        ? null
                        : new JsonObject().put("company_name", name).encode());
        double prevClose = ReplayFiles.decimal(row, "last")
                .flatMap(last -> ReplayFiles.decimal(row, "net_change").map(last::subtract))
                .map(BigDecimal::doubleValue)
                .orElse(Double.NaN);
        listed.putIfAbsent(
                symbol,
                new Listed(reference, prevClose, ReplayFiles.number(row, "last"), ReplayFiles.number(row, "volume")));
    }

    private static @Nullable String known(String text) {
        return text.isEmpty() ? null : text;
    }

    private double meanVolume(String symbol) {
        Mean mean = meanVolumes.get(symbol);
        return mean == null ? Double.NaN : mean.value();
    }

    /// The symbols that the day's own file lists, in its order.
    Iterable<String> symbols() {
        return listed.keySet();
    }

    /// What is known of that symbol, though the day's file may not list it.
    Listed listed(String symbol) {
        Listed known = listed.get(symbol);
        if (known != null) {
            return known;
        }
        Reference unlisted = new Reference(
                meanVolume(symbol), Double.NaN, Double.NaN, Double.NaN, Double.NaN, null, null, null, null);
        return new Listed(unlisted, Double.NaN, Double.NaN, Double.NaN);
    }
}
