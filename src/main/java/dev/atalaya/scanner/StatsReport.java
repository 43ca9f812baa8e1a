package dev.atalaya.scanner;

import dev.atalaya.bus.ListRequest;
import dev.atalaya.bus.PublishedLists.PublishedList;
import dev.atalaya.config.FilterSettings;
import dev.atalaya.market.MarketSession;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;

/// What the scanner tells those who ask over the bus. Used on the scanner's event loop.
final class StatsReport {
    private final Vertx vertx;
    private final ScannerSetup setup;
    private final ScannerStats stats;
    private final ScanCycle cycle;

    StatsReport(Vertx vertx, ScannerSetup setup, ScannerStats stats, ScanCycle cycle) {
        this.vertx = vertx;
        this.setup = setup;
        this.stats = stats;
        this.cycle = cycle;
    }

    JsonObject stats() {
        List<FilterSettings> filters = setup.market().scan().filters();
        JsonObject sizes = new JsonObject();
        for (PublishedList list : setup.lists().all()) {
            if (list.isCategory()) {
                sizes.put(list.name(), list.size());
            }
        }
        Optional<String> problem = cycle.problem().or(stats::lastFailure);
        return stats.toJson()
                .put("market", setup.market().name())
                .put("market_time", setup.clock().instant().toString())
                .put(
                        "market_local_time",
                        setup.calendar()
                                .localTime(setup.clock().instant())
                                .truncatedTo(ChronoUnit.MILLIS)
                                .format(DateTimeFormatter.ISO_LOCAL_TIME))
                .put("current_session", session().name())
                .put("filters_loaded", filters.size())
                .put(
                        "filters_enabled",
                        filters.stream().filter(FilterSettings::enabled).count())
                .put("interval_ms", setup.market().scan().interval().toMillis())
                .put("mode", setup.persistence().mode().name().toLowerCase(Locale.ROOT))
                .put("feed", setup.market().feed().type().name().toLowerCase(Locale.ROOT))
                .put("fence", cycle.fence())
                .put("ready", problem.isEmpty())
                .put("reason", problem.orElse(null))
                .put("lists", sizes);
    }

    private MarketSession session() {
        return setup.calendar().sessionAt(setup.clock().instant());
    }

    /// Answers a [ListRequest].
    ///
    /// @throws NoSuchElementException if there is no such list
    Future<JsonObject> list(JsonObject request) {
        ListRequest wanted = ListRequest.fromJson(request);
        Optional<PublishedList> published = setup.lists().list(wanted.list());
        if (published.isEmpty() && !exists(wanted.list())) {
            throw new NoSuchElementException("There is no list " + wanted.list());
        }
        JsonObject answer = new JsonObject()
                .put("list", wanted.list())
                .put("sequence", published.map(PublishedList::sequence).orElse(null))
                .put("time", published.map(list -> list.time().toString()).orElse(null));
        return published
                .map(list -> vertx.executeBlocking(() -> new JsonArray(list.top(wanted.limit())), false))
                .orElseGet(() -> Future.succeededFuture(new JsonArray()))
                .map(rows -> answer.put("rows", rows));
    }

    /// Whether it is a list that has not been published yet.
    private boolean exists(String list) {
        return setup.calendar().sessions().stream()
                        .anyMatch(session -> session.name().equals(list))
                || setup.market().scan().categories().stream()
                        .anyMatch(category -> category.name().equals(list));
    }
}
