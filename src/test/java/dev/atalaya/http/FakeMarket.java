package dev.atalaya.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.atalaya.bus.EncodedRows;
import dev.atalaya.bus.MarketAddresses;
import dev.atalaya.bus.PublishedLists.PublishedList;
import dev.atalaya.bus.RunSummary;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// What answers on the bus in place of a scanner and a persistence, and lists such as a scanner publishes.
final class FakeMarket {
    static final MarketAddresses ADDRESSES = new MarketAddresses("us");
    static final List<String> SESSIONS = List.of("PRE_MARKET", "MARKET_OPEN", "POST_MARKET");
    static final Instant TIME = Instant.parse("2025-01-24T16:32:04Z");
    static final RunSummary RUN = new RunSummary(
            "run-7",
            RunSummary.Reason.INTERVAL,
            TIME,
            Optional.of(TIME.plusMillis(12)),
            TIME,
            Map.of("MARKET_OPEN", 100),
            12.3,
            Optional.empty());

    /// Every request that was taken, as it came.
    final List<Message<JsonObject>> requests = new CopyOnWriteArrayList<>();

    private final Vertx vertx;

    FakeMarket(Vertx vertx) {
        this.vertx = vertx;
    }

    /// Answers an address with the same JSON each time.
    FakeMarket answers(String address, JsonObject answer) {
        return on(address, message -> message.reply(answer));
    }

    FakeMarket answersAfter(Duration delay, String address, JsonObject answer) {
        return on(address, message -> vertx.setTimer(delay.toMillis(), later -> message.reply(answer)));
    }

    FakeMarket fails(String address, int code, String sentence) {
        return on(address, message -> message.fail(code, sentence));
    }

    /// Takes requests at an address and never answers.
    FakeMarket staysSilentAt(String address) {
        return on(address, message -> {});
    }

    private FakeMarket on(String address, Consumer<Message<JsonObject>> consumer) {
        vertx.eventBus().<JsonObject>consumer(address, message -> {
            requests.add(message);
            consumer.accept(message);
        });
        return this;
    }

    static JsonObject stats() {
        return new JsonObject()
                .put("total_scans", 1243)
                .put("total_tickers_scanned", 12_431_000L)
                .put("total_tickers_filtered", 636_416)
                .put("filter_rate", 0.0512)
                .put("last_scan_time", TIME.toString())
                .put("last_scan_duration_ms", 16.4)
                .put("current_session", "MARKET_OPEN")
                .put("filters_loaded", 3)
                .put("filters_enabled", 3)
                .put("uptime_seconds", 2486)
                .put("market", "us")
                .put("ready", true)
                .put("reason", null)
                .put(
                        "last_stages_ms",
                        new JsonObject()
                                .put("feed", 9.11)
                                .put("scan", 0.42)
                                .put("encode", 3.06)
                                .put("publish", 3.81))
                .put("last_scan_no", 1243)
                .put("last_snapshot_time", TIME.toString())
                .put("tickers", 11_000)
                .put("last_filtered", 512)
                .put("skipped", new JsonObject().put("no_volume", 843).put("price_too_low", 112))
                .put("journal_entries", 361)
                .put("cycles_skipped", 0)
                .put("snapshots_refused", new JsonObject())
                .put("scans_unpublished", 0)
                .put("cycles_failed", 0)
                .put("last_failure", null)
                .put("lists", new JsonObject().put("gappers_up", 100).put("losers", 0))
                .put("market_time", TIME.plusSeconds(1).toString())
                .put("market_local_time", "09:35:01")
                .put("fence", 7)
                .put("interval_ms", 2000)
                .put("mode", "hourly")
                .put("feed", "simulated");
    }

    static JsonObject persistence() {
        return new JsonObject()
                .put("runs", new JsonArray().add(RUN.toJson()))
                .put("rows_total", 700)
                .put("runs_total", 7)
                .put("last_run", RUN.toJson())
                .put("mode", "hourly")
                .put("last_completed", TIME.toString())
                .put("next_run", "2025-01-24T17:00:00Z")
                .put("degraded", false)
                .put("reason", null);
    }

    /// A day of which one hour is stored and what came before is lost.
    static JsonObject ledger() {
        JsonObject missing = new JsonObject()
                .put("market", "us")
                .put("first_scan_no", 1)
                .put("last_scan_no", 180)
                .putNull("session")
                .put("market_day", "2025-01-24")
                .putNull("hour")
                .put("status", "missing")
                .put("scans_seen", 0L)
                .put("rows_stored", 0)
                .put("source", "none")
                .put("reason", "Redis came back empty")
                .putNull("incarnation")
                .putNull("first_time")
                .putNull("last_time")
                .put("stored_at", TIME.toString());
        JsonObject complete = missing.copy()
                .put("first_scan_no", 181)
                .put("last_scan_no", 540)
                .put("session", "MARKET_OPEN")
                .put("hour", "2025-01-24T15:00:00Z")
                .put("status", "complete")
                .put("scans_seen", 360L)
                .put("rows_stored", 100)
                .put("source", "journal")
                .putNull("reason")
                .put("incarnation", "7")
                .put("first_time", "2025-01-24T15:00:00Z")
                .put("last_time", "2025-01-24T15:59:50Z");
        return new JsonObject()
                .put("day", "2025-01-24")
                .put("truncated", false)
                .put("ranges", new JsonArray().add(missing).add(complete))
                .put("hours", new JsonArray().add(hour(missing)).add(hour(complete)));
    }

    private static JsonObject hour(JsonObject range) {
        JsonObject hour = range.copy()
                .put("ranges", 1L)
                .put("sources", range.getString("source"))
                .put("reasons", range.getString("reason"));
        List.of("source", "reason", "incarnation", "first_time", "last_time").forEach(hour::remove);
        return hour;
    }

    /// A list of tickers `AAA`, `AAB`, …, each row with spaces that no JSON encoder would write, so that the
    /// bytes show whether they were written again.
    static PublishedList list(String name, long sequence, Instant time, int rows) {
        byte[][] arrays = new byte[rows][];
        int[] starts = new int[rows];
        int[] ends = new int[rows];
        int[] members = new int[rows];
        for (int i = 0; i < rows; i++) {
            arrays[i] = (",{ \"symbol\": \"" + symbol(i) + "\" , \"rank\": " + (i + 1) + " }").getBytes(UTF_8);
            starts[i] = 1;
            ends[i] = arrays[i].length;
            members[i] = i;
        }
        return new PublishedList(
                name, !SESSIONS.contains(name), sequence, time, new EncodedRows(arrays, starts, ends), members);
    }

    static String symbol(int i) {
        return "A" + (char) ('A' + i / 26 % 26) + (char) ('A' + i % 26);
    }

    /// A row with every field of the contract, the odd ones unknown.
    static JsonObject ticker(String symbol, int rank) {
        JsonObject ticker = new JsonObject().put("symbol", symbol).put("timestamp", TIME.toString());
        List<String> numbers = List.of(
                "price",
                "bid",
                "ask",
                "volume",
                "volume_today",
                "open",
                "high",
                "low",
                "intraday_high",
                "intraday_low",
                "prev_close",
                "prev_volume",
                "change",
                "change_percent",
                "gap_percent",
                "avg_volume_30d",
                "avg_volume_10d",
                "float_shares",
                "shares_outstanding",
                "market_cap",
                "rvol",
                "rvol_slot",
                "atr",
                "atr_percent",
                "price_from_high",
                "price_from_low",
                "price_vs_vwap",
                "score");
        numbers.forEach(name -> ticker.put(name, 1.5));
        return ticker.putNull("bid")
                .putNull("sector")
                .put("industry", "Semiconductors")
                .put("exchange", "XNAS")
                .put("session", "MARKET_OPEN")
                .put("rank", rank)
                .put("filters_matched", new JsonArray().add("rvol_high"))
                .putNull("metadata");
    }
}
