package dev.atalaya;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.atalaya.bus.CycleSummary;
import dev.atalaya.bus.ListRequest;
import dev.atalaya.bus.RunSummary;
import dev.atalaya.config.CategorySettings;
import dev.atalaya.config.RedisSettings;
import dev.atalaya.config.Secret;
import dev.atalaya.embedded.ThrowawayRedis;
import dev.atalaya.scanner.StreamConsumer;
import dev.atalaya.testing.TestServers;
import dev.atalaya.testing.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

/// Whatever Redis does, the node goes on in memory, says why it is not ready, and is itself again within two
/// cycles, with no scan's number lost or used twice.
@ExtendWith(VertxExtension.class)
@Timeout(120)
@SuppressWarnings("NullAway.Init") // each test starts its node
class RedisFaultsIT {
    private static final Duration TIMEOUT = Duration.ofMillis(400);
    private static final int OUTAGE_CYCLES = 12;
    private static final String RUN_FAILURES = "dev.atalaya.persistence.RunFailures";

    /// Begins or ends a fault.
    private interface Change {
        void happen() throws Exception;
    }

    /// @param first scan's number
    private record Range(long first, long last, String status, String reason) {}

    private final Map<String, Integer> warnings = new ConcurrentHashMap<>();
    private final AppenderBase<ILoggingEvent> counting = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
                warnings.merge(event.getLoggerName() + ": " + event.getFormattedMessage(), 1, Integer::sum);
            }
        }
    };

    private ThrowawayRedis redis;
    private NodeBed bed;
    private Node node;
    private StreamConsumer consumer;

    @BeforeEach
    void startRedis() throws Exception {
        redis = TestServers.startRedis();
        counting.start();
        logger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(counting);
        logger(RUN_FAILURES).setLevel(Level.WARN);
    }

    @AfterEach
    void stopRedis() throws Exception {
        logger(org.slf4j.Logger.ROOT_LOGGER_NAME).detachAppender(counting);
        logger(RUN_FAILURES).setLevel(Level.OFF);
        redis.thaw();
        redis.close();
    }

    private static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name);
    }

    @Test
    void awayForManyCyclesAndBackWithItsFile(Vertx vertx) throws Exception {
        start(vertx, "100ms");
        assertHeals(redis::stop, redis::restart, "Connection refused");
        assertNothingIsLost();
    }

    @Test
    void restartedEmpty(Vertx vertx) throws Exception {
        start(vertx, "100ms");
        bed.until(() -> bed.cycles.size() >= 10); // scans that nobody has stored
        assertHeals(redis::stop, redis::restartEmpty, "Connection refused");
        List<Range> ranges = ranges();
        long missing = ranges.stream()
                .filter(range -> !range.status.equals("complete"))
                .mapToLong(range -> range.last - range.first + 1)
                .sum();
        assertThat(missing).as("what was not stored yet").isBetween(1L, 20L);
        assertThat(ranges)
                .filteredOn(range -> !range.status.equals("complete"))
                .allMatch(range -> range.reason.contains("Redis had lost it"));
    }

    @Test
    void outOfMemory(Vertx vertx) throws Exception {
        start(vertx, "100ms");
        assertHeals(() -> configure("maxmemory", "1"), () -> configure("maxmemory", "0"), "OOM command not allowed");
        assertNothingIsLost();
    }

    @Test
    void aReadOnlyReplicaUntilItIsTheMasterAgain(Vertx vertx) throws Exception {
        start(vertx, "100ms");
        assertHeals(() -> replicaOf("127.0.0.1", "1"), () -> replicaOf("NO", "ONE"), "READONLY");
        assertNothingIsLost();
    }

    @Test
    void frozen(Vertx vertx) throws Exception {
        start(vertx, "100ms");
        assertHeals(redis::freeze, redis::thaw, "");
        assertNothingIsLost();
    }

    /// Frozen again and again, at whatever step a cycle is, with commands of the old connections still to come.
    @Test
    void frozenAtAnyMoment(Vertx vertx) throws Exception {
        start(vertx, "20ms");
        for (int i = 0; i < 6; i++) {
            redis.freeze();
            Thread.sleep(TIMEOUT.plusMillis(50 + i * 17L));
            int published = bed.cycles.size() + i;
            redis.thaw();
            bed.until(() -> bed.cycles.size() > published);
        }
        NodeBed.await(node.stop());
        follow();
        assertNothingIsLost();
    }

    @Test
    void whateverIsDownNothingAccumulates(Vertx vertx) throws Exception {
        start(vertx, "10ms");
        redis.stop();
        assertNothingAccumulates();
        redis.restart();
        long published = bed.scans();
        bed.until(() -> bed.scans() > published);
        redis.freeze();
        assertNothingAccumulates();
        redis.thaw();
        NodeBed.await(node.stop());
    }

    private void start(Vertx vertx, String interval) throws Exception {
        RedisSettings settings = new RedisSettings(redis.uri(), "", new Secret(""), TIMEOUT);
        bed = new NodeBed(vertx, settings, NodeBed.simulated(300, "10:30", "1", interval), new JsonObject());
        consumer = new StreamConsumer(bed.redis, bed.keys.deltas());
        node = bed.start();
        bed.until(() ->
                bed.cycles.size() >= 5 && bed.runs(RunSummary.Reason.START).size() == 1);
    }

    private void configure(String parameter, String value) throws Exception {
        NodeBed.await(bed.redis.send(
                Request.cmd(Command.CONFIG).arg("SET").arg(parameter).arg(value)));
    }

    private void replicaOf(String host, String port) throws Exception {
        NodeBed.await(bed.redis.send(Request.cmd(Command.REPLICAOF).arg(host).arg(port)));
    }

    private JsonObject stats() throws Exception {
        return bed.ask(bed.addresses.scannerStats());
    }

    /// @param why what readiness says meanwhile
    private void assertHeals(Change begin, Change end, String why) throws Exception {
        follow();
        int snapshots = consumer.snapshots;
        begin.happen();
        bed.until(() -> !stats().getBoolean("ready"));
        int before = bed.cycles.size();
        bed.ask(bed.addresses.persist());
        assertGoesOnInMemory();
        assertThat(bed.cycles).as("nothing is published").hasSize(before);
        assertThat(readiness())
                .startsWith("503 ")
                .contains("Redis is not connected: ")
                .contains(why)
                .contains("\"reason\":\"Redis: ");

        end.happen();
        JsonObject answers = stats();
        bed.until(() -> bed.cycles.size() > before);
        JsonObject healed = stats();
        assertThat(grown("cycles_failed", answers, healed) + grown("cycles_skipped", answers, healed))
                .as("cycles from Redis's answer to the first publish, the one under way then not counted")
                .isLessThanOrEqualTo(2);
        bed.until(() -> bed.runs(RunSummary.Reason.REQUEST).size() == 1 && bed.cycles.size() > before + 5);
        assertThat(readiness()).startsWith("200 ");
        NodeBed.await(node.stop());
        follow();
        assertThat(consumer.snapshots)
                .as("a snapshot of every list")
                .isEqualTo(snapshots + categories().size());
        assertThat(warnings).allSatisfy((line, count) -> assertThat(count).isEqualTo(1));
        assertThat(warnings.keySet()).anyMatch(line -> line.startsWith(RUN_FAILURES));
    }

    private void assertGoesOnInMemory() throws Exception {
        JsonObject from = stats();
        Instant scanned = listTime();
        long begin = System.nanoTime();
        bed.until(() -> grown("scans_unpublished", from, stats()) >= OUTAGE_CYCLES);
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .as("at the usual pace")
                .isLessThan(Duration.ofMillis(3 * 100 * OUTAGE_CYCLES));
        assertThat(listTime()).isAfter(scanned.plusMillis(50 * OUTAGE_CYCLES));
    }

    private static long grown(String count, JsonObject from, JsonObject to) {
        return to.getLong(count) - from.getLong(count);
    }

    private Instant listTime() throws Exception {
        JsonObject request = new ListRequest("MARKET_OPEN", 1).toJson();
        return Instant.parse(
                NodeBed.await(bed.vertx.eventBus().<JsonObject>request(bed.addresses.scannerList(), request))
                        .body()
                        .getString("time"));
    }

    private String readiness() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + node.ports().getFirst() + "/health/ready");
            HttpResponse<String> answer =
                    client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() + " " + answer.body();
        }
    }

    private List<String> categories() {
        return bed.settings.market().scan().categories().stream()
                .map(CategorySettings::name)
                .toList();
    }

    /// Follows the stream; when the node stands still the consumer holds what the lists hold.
    private void follow() throws Exception {
        consumer.follow();
        if (stopped()) {
            for (String category : categories()) {
                List<String> symbols = new ArrayList<>();
                new JsonArray(NodeBed.await(
                                        bed.redis.send(Request.cmd(Command.GET).arg(bed.keys.category(category))))
                                .toBuffer())
                        .forEach(row -> symbols.add(((JsonObject) row).getString("symbol")));
                assertThat(consumer.symbols(category)).as(category).isEqualTo(symbols);
            }
        }
    }

    private boolean stopped() {
        return !bed.runs(RunSummary.Reason.STOP).isEmpty();
    }

    private void assertNothingIsLost() throws Exception {
        assertThat(ranges()).allMatch(range -> range.status.equals("complete"));
    }

    /// Every published scan lies in exactly one range: those that were announced, and at most a few whose publish
    /// was applied and not answered.
    private List<Range> ranges() throws Exception {
        List<Range> ranges = new ArrayList<>();
        try (Connection connection = bed.connect();
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT first_scan_no, last_scan_no, status, coalesce(reason, '')"
                                + " FROM persistence_ledger ORDER BY first_scan_no")) {
            while (rows.next()) {
                ranges.add(new Range(rows.getLong(1), rows.getLong(2), rows.getString(3), rows.getString(4)));
            }
        }
        assertThat(ranges.getFirst().first).isEqualTo(bed.cycles.getFirst().scanNo());
        for (int i = 1; i < ranges.size(); i++) {
            assertThat(ranges.get(i).first).as("%s", ranges).isEqualTo(ranges.get(i - 1).last + 1);
        }
        assertThat(ranges.getLast().last)
                .as("%s", bed.runs)
                .isEqualTo(bed.number(bed.keys.scanNo()))
                .isGreaterThanOrEqualTo(bed.cycles.getLast().scanNo());
        assertThat(bed.cycles.stream().map(CycleSummary::scanNo).toList())
                .doesNotHaveDuplicates()
                .isSorted();
        return ranges;
    }

    /// Counts the objects of every class before and after hundreds of cycles: nothing comes with each of them.
    private void assertNothingAccumulates() throws Exception {
        int cycles = 250;
        awaitUnpublished(150);
        Map<String, Integer> before = objects();
        awaitUnpublished(cycles);
        Map<String, Integer> after = objects();
        Map<String, Integer> grown = after.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue() - before.getOrDefault(entry.getKey(), 0)));
        assertThat(grown).allSatisfy((type, count) -> assertThat(count).as(type).isLessThan(cycles / 2));
    }

    private void awaitUnpublished(int cycles) throws Exception {
        JsonObject from = stats();
        Waiting.until(() -> grown("scans_unpublished", from, stats()) >= cycles, () -> "no cycles");
    }

    /// How many living objects there are of each class that the service or its libraries may hold on to.
    private static Map<String, Integer> objects() throws Exception {
        String histogram = (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        Map<String, Integer> objects = new HashMap<>();
        histogram.lines().skip(2).forEach(line -> {
            String[] fields = line.strip().split("\\s+", -1);
            if (fields.length >= 4 && fields[3].matches("(dev\\.atalaya|io\\.vertx|io\\.netty)\\..*")) {
                objects.merge(fields[3], Integer.parseInt(fields[1]), Integer::sum);
            }
        });
        assertThat(objects).containsKey("dev.atalaya.scanner.ScanCycle");
        return objects;
    }
}
