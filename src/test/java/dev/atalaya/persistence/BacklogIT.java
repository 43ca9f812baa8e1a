package dev.atalaya.persistence;

import static dev.atalaya.persistence.PersistenceBed.tickers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atalaya.bus.RunSummary;
import dev.atalaya.bus.RunSummary.Reason;
import dev.atalaya.config.PersistenceSettings;
import dev.atalaya.config.PersistenceSettings.Mode;
import dev.atalaya.config.PersistenceSettings.Select;
import dev.atalaya.journal.JournalEncoder;
import dev.atalaya.journal.JournalEntry;
import dev.atalaya.testing.TestServers;
import dev.atalaya.testing.Waiting;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What is stored of the journal, and what the ledger says of it.
class BacklogIT extends WithPersistenceBed {
    private static final String ROWS =
            "SELECT symbol || ' ' || price || ' ' || rank FROM scan_results ORDER BY time, rank, symbol";

    private void scans(long first, String session, String... times) {
        for (int i = 0; i < times.length; i++) {
            bed.appendScan(first + i, session, at(times[i]), 1, 2, (int) first + i);
        }
    }

    /// Without the scan it could be the run that another request started a moment ago.
    private RunSummary persist() throws InterruptedException {
        bed.tellOfScan("MARKET_OPEN", at("12:10:10"));
        bed.request(bed.addresses.persist(), new JsonObject());
        return bed.nextEnded();
    }

    @Test
    void whatTheJournalStillHoldsIsStoredAtStartOldestFirst() throws Exception {
        scans(11, "PRE_MARKET", "08:59:50", "09:00:00", "09:29:50");
        scans(14, "MARKET_OPEN", "09:30:00", "12:09:50");
        bed.deploy(Select.LATEST);

        RunSummary run = bed.nextEnded();
        assertThat(run.reason()).isEqualTo(Reason.START);
        assertThat(run.rowsBySession()).isEqualTo(Map.of("PRE_MARKET", 6, "MARKET_OPEN", 6));
        assertThat(bed.ledger())
                .containsExactly(
                        "11-11 PRE_MARKET complete 1 3 journal",
                        "12-13 PRE_MARKET complete 2 3 journal",
                        "14-14 MARKET_OPEN complete 1 3 journal",
                        "15-15 MARKET_OPEN complete 1 3 journal");
        assertThat(bed.queryAll(ROWS))
                .containsExactly(
                        "T1 11.01 1",
                        "T2 11.02 2",
                        "T11 11.11 3",
                        "T1 13.01 1",
                        "T2 13.02 2",
                        "T13 13.13 3",
                        "T1 14.01 1",
                        "T2 14.02 2",
                        "T14 14.14 3",
                        "T1 15.01 1",
                        "T2 15.02 2",
                        "T15 15.15 3");
        assertThat(bed.query("SELECT metadata->>'company_name' FROM scan_results LIMIT 1"))
                .isEqualTo("ab");
        assertThat(bed.query("SELECT time || ' ' || session FROM scan_results WHERE price = 13.01"))
                .isEqualTo("2025-01-24 09:29:50+00 PRE_MARKET");
        assertThat(bed.journalLength()).isZero();
    }

    @Test
    void anHourKeepsItsLastScanAndTheRestWaitsForTheNext() throws Exception {
        bed.deploy(Select.LATEST);
        bed.nextEnded();
        scans(20, "MARKET_OPEN", "12:30:00", "12:59:50", "13:00:00", "13:00:10");
        bed.scanned("MARKET_OPEN", at("13:00:10"));
        assertThat(bed.nextEnded().rows()).isEqualTo(3);
        assertThat(bed.ledger()).containsExactly("20-21 MARKET_OPEN complete 2 3 journal");
        assertThat(bed.query("SELECT min(price) FROM scan_results")).isEqualTo("21.01");
        assertThat(bed.journalLength()).isEqualTo(2);

        assertThat(persist().rows()).isEqualTo(3);
        scans(24, "MARKET_OPEN", "13:00:20");
        bed.scanned("MARKET_OPEN", at("14:00:10"));
        assertThat(bed.nextEnded().rows()).isEqualTo(3);
        assertThat(bed.ledger())
                .containsExactly(
                        "20-21 MARKET_OPEN complete 2 3 journal",
                        "22-23 MARKET_OPEN complete 2 3 journal",
                        "24-24 MARKET_OPEN complete 1 3 journal");
        assertThat(bed.query("SELECT status || ranges || rows_stored FROM persistence_hours WHERE hour = '"
                        + at("13:00:00") + "'"))
                .isEqualTo("complete26");
    }

    @Test
    void theBestOfAnHourIsEachSymbolAtItsBestRank() throws Exception {
        bed.appendScan(31, "MARKET_OPEN", at("12:00:00"), 1, 2, 3);
        bed.appendScan(32, "MARKET_OPEN", at("12:00:10"), 3, 1, 2, 4);
        bed.appendScan(33, "MARKET_OPEN", at("12:00:20"), 3, 5);
        bed.deploy(Select.BEST);
        assertThat(bed.nextEnded().rows()).isEqualTo(5);
        assertThat(bed.queryAll("""
                        SELECT symbol || ' ' || to_char(time, 'MI:SS') || ' ' || rank || ' ' || price || ' '
                          || to_char(first_seen, 'MI:SS') || ' ' || to_char(last_seen, 'MI:SS') || ' ' || times_seen
                          || ' ' || highest_score
                        FROM scan_results ORDER BY symbol
                        """))
                .containsExactly(
                        "T1 00:00 1 31.01 00:00 00:10 2 3",
                        "T2 00:00 2 31.02 00:00 00:10 2 2",
                        "T3 00:10 1 32.03 00:00 00:20 3 4",
                        "T4 00:10 4 32.04 00:10 00:10 1 1",
                        "T5 00:20 2 33.05 00:20 00:20 1 1");
    }

    @Test
    void aGapWithinAnHourMakesItPartialAndOneBetweenHoursIsMissing() throws Exception {
        scans(41, "MARKET_OPEN", "10:00:00");
        scans(43, "MARKET_OPEN", "10:00:20");
        scans(50, "MARKET_OPEN", "12:00:00");
        bed.deploy(Select.LATEST);
        bed.nextEnded();
        scans(52, "MARKET_OPEN", "12:00:20");
        persist();
        assertThat(bed.ledger())
                .containsExactly(
                        "41-43 MARKET_OPEN partial 2 3 journal " + Backlog.NOT_THERE,
                        "44-49 ? missing 0 0 none " + Backlog.NOT_THERE,
                        "50-50 MARKET_OPEN complete 1 3 journal",
                        "51-52 MARKET_OPEN partial 1 3 journal " + Backlog.NOT_THERE);
    }

    @Test
    void theReasonOfALossIsToldWhereItIsKnown() throws Exception {
        scans(61, "MARKET_OPEN", "12:00:00");
        bed.journalState("incarnation", "a", "first", "60");
        bed.deploy(Select.LATEST);
        bed.nextEnded();
        bed.journalState("dropped_below", "65", "dropped_at", "2025-01-24T12:05:00Z");
        scans(65, "MARKET_OPEN", "13:00:00");
        persist();
        bed.journalState("incarnation", "b", "first", "70", "dropped_below", "0");
        scans(70, "MARKET_OPEN", "14:00:00");
        persist();
        assertThat(bed.ledger())
                .containsExactly(
                        "60-60 ? missing 0 0 none " + Backlog.NOT_THERE,
                        "61-61 MARKET_OPEN complete 1 3 journal",
                        "62-64 ? missing 0 0 none Dropped, the journal was full (publish.journal_bytes), last at"
                                + " 2025-01-24T12:05:00Z",
                        "65-65 MARKET_OPEN complete 1 3 journal",
                        "66-69 ? missing 0 0 none The journal began anew with scan 70: Redis had lost it, or may have"
                                + " lost its last seconds",
                        "70-70 MARKET_OPEN complete 1 3 journal");
    }

    /// More pages than a stack has room for, if they were called from one another.
    @Test
    void anyNumberOfScansIsWorkedOff() throws Exception {
        int count = 300_000;
        JournalEncoder none = new JournalEncoder();
        none.begin(0, "rvol_high");
        for (int from = 1; from <= count; from += 1000) {
            PersistenceBed.await(bed.redis.send(Request.cmd(Command.EVAL)
                    .arg("for i = ARGV[1], ARGV[2] do"
                            + " redis.call('XADD', KEYS[1], string.format('%d-0', i), unpack(ARGV, 3)) end")
                    .arg(1)
                    .arg(bed.keys.journal())
                    .arg(from)
                    .arg(from + 999)
                    .arg(JournalEntry.FIELD_VERSION)
                    .arg(JournalEntry.VERSION)
                    .arg(JournalEntry.FIELD_TIME)
                    .arg(at("12:00:00").toString())
                    .arg(JournalEntry.FIELD_SESSION)
                    .arg("MARKET_OPEN")
                    .arg(JournalEntry.FIELD_DAY)
                    .arg("2025-01-24")
                    .arg(JournalEntry.FIELD_HOUR)
                    .arg(at("12:00:00").toString())
                    .arg(JournalEntry.FIELD_ROWS)
                    .arg(Arrays.copyOf(none.array(), none.size()))));
        }
        bed.deploy(Select.LATEST);
        assertThat(bed.nextEnded().status()).isEqualTo("completed");
        assertThat(bed.ledger()).containsExactly("1-300000 MARKET_OPEN complete 300000 0 journal");
        assertThat(bed.journalLength()).isZero();
    }

    @Test
    void cachedListsOfOneTimeAreAllStored() throws Exception {
        for (String session : List.of("PRE_MARKET", "MARKET_OPEN")) {
            bed.set(bed.keys.session(session), tickers(3).encode());
            bed.set(bed.keys.sessionScan(session), "{\"time\":\"2025-01-24T12:10:00Z\"}");
        }
        bed.deploy(Select.LATEST);
        assertThat(bed.nextEnded().rowsBySession()).isEqualTo(Map.of("PRE_MARKET", 3, "MARKET_OPEN", 3));
        assertThat(bed.ledger()).hasSize(2);
    }

    @Test
    void whatCannotBeReadBeforeACachedListLiesInItsRange() throws Exception {
        scans(61, "MARKET_OPEN", "12:00:00");
        bed.deploy(Select.LATEST);
        bed.nextEnded();
        PersistenceBed.await(bed.redis.send(Request.cmd(Command.XADD)
                .arg(bed.keys.journal())
                .arg(JournalEntry.id(63))
                .arg("v")
                .arg("unknown")));
        bed.set(bed.keys.session("MARKET_OPEN"), tickers(4).encode());
        bed.set(bed.keys.sessionScan("MARKET_OPEN"), "{\"scan_no\":65,\"time\":\"2025-01-24T12:10:00Z\"}");
        bed.set(bed.keys.scanNo(), "65");
        persist();
        assertThat(bed.ledger())
                .containsExactly(
                        "61-61 MARKET_OPEN complete 1 3 journal",
                        "62-65 MARKET_OPEN partial 1 4 cache " + Backlog.NO_JOURNAL);
    }

    @Test
    void aJumpAfterACleanEndIsNoLoss() throws Exception {
        scans(61, "MARKET_OPEN", "12:00:00");
        bed.journalState("incarnation", "a", "first", "61");
        bed.deploy(Select.LATEST);
        bed.nextEnded();
        bed.journalState("incarnation", "b", "first", "1000061", "follows", "61");
        scans(1000061, "MARKET_OPEN", "12:30:00");
        persist();
        bed.journalState("incarnation", "c", "first", "2000061", "follows", "1000050"); // it was not the last one
        scans(2000061, "MARKET_OPEN", "14:00:00");
        persist();
        assertThat(bed.ledger())
                .containsExactly(
                        "61-61 MARKET_OPEN complete 1 3 journal",
                        "1000061-1000061 MARKET_OPEN complete 1 3 journal",
                        "1000062-2000060 ? missing 0 0 none The journal began anew with scan 2000061: Redis had lost"
                                + " it, or may have lost its last seconds",
                        "2000061-2000061 MARKET_OPEN complete 1 3 journal");
    }

    @Test
    void whereTheJournalIsLostTheCacheIsTaken() throws Exception {
        scans(81, "MARKET_OPEN", "12:00:00");
        bed.deploy(Select.LATEST);
        bed.nextEnded();
        bed.set(bed.keys.session("MARKET_OPEN"), tickers(4).encode());
        bed.set(bed.keys.sessionScan("MARKET_OPEN"), "{\"scan_no\":85,\"time\":\"2025-01-24T12:10:00Z\"}");
        bed.set(bed.keys.scanNo(), "86");
        assertThat(persist().rowsBySession()).isEqualTo(Map.of("MARKET_OPEN", 4));
        assertThat(bed.ledger())
                .containsExactly(
                        "81-81 MARKET_OPEN complete 1 3 journal",
                        "82-85 MARKET_OPEN partial 1 4 cache " + Backlog.NO_JOURNAL,
                        "86-86 ? missing 0 0 none " + Backlog.NOT_THERE);
    }

    @Test
    void aScannerThatNumbersNothingIsStoredFromTheCache() throws Exception {
        JsonArray list = tickers(2);
        list.getJsonObject(0).put("timestamp", "2025-01-24T12:09:58Z");
        bed.set(bed.keys.session("MARKET_OPEN"), list.encode());
        bed.deploy(Select.LATEST);
        assertThat(bed.nextEnded().rows()).isEqualTo(2);
        assertThat(persist().rows()).isZero();
        long number = -Instant.parse("2025-01-24T12:09:58Z").toEpochMilli();
        assertThat(bed.ledger())
                .containsExactly(number + "-" + number + " MARKET_OPEN partial 1 2 cache " + Backlog.NO_JOURNAL);

        scans(90, "MARKET_OPEN", "12:20:00");
        assertThat(persist().rows()).isEqualTo(3);
        assertThat(bed.ledger()).hasSize(2).last().isEqualTo("90-90 MARKET_OPEN complete 1 3 journal");
    }

    @Test
    void anEntryThatCannotBeReadCountsAsLost() throws Exception {
        scans(101, "MARKET_OPEN", "12:00:00", "12:00:10", "12:00:20");
        bed.rewriteScan(102, "v", "9");
        bed.rewriteScan(103, "rows", "nonsense");
        bed.deploy(Select.LATEST);
        assertThat(bed.nextEnded().rows()).isEqualTo(3);
        assertThat(bed.ledger()).containsExactly("101-103 MARKET_OPEN partial 1 3 journal " + Backlog.NOT_THERE);
        assertThat(bed.query("SELECT min(price) FROM scan_results")).isEqualTo("101.01");
    }

    @Test
    void manyPagesAreWorkedOff() throws Exception {
        for (int i = 0; i < 1_050; i++) {
            bed.appendScan(1_000 + i, "MARKET_OPEN", at("10:00:00").plusSeconds(i * 5L), 1, 2 + i % 7);
        }
        bed.deploy(Select.BEST);
        assertThat(bed.nextEnded().rows()).isEqualTo(16);
        assertThat(bed.ledger())
                .containsExactly(
                        "1000-1719 MARKET_OPEN complete 720 8 journal", "1720-2049 MARKET_OPEN complete 330 8 journal");
        assertThat(bed.query("SELECT sum(times_seen) FROM scan_results WHERE symbol = 'T1'"))
                .isEqualTo("1050");
    }

    @Test
    void numbersThatWentBackAreNotMixedUp() throws Exception {
        bed.journalState("incarnation", "a", "first", "200");
        scans(200, "MARKET_OPEN", "12:00:00");
        bed.deploy(Select.LATEST);
        bed.nextEnded();
        bed.set(bed.keys.scanNo(), "150");
        bed.request(bed.addresses.persist(), new JsonObject());
        Waiting.until(
                () -> bed.stats().getBoolean("degraded"), () -> bed.stats().encodePrettily());
        assertThat(bed.stats().getString("reason"))
                .isEqualTo("The scanner counts from 150 on, below 200, which is stored already: Redis has lost its"
                        + " numbers. Stop the scanner, set scanner:scan_no to 200 and start it again");
        assertThat(bed.ledger()).hasSize(1);
        bed.set(bed.keys.scanNo(), "200");
        assertThat(bed.nextEnded().status()).isEqualTo("completed");
    }

    @Test
    void stoppingStoresTheRunningHour() throws Exception {
        String deployment = bed.deploy(Select.LATEST);
        bed.nextEnded();
        scans(300, "MARKET_OPEN", "12:10:10", "12:10:20");
        PersistenceBed.await(bed.vertx.undeploy(deployment));
        RunSummary last = bed.nextEnded();
        assertThat(last.reason()).isEqualTo(Reason.STOP);
        assertThat(last.rows()).isEqualTo(3);
        assertThat(bed.ledger()).containsExactly("300-301 MARKET_OPEN complete 2 3 journal");
    }

    @Test
    void directModeStoresBehindWhatTheJournalHas() throws Exception {
        scans(400, "MARKET_OPEN", "12:00:00", "12:00:10");
        bed.deploy(Mode.DIRECT, 5);
        bed.set(bed.keys.session("MARKET_OPEN"), tickers(700).encode());
        bed.set(bed.keys.sessionScan("MARKET_OPEN"), "{\"scan_no\":403,\"time\":\"2025-01-24T12:10:10Z\"}");
        bed.set(bed.keys.scanNo(), "403");
        JsonObject scan = PersistenceBed.cycle("MARKET_OPEN", at("12:10:10"));
        assertThat(bed.request(bed.addresses.persistenceSettle(), scan)).isEqualTo(new JsonObject().put("rows", 703));
        assertThat(bed.ledger())
                .isEqualTo(List.of(
                        "400-401 MARKET_OPEN complete 2 3 journal",
                        "402-402 ? missing 0 0 none " + Backlog.NOT_WAITED_FOR,
                        "403-403 MARKET_OPEN complete 1 700 direct"));
    }

    @Test
    void aBackfillStoresByHandWhatWaits() throws Exception {
        scans(500, "PRE_MARKET", "09:10:00", "09:20:00");
        scans(502, "MARKET_OPEN", "09:40:00", "10:10:00", "12:00:00");
        List<String> told = new ArrayList<>();
        assertThatThrownBy(() -> backfill("09:30:00", "10:00:00", told))
                .hasMessage("Scans wait from 2025-01-24T09:10:00Z on and are stored in their order: begin with --from"
                        + " 2025-01-24T09:10:00Z");
        assertThat(backfill("09:00:00", "10:00:00", told)).isEqualTo("6 rows of 2 ranges were stored");
        assertThat(told)
                .containsExactly(
                        "2025-01-24T09:00:00Z PRE_MARKET scans 500 to 501 complete, 3 rows",
                        "2025-01-24T09:30:00Z MARKET_OPEN scans 502 to 502 complete, 3 rows");
        assertThat(bed.journalLength()).isEqualTo(2);
        assertThat(backfill("09:00:00", "10:00:00", told)).isEqualTo("Nothing waits in the journal");

        bed.deploy(Select.LATEST);
        assertThat(bed.nextEnded().rows()).isEqualTo(6);
        assertThat(bed.ledger()).hasSize(4);
    }

    private String backfill(String from, String to, List<String> told) {
        Backfill backfill = new Backfill(
                bed.vertx,
                "us",
                new PersistenceSettings(Mode.HOURLY, Select.LATEST, Duration.ofHours(1), 5, List.of()),
                database,
                TestServers.redis(),
                bed.keys,
                new FixedHours());
        return PersistenceBed.await(backfill.run(Optional.of(at(from)), Optional.of(at(to)), told::add));
    }
}
