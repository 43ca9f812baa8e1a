package dev.atalaya.scanner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.bench.VendorMarket;
import dev.atalaya.feed.Feed;
import dev.atalaya.feed.ReplayFeed;
import dev.atalaya.market.Column;
import dev.atalaya.market.ExchangeCalendar;
import dev.atalaya.market.MarketClock;
import dev.atalaya.market.Reference;
import dev.atalaya.market.Snapshot;
import dev.atalaya.market.SymbolTable;
import dev.atalaya.market.TickerColumns;
import dev.atalaya.testing.SharedData;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The same market gives the same lists, whatever form it comes in.
@ExtendWith(VertxExtension.class)
@Timeout(120)
class SameMarketIT {
    private static final LocalDate DAY = LocalDate.of(2025, 1, 24);

    /// Lists by their keys without the prefix, as they stand in Redis.
    private static Map<String, String> published(ScannerBed bed, String session) throws Exception {
        Map<String, String> published = new TreeMap<>();
        bed.published(session)
                .forEach((key, list) ->
                        published.put(key.substring(bed.keys.prefix().length()), list));
        return published;
    }

    @Test
    void aTextAndAHashGiveTheSameBytes(Vertx vertx) throws Exception {
        ScannerBed text = ScannerBed.create(vertx);
        ScannerBed hash = ScannerBed.create(vertx);
        VendorMarket market = text.market;
        Instant start = Instant.now().minusSeconds(60);
        Map<Instant, Map<String, String>> published = new TreeMap<>();
        Map<Instant, byte[]> snapshots = new TreeMap<>();
        text.deploy();
        for (int i = 0; i < 10; i++) {
            Instant time = start.plusSeconds(i);
            snapshots.put(time, market.next(time, 0.5));
            text.send(Request.cmd(Command.SET).arg(text.keys.snapshot()).arg(snapshots.get(time)));
            text.scan();
            published.put(time, published(text, "MARKET_OPEN"));
        }
        text.undeploy();
        hash.deploy();
        for (Instant time : snapshots.keySet()) {
            hash.hash(time, bySymbol(Objects.requireNonNull(snapshots.get(time))));
            hash.scan();
            assertThat(published(hash, "MARKET_OPEN")).isEqualTo(published.get(time));
        }
        hash.undeploy();
        assertThat(published.get(start))
                .hasSize(12)
                .satisfies(lists -> assertThat(new JsonArray(lists.get("scanner:filtered_complete:MARKET_OPEN")))
                        .hasSizeGreaterThan(20));
    }

    private static Map<String, String> bySymbol(byte[] snapshot) {
        Map<String, String> tickers = new HashMap<>(); // in another order, as a hash is
        for (Object each : new JsonObject(new String(snapshot, StandardCharsets.UTF_8)).getJsonArray("tickers")) {
            JsonObject ticker = (JsonObject) each;
            tickers.put(ticker.getString("ticker"), ticker.encode());
        }
        return tickers;
    }

    @ParameterizedTest
    @CsvSource({
        "08:00, PRE_MARKET, 1",
        "09:30, MARKET_OPEN, 30",
        "12:00, MARKET_OPEN, 90",
        "15:59, MARKET_OPEN, 90",
        "16:30, POST_MARKET, 90"
    })
    void aRecordedMinuteGivesTheSameListsAsVendorJsonInBothForms(
            LocalTime minute, String session, int least, Vertx vertx) throws Exception {
        Path folder = SharedData.folder();
        Instant time = DAY.atTime(minute)
                .atZone(ZoneId.of("America/New_York"))
                .toInstant()
                .plusSeconds(59);
        RecordedMinute recorded = new RecordedMinute();
        ScannerBed replay = bed(vertx, time);
        replay.feed.put(
                "replay",
                new JsonObject()
                        .put("folder", folder.toString())
                        .put("day", DAY.toString())
                        .put("from", minute.toString())
                        .put("until", minute.toString()));
        replay.feeds =
                (where, settings) -> recorded.listeningTo(new ReplayFeed(where, settings.replay(), replay.clock));
        Map<String, String> expected = scanned(replay, session);
        assertThat(recorded.time).isEqualTo(time);
        assertThat(new JsonArray(expected.get("scanner:filtered_complete:" + session)))
                .hasSizeGreaterThanOrEqualTo(least);

        ScannerBed text = bed(vertx, time);
        recorded.writeReferences(text);
        text.text(time, recorded.tickers.values());
        assertThat(scanned(text, session)).isEqualTo(expected);

        ScannerBed hash = bed(vertx, time);
        recorded.writeReferences(hash);
        hash.hash(time, recorded.tickers);
        assertThat(scanned(hash, session)).isEqualTo(expected);
    }

    /// A scanner on the exchange's calendar with the replay's filter.
    private static ScannerBed bed(Vertx vertx, Instant time) {
        ScannerBed bed = ScannerBed.create(vertx);
        bed.calendar = ExchangeCalendar.newYork();
        bed.clock = MarketClock.scaled(InstantSource.fixed(time), time, 1, Instant.MAX);
        bed.scan.put(
                "filters",
                new JsonObject().put("rvol_high", new JsonObject().put("rvol", new JsonObject().put("min", 0.02))));
        return bed;
    }

    private static Map<String, String> scanned(ScannerBed bed, String session) throws Exception {
        bed.start();
        bed.firstCycle();
        Map<String, String> published = published(bed, session);
        bed.undeploy();
        return published;
    }

    /// What a replay's snapshot says, as an upstream would write it.
    private static final class RecordedMinute {
        final Map<String, String> tickers = new LinkedHashMap<>();
        final Map<String, String> references = new LinkedHashMap<>();
        Instant time = Instant.MIN;

        Feed listeningTo(Feed feed) {
            return new Feed() {
                @Override
                public SymbolTable symbols() {
                    return feed.symbols();
                }

                @Override
                public Future<Optional<Snapshot>> next() {
                    return feed.next().onSuccess(next -> next.ifPresent(snapshot -> take(snapshot)));
                }

                @Override
                public Future<Void> close() {
                    return feed.close();
                }
            };
        }

        private void take(Snapshot snapshot) {
            time = snapshot.time();
            TickerColumns from = snapshot.tickers();
            for (int row = 0; row < from.size(); row++) {
                JsonObject ticker = new JsonObject()
                        .put("ticker", from.symbol(row))
                        .put("lastTrade", known("p", from, Column.PRICE, row))
                        .put("min", known("av", from, Column.VOLUME_TODAY, row))
                        .put(
                                "day",
                                known("o", from, Column.OPEN, row)
                                        .mergeIn(known("h", from, Column.HIGH, row))
                                        .mergeIn(known("l", from, Column.LOW, row)))
                        .put("prevDay", known("c", from, Column.PREV_CLOSE, row))
                        .mergeIn(known("intraday_high", from, Column.INTRADAY_HIGH, row))
                        .mergeIn(known("intraday_low", from, Column.INTRADAY_LOW, row));
                tickers.put(from.symbol(row), ticker.encode());
                String symbol = from.symbol(row);
                reference(from, row).ifPresent(reference -> references.put(symbol, reference.encode()));
            }
        }

        private static JsonObject known(String name, TickerColumns from, Column column, int row) {
            double value = from.get(column, row);
            return Double.isNaN(value) ? new JsonObject() : new JsonObject().put(name, value);
        }

        private static Optional<JsonObject> reference(TickerColumns from, int row) {
            Reference reference = from.reference(row);
            if (reference.metadata() == null) {
                return Optional.empty();
            }
            return Optional.of(new JsonObject(reference.metadata())
                    .put("symbol", from.symbol(row))
                    .put("exchange", reference.exchange())
                    .put("sector", reference.sector())
                    .put("industry", reference.industry())
                    .mergeIn(known("market_cap", from, Column.MARKET_CAP, row))
                    .mergeIn(known("avg_volume_30d", from, Column.AVG_VOLUME_30D, row)));
        }

        void writeReferences(ScannerBed bed) throws Exception {
            for (Map.Entry<String, String> reference : references.entrySet()) {
                bed.send(Request.cmd(Command.SET)
                        .arg(bed.keys.reference(reference.getKey()))
                        .arg(reference.getValue()));
            }
        }
    }
}
