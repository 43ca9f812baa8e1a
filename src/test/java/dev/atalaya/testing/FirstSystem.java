package dev.atalaya.testing;

import dev.atalaya.redis.Keys;
import dev.atalaya.redis.RedisLink;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The first system's scanner, small: it reads the upstream's snapshot and writes the contract's lists, sequences and
/// messages, command by command, and nothing that only Atalaya knows: no number of the scan, no fence, no journal. Its
/// times name no offset.
public final class FirstSystem {
    private static final int SESSION_SECONDS = 60;
    private static final int CATEGORY_SECONDS = 3600;

    private final RedisLink redis;
    private final Keys keys;
    private final String session;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private UnaryOperator<JsonObject> mistake = ticker -> ticker;
    private @Nullable Thread thread;
    private volatile boolean ended;

    /// A category: what is in it, and its order, the greatest first.
    private record Category(Predicate<JsonObject> has, ToDoubleFunction<JsonObject> order) {}

    public FirstSystem(RedisLink redis, Keys keys, String session) {
        this.redis = redis;
        this.keys = keys;
        this.session = session;
    }

    /// It makes a mistake with every ticker from now on.
    public void errs(UnaryOperator<JsonObject> change) {
        mistake = change;
    }

    /// Scans again and again until it is told to stop.
    public FirstSystem start(Duration interval) {
        ended = false;
        thread = Thread.ofPlatform().start(() -> {
            try {
                while (!ended) {
                    scan();
                    Thread.sleep(interval);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                failure.set(e);
            }
        });
        return this;
    }

    /// Scans once.
    public void scan() throws Exception {
        Response snapshot = send(Request.cmd(Command.GET).arg(keys.snapshot()));
        if (snapshot == null) {
            return;
        }
        JsonObject read = new JsonObject(snapshot.toString());
        String time = LocalDateTime.ofInstant(Instant.parse(read.getString("timestamp")), ZoneOffset.UTC)
                .toString();
        List<JsonObject> kept = read.getJsonArray("tickers").stream()
                .map(JsonObject.class::cast)
                .filter(ticker -> ticker.getDouble("rvol") >= 2
                        && price(ticker) >= 1
                        && ticker.getJsonObject("min").getLong("av") >= 100_000)
                .map(this::ticker)
                .map(mistake)
                .sorted(by(ticker -> ticker.getDouble("score")))
                .toList();
        send(Request.cmd(Command.SETEX)
                .arg(keys.session(session))
                .arg(SESSION_SECONDS)
                .arg(array(kept.stream())));
        for (Map.Entry<String, Category> each : categories().entrySet()) {
            Category category = each.getValue();
            List<JsonObject> list = kept.stream()
                    .filter(category.has())
                    .sorted(by(category.order()))
                    .limit(100)
                    .toList();
            publish(each.getKey(), time, array(list.stream()), list.size());
        }
    }

    private void publish(String category, String time, String rows, int count) throws Exception {
        send(Request.cmd(Command.SETEX)
                .arg(keys.category(category))
                .arg(CATEGORY_SECONDS)
                .arg(rows));
        Response sequence = send(Request.cmd(Command.INCR).arg(keys.sequence(category)));
        send(Request.cmd(Command.XADD)
                .arg(keys.deltas())
                .arg("*")
                .arg("type")
                .arg("snapshot")
                .arg("list")
                .arg(category)
                .arg("sequence")
                .arg(String.valueOf(sequence))
                .arg("timestamp")
                .arg(time)
                .arg("rows")
                .arg(rows)
                .arg("count")
                .arg(count));
    }

    private JsonObject ticker(JsonObject vendor) {
        double price = price(vendor);
        double before = vendor.getJsonObject("prevDay").getDouble("c");
        long volume = vendor.getJsonObject("min").getLong("av");
        double rvol = vendor.getDouble("rvol");
        JsonObject reference = reference(vendor.getString("ticker"));
        long traded = vendor.getJsonObject("lastTrade").getLong("t");
        return new JsonObject()
                .put("symbol", vendor.getString("ticker"))
                .put(
                        "timestamp",
                        LocalDateTime.ofEpochSecond(
                                        traded / 1_000_000_000, (int) (traded % 1_000_000_000), ZoneOffset.UTC)
                                .toString())
                .put("price", price)
                .put("volume", volume)
                .put("volume_today", volume)
                .put("change_percent", percent(price, before))
                .put("open", vendor.getJsonObject("day").getDouble("o"))
                .put("price_from_high", percent(price, vendor.getDouble("intraday_high")))
                .put("price_from_low", percent(price, vendor.getDouble("intraday_low")))
                .put("rvol", rvol)
                .put("rvol_slot", rvol)
                .put("market_cap", reference.getLong("market_cap"))
                .put("float_shares", reference.getLong("float_shares"))
                .put("score", rvol * 10 + (double) volume / reference.getLong("avg_volume_30d") * 5)
                .put("session", session)
                .put("filters_matched", new JsonArray().add("rvol_high"))
                .put("metadata", new JsonObject());
    }

    private JsonObject reference(String symbol) {
        try {
            return new JsonObject(String.valueOf(send(Request.cmd(Command.GET).arg(keys.reference(symbol)))));
        } catch (Exception e) {
            throw new IllegalStateException(symbol, e);
        }
    }

    private static double price(JsonObject vendor) {
        return vendor.getJsonObject("lastTrade").getDouble("p");
    }

    private static double percent(double value, double base) {
        return (value - base) / base * 100;
    }

    private Map<String, Category> categories() {
        boolean isOpen = session.equals("MARKET_OPEN");
        ToDoubleFunction<JsonObject> change = ticker -> ticker.getDouble("change_percent");
        ToDoubleFunction<JsonObject> fromOpen = ticker -> percent(ticker.getDouble("price"), ticker.getDouble("open"));
        ToDoubleFunction<JsonObject> rvol = ticker -> ticker.getDouble("rvol");
        ToDoubleFunction<JsonObject> high = ticker -> ticker.getDouble("price_from_high");
        ToDoubleFunction<JsonObject> low = ticker -> ticker.getDouble("price_from_low");
        ToDoubleFunction<JsonObject> down = ticker -> -change.applyAsDouble(ticker);
        Map<String, Category> categories = new LinkedHashMap<>();
        categories.put("gappers_up", new Category(ticker -> change.applyAsDouble(ticker) >= 2, change));
        categories.put("gappers_down", new Category(ticker -> change.applyAsDouble(ticker) <= -2, down));
        categories.put("momentum_up", new Category(ticker -> isOpen && change.applyAsDouble(ticker) >= 3, change));
        categories.put("momentum_down", new Category(ticker -> isOpen && change.applyAsDouble(ticker) <= -3, down));
        categories.put("winners", new Category(ticker -> change.applyAsDouble(ticker) >= 5, change));
        categories.put("losers", new Category(ticker -> change.applyAsDouble(ticker) <= -5, down));
        categories.put("anomalies", new Category(ticker -> rvol.applyAsDouble(ticker) >= 3, rvol));
        categories.put(
                "high_volume",
                new Category(ticker -> rvol.applyAsDouble(ticker) >= 2, ticker -> ticker.getLong("volume_today")));
        categories.put("new_highs", new Category(ticker -> Math.abs(high.applyAsDouble(ticker)) <= 0.5, high));
        categories.put(
                "new_lows",
                new Category(
                        ticker -> Math.abs(low.applyAsDouble(ticker)) <= 0.5, ticker -> -low.applyAsDouble(ticker)));
        categories.put(
                "reversals",
                new Category(
                        ticker -> (change.applyAsDouble(ticker) >= 2 && fromOpen.applyAsDouble(ticker) <= -1)
                                || (change.applyAsDouble(ticker) <= -2 && fromOpen.applyAsDouble(ticker) >= 1),
                        ticker -> ticker.getDouble("score")));
        return categories;
    }

    private static Comparator<JsonObject> by(ToDoubleFunction<JsonObject> order) {
        return Comparator.comparingDouble(order)
                .reversed()
                .thenComparing((JsonObject ticker) -> ticker.getString("symbol"));
    }

    private static String array(Stream<JsonObject> tickers) {
        return new JsonArray(tickers.toList()).encode();
    }

    private @Nullable Response send(Request request) throws Exception {
        return Waiting.await(redis.send(request));
    }

    /// Ends it, after the scan under way.
    public void stop() throws InterruptedException {
        ended = true;
        Thread running = thread;
        if (running != null) {
            running.join();
        }
        Throwable failed = failure.get();
        if (failed != null) {
            throw new AssertionError(failed);
        }
    }
}
