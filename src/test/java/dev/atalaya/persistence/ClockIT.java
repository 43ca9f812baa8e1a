package dev.atalaya.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.config.PersistenceSettings.Select;
import dev.atalaya.market.ExchangeCalendar;
import dev.atalaya.market.MarketSession;
import dev.atalaya.market.TradingCalendar;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whatever clocks do, no hour is stored twice and none is skipped.
@Timeout(60)
class ClockIT extends WithDatabase {
    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
    private static final Duration STEP = Duration.ofMinutes(10);
    private static final String HOURS =
            "SELECT market_day || ' ' || to_char(hour AT TIME ZONE 'America/New_York', 'HH24:MI') || ' ' || session"
                    + " FROM persistence_hours ORDER BY hour";

    private final List<Instant> scans = new ArrayList<>();
    private long number = 1_000;

    @BeforeEach
    void emptyTables() throws Exception {
        try (Connection connection = PersistenceBed.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute("TRUNCATE scan_results, persistence_ledger");
        }
    }

    private static Instant newYork(String local) {
        return ZonedDateTime.of(LocalDate.parse(local.substring(0, 10)), LocalTime.parse(local.substring(11)), NEW_YORK)
                .toInstant();
    }

    private PersistenceBed start(TradingCalendar calendar, Instant first) throws Exception {
        PersistenceBed bed = new PersistenceBed(database, first).with(calendar);
        bed.deploy(Select.LATEST);
        bed.nextEnded();
        return bed;
    }

    /// Scans and tells of each; boundaries are crossed as they come.
    private void scan(PersistenceBed bed, TradingCalendar calendar, Instant from, Instant until) {
        for (Instant time = from; time.isBefore(until); time = time.plus(STEP)) {
            MarketSession session = calendar.sessionAt(time);
            if (!session.isClosed()) {
                bed.appendScan(number++, session.name(), time, 1, 2);
                scans.add(time);
                bed.scanned(session.name(), time);
            }
        }
    }

    private void storeTheRest(PersistenceBed bed) throws Exception {
        String all = "SELECT coalesce(max(last_scan_no), 0) = " + (number - 1) + " FROM persistence_ledger";
        while (!bed.query(all).equals("true")) {
            bed.tellOfScan("MARKET_OPEN", Instant.EPOCH); // else a request may be answered with the run before
            bed.request(bed.addresses.persist(), new JsonObject()); // which joins a run that is under way
            assertThat(bed.nextEnded().failure().orElse("")).doesNotContain("scanner counts");
        }
    }

    /// Every scan in one range, every range complete, and of each hour the rows of its last scan.
    private void checkTheLedger(PersistenceBed bed, TradingCalendar calendar) throws Exception {
        assertThat(bed.query("SELECT min(first_scan_no) || ' ' || max(last_scan_no) || ' ' || sum(last_scan_no -"
                        + " first_scan_no + 1) || ' ' || count(*) FILTER (WHERE status <> 'complete')"
                        + " FROM persistence_ledger"))
                .isEqualTo("1000 " + (number - 1) + " " + (number - 1_000) + " 0");
        List<String> last = new ArrayList<>();
        for (int i = 0; i < scans.size(); i++) {
            Instant hour = calendar.lastBoundary(scans.get(i), Duration.ofHours(1));
            if (i + 1 == scans.size()
                    || !calendar.lastBoundary(scans.get(i + 1), Duration.ofHours(1))
                            .equals(hour)) {
                last.add(scans.get(i).toString());
            }
        }
        assertThat(bed.queryAll("SELECT DISTINCT to_char(time AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
                        + " FROM scan_results ORDER BY 1"))
                .isEqualTo(last.stream().sorted().toList());
    }

    /// By the clock on the wall in New York, and so the same on either side of a switch.
    private static Stream<String> hoursOf(LocalDate day, int close, int end) {
        List<String> hours = new ArrayList<>();
        for (int hour = 4; hour < end; hour++) {
            String session = hour < 10 ? "PRE_MARKET" : hour < close ? "MARKET_OPEN" : "POST_MARKET";
            hours.add(String.format(Locale.ROOT, "%s %02d:00 %s", day, hour, session));
            if (hour == 9) {
                hours.add(day + " 09:30 MARKET_OPEN");
            }
        }
        return hours.stream();
    }

    @ParameterizedTest
    @CsvSource({
        "2025-03-07,2025-03-10,16,20", // summer time begins on the Sunday between
        "2025-10-31,2025-11-03,16,20", // and ends
        "2025-07-02,2025-07-03,13,17", // the second closes early
    })
    void daysOfTheExchangeHaveTheirHoursOnce(LocalDate first, LocalDate second, int close, int end) throws Exception {
        ExchangeCalendar calendar = ExchangeCalendar.newYork();
        Instant start = first.atTime(4, 0).atZone(NEW_YORK).toInstant();
        try (PersistenceBed bed = start(calendar, start)) {
            scan(bed, calendar, start, first.atTime(23, 0).atZone(NEW_YORK).toInstant());
            scan(
                    bed,
                    calendar,
                    second.atTime(3, 0).atZone(NEW_YORK).toInstant(),
                    second.atTime(23, 0).atZone(NEW_YORK).toInstant());
            storeTheRest(bed);
            checkTheLedger(bed, calendar);
            assertThat(bed.queryAll(HOURS))
                    .isEqualTo(Stream.concat(hoursOf(first, 16, 20), hoursOf(second, close, end))
                            .toList());
        }
    }

    /// One session that never ends, in hours of real time, on the days of New York.
    private static final class RoundTheClock implements TradingCalendar {
        @Override
        public List<MarketSession> sessions() {
            return List.of(new MarketSession("ALWAYS"));
        }

        @Override
        public MarketSession sessionAt(Instant time) {
            return sessions().getFirst();
        }

        @Override
        public LocalDate marketDay(Instant time) {
            return LocalDate.ofInstant(time, NEW_YORK);
        }

        @Override
        public LocalTime localTime(Instant time) {
            return LocalTime.ofInstant(time, NEW_YORK);
        }

        @Override
        public Instant nextBoundary(Instant time, Duration every) {
            return lastBoundary(time, every).plus(every);
        }

        @Override
        public Instant lastBoundary(Instant time, Duration every) {
            return time.truncatedTo(ChronoUnit.HOURS);
        }
    }

    @ParameterizedTest
    @CsvSource({"2025-03-09,23", "2025-11-02,25", "2025-06-04,24"})
    void aDayRoundTheClockHasAsManyHoursAsItReallyHas(LocalDate day, int hours) throws Exception {
        TradingCalendar calendar = new RoundTheClock();
        Instant midnight = day.atStartOfDay(NEW_YORK).toInstant();
        try (PersistenceBed bed = start(calendar, midnight.minus(Duration.ofHours(2)))) {
            scan(
                    bed,
                    calendar,
                    midnight.minus(Duration.ofHours(2)),
                    day.plusDays(1).atStartOfDay(NEW_YORK).toInstant().plus(Duration.ofHours(2)));
            storeTheRest(bed);
            checkTheLedger(bed, calendar);
            assertThat(bed.query("SELECT count(*) || ' ' || count(DISTINCT hour) FROM persistence_hours"
                            + " WHERE market_day = '" + day + "'"))
                    .isEqualTo(hours + " " + hours);
        }
    }

    @Test
    void aClockThatIsSetBackStoresNoHourTwice() throws Exception {
        ExchangeCalendar calendar = ExchangeCalendar.newYork();
        try (PersistenceBed bed = start(calendar, newYork("2025-01-24 10:00"))) {
            scan(bed, calendar, newYork("2025-01-24 10:00"), newYork("2025-01-24 12:30"));
            bed.clockAt(newYork("2025-01-24 11:30"));
            Thread.sleep(1_500); // the clock is looked at every second
            bed.clockAt(newYork("2025-01-24 12:01"));
            Thread.sleep(1_500);
            scan(bed, calendar, newYork("2025-01-24 12:30"), newYork("2025-01-24 14:30"));
            storeTheRest(bed);
            checkTheLedger(bed, calendar);
            assertThat(bed.query("SELECT max(ranges) FROM persistence_hours")).isEqualTo("1");
        }
    }

    @Test
    void aWriterThatStartsWhileTheClockIsSetBackStoresNoHourTwice() throws Exception {
        ExchangeCalendar calendar = ExchangeCalendar.newYork();
        try (PersistenceBed bed = start(calendar, newYork("2025-01-24 10:00"))) {
            scan(bed, calendar, newYork("2025-01-24 10:00"), newYork("2025-01-24 12:00"));
            bed.clockAt(newYork("2025-01-24 10:30"));
            bed.deploy(Select.LATEST); // a second writer, which the ledger keeps apart from the first
            scan(bed, calendar, newYork("2025-01-24 12:00"), newYork("2025-01-24 13:00"));
            storeTheRest(bed);
            assertThat(bed.query("SELECT sum(last_scan_no - first_scan_no + 1) || ' ' || count(*) FILTER (WHERE status"
                            + " <> 'complete') FROM persistence_ledger"))
                    .isEqualTo(number - 1_000 + " 0");
        }
    }

    @Test
    void aFeedThatJumpsAheadSkipsNoHourThatHasScans() throws Exception {
        ExchangeCalendar calendar = ExchangeCalendar.newYork();
        try (PersistenceBed bed = start(calendar, newYork("2025-01-24 10:00"))) {
            scan(bed, calendar, newYork("2025-01-24 10:00"), newYork("2025-01-24 10:30"));
            scan(bed, calendar, newYork("2025-01-24 13:20"), newYork("2025-01-24 14:30"));
            scan(bed, calendar, newYork("2025-01-27 09:00"), newYork("2025-01-27 10:30"));
            storeTheRest(bed);
            checkTheLedger(bed, calendar);
            assertThat(bed.queryAll(HOURS))
                    .containsExactly(
                            "2025-01-24 10:00 MARKET_OPEN",
                            "2025-01-24 13:00 MARKET_OPEN",
                            "2025-01-24 14:00 MARKET_OPEN",
                            "2025-01-27 09:00 PRE_MARKET",
                            "2025-01-27 09:30 MARKET_OPEN",
                            "2025-01-27 10:00 MARKET_OPEN");
        }
    }
}
