package dev.atalaya.scanner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.atalaya.bus.CycleSummary;
import dev.atalaya.config.DatabaseSettings;
import dev.atalaya.config.PersistenceSettings;
import dev.atalaya.config.PersistenceSettings.Mode;
import dev.atalaya.persistence.PersistenceVerticle;
import dev.atalaya.persistence.WriterFence;
import dev.atalaya.schema.Migrations;
import dev.atalaya.testing.Sql;
import dev.atalaya.testing.TestServers;
import dev.atalaya.testing.Waiting;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/// What an upstream may do wrong, through a whole scanner: a bad ticker is skipped and counted, a bad
/// snapshot is refused whole and the last lists stay, and a value that cannot be stored costs that field.
@ExtendWith(VertxExtension.class)
@Timeout(60)
class BadInputIT {
    enum Form {
        TEXT,
        HASH
    }

    /// A ticker of which everything is known.
    private static final String ODD = """
            {"ticker":"ODD","day":{"o":19,"h":21,"l":18.5,"c":19.75,"v":490000,"vw":19.5},"lastQuote":{"P":20.1,"p":19.9},\
            "lastTrade":{"p":20,"t":1737730800000000000},"min":{"av":500000,"h":20,"l":20},"prevDay":{"c":18,"v":400000},\
            "rvol":3,"atr":0.5,"atr_percent":2.5,"intraday_high":21.5,"intraday_low":18}""";

    private static final String REFERENCE = """
            {"symbol":"ODD","company_name":"Odd, Inc.","exchange":"NYSE","sector":"Energy","industry":"Oil",\
            "market_cap":5000000000,"float_shares":100000000,"shares_outstanding":120000000,"avg_volume_30d":200000,\
            "avg_volume_10d":210000}""";

    private static final String GOOD = ODD.replace("\"ODD\"", "\"GOOD\"");
    private static final String SESSION = "MARKET_OPEN";

    private static final Vertx SHARED = Vertx.vertx();
    private static ScannerBed bed;

    @BeforeAll
    static void startAScanner() throws Exception {
        bed = ScannerBed.create(SHARED);
        reference(bed, "ODD", REFERENCE);
        bed.start();
        bed.firstCycle();
    }

    @AfterAll
    static void stopIt() throws Exception {
        ScannerBed.await(SHARED.close());
    }

    private static void reference(ScannerBed bed, String symbol, String json) throws Exception {
        bed.send(Request.cmd(Command.SET).arg(bed.keys.reference(symbol)).arg(json));
    }

    /// A snapshot of now, with these tickers and a good one, scanned.
    private static CycleSummary scan(ScannerBed bed, Form form, Map<String, String> odd) throws Exception {
        Map<String, String> tickers = new LinkedHashMap<>();
        tickers.put("GOOD", GOOD);
        tickers.putAll(odd);
        write(bed, form, Instant.now(), tickers);
        return bed.scan();
    }

    private static void write(ScannerBed bed, Form form, Instant time, Map<String, String> tickers) throws Exception {
        switch (form) {
            case TEXT -> bed.text(time, tickers.values());
            case HASH -> bed.hash(time, tickers);
        }
    }

    private static void writeText(String snapshot) throws Exception {
        bed.send(Request.cmd(Command.SET).arg(bed.keys.snapshot()).arg(snapshot));
    }

    private static Map<String, JsonObject> rows(ScannerBed bed) throws Exception {
        Map<String, JsonObject> rows = new LinkedHashMap<>();
        for (Object row : new JsonArray(bed.text(bed.keys.session(SESSION)))) {
            rows.put(((JsonObject) row).getString("symbol"), (JsonObject) row);
        }
        return rows;
    }

    private static List<String> unknown(JsonObject row) {
        return row.stream()
                .filter(field -> field.getValue() == null)
                .map(Map.Entry::getKey)
                .toList();
    }

    /// How many were skipped in the last snapshot, by reason.
    private static Map<String, Object> skipped(ScannerBed bed) throws Exception {
        Map<String, Object> skipped =
                new LinkedHashMap<>(bed.stats().getJsonObject("skipped").getMap());
        skipped.values().removeIf(count -> count.equals(0));
        return skipped;
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = ';', quoteCharacter = '\0', textBlock = """
            all is well               ; no such text                ;                                       ;               ;  ; price=20
            nothing but a symbol      ; (?<="ODD"),.*               ; }                                     ; no_price      ;  ;
            no volume                 ; "(min|day)":[{].*?[}],      ;                                       ; no_volume     ;  ;
            prices as strings         ; "([pc])":([0-9.]+)          ; "$1":"$2"                             ; no_price      ;  ;
            other strings             ; "(o|vw|P|atr)":([0-9.]+)    ; "$1":"$2"                             ;               ; ask,open,gap_percent,atr,price_vs_vwap ;
            a range as string         ; "(intraday_low)":18         ; "$1":"18"                             ;               ; intraday_low ; low=18.5
            relative volume as string ; "rvol":3                    ; "rvol":"3"                            ;               ;  ; rvol=2.5
            no objects                ; "(lastTrade|min)":[{].*?[}] ; "$1":null                             ;               ;  ; price=19.75,volume_today=490000
            others in their place     ; "(lastTrade|min)":[{].*?[}] ; "$1":[{"p":7}]                        ;               ;  ; price=19.75,volume_today=490000
            a negative trade          ; "p":20,                     ; "p":-20,                              ;               ;  ; price=19.75
            a trade at zero           ; "p":20,                     ; "p":0,                                ;               ;  ; price=19.75
            all prices zero           ; "([pc])":[0-9.]+            ; "$1":0                                ; no_price      ;  ;
            all prices negative       ; "([pc])":                   ; "$1":-                                ; no_price      ;  ;
            a price below the least   ; "p":20,                     ; "p":0.49,                             ; price_too_low ;  ;
            a negative close          ; "c":18                      ; "c":-18                               ;               ; prev_close,change,change_percent,gap_percent ;
            a huge price              ; "p":20,                     ; "p":1e308,                            ;               ; change_percent,price_from_high,price_from_low,price_vs_vwap ; price=1e308
            a price out of range      ; "p":20,                     ; "p":1e309,                            ;               ;  ; price=19.75
            a huge volume             ; "av":500000                 ; "av":1e308                            ;               ;  ; volume_today=1e308
            a volume out of range     ; "av":500000                 ; "av":1e309                            ;               ;  ; volume_today=490000
            a fractional volume       ; "av":500000                 ; "av":500000.5                         ;               ;  ; volume_today=500000.5
            a huge rvol               ; "rvol":3                    ; "rvol":1e308                          ;               ; score ; rvol=1e308
            an rvol out of range      ; "rvol":3                    ; "rvol":-1e309                         ;               ;  ; rvol=2.5
            the day all zero          ; (?<="day":[{]).*?[}]        ; "o":0,"h":0,"l":0,"c":0,"v":0,"vw":0} ;               ; open,high,low,gap_percent,price_vs_vwap ;
            the minute all zero       ; (?<="min":[{]).*?[}]        ; "av":0,"h":0,"l":0}                   ;               ;  ; volume_today=490000
            a close that comes twice  ; "prevDay":[{]               ; "prevDay":{"c":17},"prevDay":{        ;               ;  ; prev_close=18
            """)
    void anOddTickerCostsItsOddFieldsOrItselfAndNeverAnother(
            String what,
            String text,
            @Nullable String by,
            @Nullable String skippedFor,
            @Nullable String unknown,
            @Nullable String known)
            throws Exception {
        String odd = ODD.replaceAll(text, by == null ? "" : by);
        for (Form form : Form.values()) {
            scan(bed, form, Map.of("ODD", odd));
            Map<String, JsonObject> rows = rows(bed);
            assertThat(rows).containsKey("GOOD");
            if (skippedFor != null) {
                assertThat(skipped(bed)).as("%s: %s", form, what).isEqualTo(Map.of(skippedFor, 1));
                assertThat(rows).doesNotContainKey("ODD");
                continue;
            }
            assertThat(skipped(bed)).as("%s: %s", form, what).isEmpty();
            JsonObject row = Objects.requireNonNull(rows.get("ODD"), () -> form + ": " + what);
            assertThat(unknown(row)).as("%s: %s", form, what).isEqualTo(split(unknown));
            for (String field : split(known)) {
                String name = field.substring(0, field.indexOf('='));
                assertThat(row.getDouble(name))
                        .as("%s: %s, %s", form, what, name)
                        .isEqualTo(Double.parseDouble(field.substring(name.length() + 1)));
            }
        }
    }

    private static List<String> split(@Nullable String list) {
        return list == null ? List.of() : Arrays.asList(list.split(",", -1));
    }

    static List<String> oddSymbols() {
        return List.of(
                "X".repeat(10_000),
                "X".repeat(33),
                "",
                "A B",
                "\"A\"",
                "A'; DROP TABLE scan_results",
                "A\0",
                "A\r\nSET x",
                "\u007f",
                "ÑANDÚ",
                "A\u202e",
                "<script>alert(1)</script>");
    }

    @ParameterizedTest
    @MethodSource("oddSymbols")
    void anOddSymbolIsSkipped(String symbol) throws Exception {
        String odd = ODD.replace("\"ODD\"", new JsonArray().add(symbol).encode().replaceAll("^.|.$", ""));
        for (Form form : Form.values()) {
            CycleSummary cycle = scan(bed, form, Map.of(symbol, odd));
            assertThat(cycle.tickers()).isEqualTo(1);
            assertThat(skipped(bed)).as(form.name()).isEqualTo(Map.of("invalid_symbol", 1));
            assertThat(rows(bed)).containsOnlyKeys("GOOD");
        }
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void ofASymbolThatComesTwiceTheFirstCounts(Form form) throws Exception {
        scan(bed, form, Map.of("AGAIN", GOOD));
        assertThat(skipped(bed)).isEqualTo(Map.of("duplicate", 1));
        assertThat(rows(bed)).containsOnlyKeys("GOOD");
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void aMarketWithoutTickersHasEmptyLists(Form form) throws Exception {
        scan(bed, form, Map.of());
        write(bed, form, Instant.now(), Map.of());
        assertThat(bed.scan().tickers()).isZero();
        assertThat(bed.published(SESSION))
                .hasSizeGreaterThan(10)
                .allSatisfy((key, list) -> assertThat(list).as(key).isEqualTo("[]"));
        assertThat(scan(bed, form, Map.of()).tickers()).isEqualTo(1);
    }

    /// Waits for a snapshot that is refused whole, and for a good one after it.
    private static void assertRefused(ScannerBed bed, Form form, String sentence) throws Exception {
        Map<String, String> published = bed.published(SESSION);
        String scanNo = bed.text(bed.keys.scanNo());
        long life = life(bed);
        assertThatThrownBy(bed::scan).hasMessageContaining(sentence);
        assertThat(bed.published(SESSION)).isEqualTo(published);
        assertThat(bed.text(bed.keys.scanNo())).isEqualTo(scanNo);
        assertThat(life(bed)).as("the lists live on, no longer than before").isBetween(1L, life);
        assertThat(scan(bed, form, Map.of("ODD", ODD)).scanNo()).isEqualTo(Long.parseLong(scanNo) + 1);
        assertThat(rows(bed)).containsOnlyKeys("GOOD", "ODD");
    }

    private static long life(ScannerBed bed) throws Exception {
        return Objects.requireNonNull(bed.send(Request.cmd(Command.PTTL).arg(bed.keys.session(SESSION))))
                .toLong();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            7                                     | no JSON object
            "a text"                              | no JSON object
            null                                  | no JSON object
            [{"ticker":"A"}]                      | no JSON object
            {                                     | no JSON: Unexpected end-of-input
            {"timestamp":"NOW","tickers":[{"ticker":"A"},{"tick | no JSON: Unexpected end-of-input
            {"timestamp":"NOW","tickers":[{"ticker":"A",}]} | no JSON: Unexpected character
            {"timestamp":"NOW","tickers":[]}}     | no JSON: Unexpected close marker
            {"timestamp":"NOW","tickers":[]} {}   | goes on after its end
            {"timestamp":"NOW","tickers":[],}     | no JSON: Unexpected character
            {'timestamp':'NOW','tickers':[]}      | no JSON: Unexpected character
            {"tickers":[]}                        | has no timestamp
            {"timestamp":7,"tickers":[]}          | has no timestamp
            {"timestamp":"NOW"}                   | has no tickers
            {"timestamp":"NOW","tickers":{"A":1}} | has no tickers
            {"timestamp":"yesterday","tickers":[]} | timestamp 'yesterday' is no date and time
            {"timestamp":"NOW","deep":[DEEP]}     | nesting depth
            """)
    void aTextThatIsNoSnapshotIsRefusedWhole(String text, String sentence) throws Exception {
        scan(bed, Form.TEXT, Map.of());
        writeText(text.replace("NOW", Instant.now().toString()).replace("DEEP", "[".repeat(1000)));
        assertRefused(bed, Form.TEXT, sentence);
    }

    static Stream<String> tickersThatAreNoJson() {
        return Stream.of(
                ODD.replace("\"p\":20,", "\"p\":NaN,"),
                ODD.replace("\"p\":20,", "\"p\":-Infinity,"),
                ODD.replace("\"p\":20,", "\"p\":020,"),
                ODD.replace("\"ODD\"", "\"O\u0001DD\""),
                ODD.replace("\"ODD\"", "\"O\0DD\""),
                ODD.replace("\"ODD\"", "ODD"),
                ODD.substring(0, ODD.length() / 2),
                ODD.replace("20,", "7".repeat(2000) + ","));
    }

    @ParameterizedTest
    @MethodSource("tickersThatAreNoJson")
    void aTickerThatIsNoJsonCostsATextAsAWholeAndOfAHashItsField(String odd) throws Exception {
        scan(bed, Form.TEXT, Map.of());
        bed.text(Instant.now(), List.of(GOOD, odd));
        assertRefused(bed, Form.TEXT, "The snapshot is no JSON: ");
        assertThat(scan(bed, Form.HASH, Map.of("ODD", odd)).tickers()).isEqualTo(1);
        assertThat(skipped(bed)).isEqualTo(Map.of("not_json", 1));
        assertThat(rows(bed)).containsOnlyKeys("GOOD");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            7                       | has no timestamp
            {}                      | has no timestamp
            {"timestamp":null}      | has no timestamp
            {"timestamp":"2025      | __meta__ is no JSON: Unexpected end-of-input
            {"timestamp":"monday"}  | timestamp 'monday' is no date and time
            """)
    void aHashWithoutATimestampIsRefusedWhole(String meta, String sentence) throws Exception {
        scan(bed, Form.HASH, Map.of());
        bed.hash(meta, Map.of("GOOD", GOOD));
        assertRefused(bed, Form.HASH, sentence);
    }

    @Test
    void aKeyThatIsAwayOrHoldsSomethingElseIsNamed() throws Exception {
        scan(bed, Form.TEXT, Map.of());
        bed.send(Request.cmd(Command.DEL).arg(bed.keys.snapshot()));
        assertRefused(bed, Form.TEXT, "There is no " + bed.keys.snapshot() + " in Redis");
        bed.send(Request.cmd(Command.DEL).arg(bed.keys.snapshot()));
        bed.send(Request.cmd(Command.LPUSH).arg(bed.keys.snapshot()).arg(GOOD));
        assertRefused(bed, Form.TEXT, "holds a list where a string or a hash is read");
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void beforeAnythingWasScannedASnapshotOfYesterdayOrOfTheFutureIsRefusedToo(Form form, Vertx vertx)
            throws Exception {
        ScannerBed fresh = ScannerBed.create(vertx);
        fresh.start();
        fresh.firstCycle();
        for (Duration late : List.of(Duration.ofDays(-1), Duration.ofSeconds(70), Duration.ofDays(40_000))) {
            write(fresh, form, Instant.now().plus(late), Map.of("GOOD", GOOD));
            assertThatThrownBy(fresh::scan).hasMessageContaining("There is no new snapshot to scan");
        }
        assertThat(fresh.stats().getJsonObject("snapshots_refused"))
                .isEqualTo(new JsonObject()
                        .put("seen", 0)
                        .put("older", 0)
                        .put("future", 2)
                        .put("other_day", 1)
                        .put("closed", 0));
        assertThat(fresh.send(Request.cmd(Command.EXISTS).arg(fresh.keys.session(SESSION))))
                .hasToString("0");
        assertThat(scan(fresh, form, Map.of()).tickers()).isEqualTo(1);
        fresh.undeploy();
    }

    @Test
    void aSnapshotThatIsTooLargeIsRefusedATextBeforeItIsRead(Vertx vertx) throws Exception {
        ScannerBed small = ScannerBed.create(vertx);
        small.feed.put("max_bytes", 20_000);
        small.start();
        small.firstCycle();
        Map<String, String> large = new LinkedHashMap<>();
        IntStream.range(0, 100).forEach(i -> large.put("T" + i, ODD.replace("\"ODD\"", "\"T" + i + "\"")));
        scan(small, Form.TEXT, Map.of());
        write(small, Form.TEXT, Instant.now(), large);
        String length = String.valueOf(small.send(Request.cmd(Command.STRLEN).arg(small.keys.snapshot())));
        assertRefused(
                small,
                Form.TEXT,
                "The text in " + small.keys.snapshot() + " has " + length + " bytes, at most 20000 are read");
        write(small, Form.HASH, Instant.now(), large);
        assertRefused(small, Form.HASH, "bytes or more, market.feed.max_bytes allows 20000");
        small.undeploy();
    }

    @Test
    void byDefaultASnapshotMayHave32MiB() throws Exception {
        scan(bed, Form.TEXT, Map.of());
        bed.send(Request.cmd(Command.SETRANGE)
                .arg(bed.keys.snapshot())
                .arg(32 << 20)
                .arg(" "));
        assertRefused(bed, Form.TEXT, "has 33554433 bytes, at most 33554432 are read");
        String padding = " ".repeat((32 << 20) - 2_000);
        bed.text(Instant.now(), List.of(GOOD, padding + ODD));
        assertThat(bed.scan().tickers()).isEqualTo(2);
    }

    @Test
    void badTickersAreLoggedOnceNotOnceASnapshot(Vertx vertx) throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(BadTickerLog.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        ScannerBed fresh = ScannerBed.create(vertx);
        fresh.start();
        fresh.firstCycle();
        logger.addAppender(lines);
        for (int i = 0; i < 5; i++) {
            scan(fresh, Form.HASH, Map.of("ODD", "no JSON", "<b>", "{}", "LOW", "{\"lastTrade\":{\"p\":0.1}}"));
        }
        logger.detachAppender(lines);
        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly("Bad tickers were skipped: not_json=1 invalid_symbol=1 duplicate=0 snapshots=1");
        assertThat(skipped(fresh)).isEqualTo(Map.of("not_json", 1, "invalid_symbol", 1, "price_too_low", 1));
        fresh.undeploy();
    }

    @Test
    void whatAColumnCannotHoldCostsThatFieldAndTheRestIsStored(Vertx vertx) throws Exception {
        ScannerBed odd = ScannerBed.create(vertx);
        Map<String, String> tickers = new LinkedHashMap<>();
        String nested = "{\"company_name\":\"" + "N".repeat(10_000) + "\",\"nul\":\"a\\u0000b\",\"half\":\"\\ud800\","
                + "\"script\":\"<script>\",\"huge\":1e308,\"larger\":1e999,\"deep\":" + "[".repeat(998)
                + "]".repeat(998);
        odd(odd, tickers, "VOLUME", "\"av\":500000", "\"av\":1e308", "{}");
        odd(odd, tickers, "PRICE", "\"p\":20,", "\"p\":1e308,", "{}");
        odd(odd, tickers, "RVOL", "\"rvol\":3", "\"rvol\":1e308", "{}");
        odd(odd, tickers, "FRACTION", "\"av\":500000", "\"av\":500000.5", REFERENCE);
        odd(odd, tickers, "SHARES", "", "", "{\"market_cap\":1e308,\"float_shares\":9223372036854775808}");
        odd(odd, tickers, "METADATA", "", "", nested + "}");
        odd(odd, tickers, "BROKEN", "", "", nested);
        odd.start();
        odd.firstCycle();
        assertThat(scan(odd, Form.TEXT, tickers).filtered()).isEqualTo(8);

        DatabaseSettings database = TestServers.freshDatabase();
        new Migrations(database).migrate();
        ScannerBed.await(vertx.deployVerticle(
                new PersistenceVerticle(
                        odd.addresses,
                        new PersistenceSettings(
                                Mode.HOURLY, PersistenceSettings.Select.LATEST, Duration.ofHours(1), 100, List.of()),
                        database,
                        TestServers.redis(),
                        odd.keys,
                        odd.calendar,
                        odd.clock,
                        InstantSource.system(),
                        new SimpleMeterRegistry(),
                        Future::succeededFuture,
                        WriterFence.unchecked()),
                new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER)));
        Waiting.until(
                () -> Sql.query(database, "SELECT symbol FROM scan_results").size() == 8,
                () -> "not all rows were stored");
        assertThat(
                        Sql.query(
                                database,
                                "SELECT concat_ws(' ', symbol, price, volume, volume_today, rvol, change_percent, score > 1e300)"
                                        + " FROM scan_results WHERE symbol IN ('FRACTION', 'PRICE', 'RVOL', 'VOLUME') ORDER BY 1"))
                .containsExactly(
                        "FRACTION 20 500001 500001 3 11.11111111111111 f",
                        "PRICE 1e+308 500000 500000 3 f",
                        "RVOL 20 500000 500000 1e+308 11.11111111111111",
                        "VOLUME 20 3 11.11111111111111 f");
        assertThat(Sql.query(
                        database,
                        "SELECT symbol FROM scan_results WHERE market_cap IS NULL AND float_shares IS NULL"
                                + " AND symbol = 'SHARES'"))
                .hasSize(1);
        assertThat(Sql.query(
                        database,
                        "SELECT concat_ws(' ', length(metadata->>'company_name'), metadata->>'nul', metadata->>'half',"
                                + " metadata->>'script', metadata->'huge' = '1e308', metadata->'larger')"
                                + " FROM scan_results WHERE symbol = 'METADATA'"))
                .containsExactly("10000 ab ? <script> t null");
    }

    /// Puts a ticker with something odd in it, and what is known of it, into a market.
    private static void odd(
            ScannerBed bed, Map<String, String> tickers, String symbol, String text, String by, String reference)
            throws Exception {
        reference(bed, symbol, reference);
        tickers.put(symbol, ODD.replace("\"ODD\"", "\"" + symbol + "\"").replace(text, text.isEmpty() ? "" : by));
    }
}
