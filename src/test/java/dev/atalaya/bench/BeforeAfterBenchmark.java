package dev.atalaya.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.atalaya.bus.CycleSummary;
import dev.atalaya.bus.RunSummary;
import dev.atalaya.config.RedisSettings;
import dev.atalaya.testing.TestServers;
import io.vertx.core.Vertx;
import java.lang.management.ManagementFactory;
import java.time.LocalTime;
import java.util.List;
import java.util.Locale;

/// The table of the original report, measured: the same snapshots by a scanner that stores every cycle's tickers
/// and waits for the database, and by one whose worker stores the top of an hour, cycle by cycle in turns.
final class BeforeAfterBenchmark implements Benchmark {
    private static final int TICKERS = 11_500;
    private static final int SNAPSHOTS = 7;
    private static final int WARM_UP = 60;
    private static final int CYCLES_A_DAY = 16 * 360; // every ten seconds from 04:00 to 20:00
    private static final int RANGES_A_DAY = 17; // hours, of which the bell at 09:30 divides one
    private static final double CYCLE_MILLIS = 10_000;

    private final Vertx vertx = Vertx.vertx();
    private final RedisSettings redis = TestServers.redis();

    /// What was measured of one of the two.
    private static final class Mode {
        final String name;
        final double[] cycle;
        final double[] blocked;
        final double[] cpu;
        double connections;
        double rowsADay;
        double bytesADay;

        Mode(String name, int cycles) {
            this.name = name;
            cycle = new double[cycles];
            blocked = new double[cycles];
            cpu = new double[cycles];
        }

        void cycle(int i, ServiceBed service) throws Exception {
            OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            long before = system.getProcessCpuTime();
            CycleSummary summary = service.scan();
            if (i >= 0) {
                cpu[i] = (system.getProcessCpuTime() - before) / 1e6;
                cycle[i] = summary.durationMillis();
                blocked[i] = summary.stageMillis().getOrDefault("store", 0.0);
            }
        }
    }

    @Override
    public void run(Report report, List<String> arguments) throws Exception {
        int cycles = Benchmark.number(arguments, 0, 200);
        VendorMarket market = new VendorMarket(TICKERS, 42);
        String prefix = TestServers.uniquePrefix();
        String directPrefix = TestServers.uniquePrefix();
        Mode direct = new Mode("direct", cycles);
        Mode hourly = new Mode("hourly", cycles);
        int kept = 0;
        try (Upstream upstream = new Upstream(vertx, redis, prefix);
                Upstream directUpstream = new Upstream(vertx, redis, directPrefix);
                ServiceBed before =
                        new ServiceBed(vertx, redis, "us_direct", directPrefix, "direct", LocalTime.of(10, 0));
                ServiceBed after = new ServiceBed(vertx, redis, "us", prefix, "hourly", LocalTime.of(10, 0))) {
            upstream.putReferences(market);
            directUpstream.putReferences(market);
            upstream.make(market, SNAPSHOTS, 1.0 / 3, false);
            report.progress("%,d cycles of each", cycles);
            for (int i = -WARM_UP; i < cycles; i++) {
                for (int turn = 0; turn < 2; turn++) {
                    upstream.show(i);
                    if (((turn + i) & 1) == 0) {
                        directUpstream.showThatOf(upstream);
                        direct.cycle(i, before);
                    } else {
                        hourly.cycle(i, after);
                    }
                }
                direct.connections = Math.max(direct.connections, connections(before));
                hourly.connections = Math.max(hourly.connections, connections(after));
            }
            long rows = before.ask("SELECT count(*) FROM scan_results");
            kept = (int) Math.round((double) rows / before.ask("SELECT count(*) FROM persistence_ledger"));
            double bytesARow = before.ask("SELECT pg_total_relation_size('scan_results')") / (double) rows;
            direct.rowsADay = (double) kept * CYCLES_A_DAY;
            RunSummary run = after.persistNow();
            hourly.connections = Math.max(hourly.connections, connections(after));
            if (run.rows() != after.ask("SELECT count(*) FROM scan_results")) {
                throw new IllegalStateException("The run " + run + " has not stored what it says");
            }
            hourly.rowsADay = run.rows() * (double) RANGES_A_DAY;
            direct.bytesADay = direct.rowsADay * bytesARow;
            hourly.bytesADay = hourly.rowsADay * bytesARow;
            report.note(
                    "%,d tickers, a third changed; %,d kept and stored in every cycle, or %,d once an hour, in %.1f ms",
                    TICKERS, kept, run.rows(), run.durationMillis());
        }
        vertx.close();
        tell(report, direct, hourly);
    }

    private static double connections(ServiceBed service) throws Exception {
        return (double)
                service.ask(
                        "SELECT count(*) FROM pg_stat_activity"
                                + " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'");
    }

    private static void tell(Report report, Mode direct, Mode hourly) {
        for (Mode mode : List.of(direct, hourly)) {
            Samples cycle = new Samples(mode.cycle);
            Samples cpu = new Samples(mode.cpu);
            report.median("time a cycle, " + mode.name, cycle, "ms");
            report.median("blocking I/O for the database a cycle, " + mode.name, new Samples(mode.blocked), "ms");
            report.figure("scans a second, at most, " + mode.name, 1000 / cycle.mean(), "");
            report.figure("rows a day, " + mode.name, mode.rowsADay, "");
            report.figure("database a day, " + mode.name, mode.bytesADay / 1e6, "MB");
            report.figure("connections to the database, " + mode.name, mode.connections, "");
            report.figure("scanner's CPU time a cycle, mean, " + mode.name, cpu.mean(), "ms");
            report.figure(
                    "scanner's CPU, a cycle every 10 s, " + mode.name, cpu.mean() / CYCLE_MILLIS * 100, "% of a core");
        }
        report.note("");
        row(report, "", "direct (before)", "hourly (after)", "");
        row(report, "time a cycle, p50 ms", median(direct.cycle), median(hourly.cycle));
        row(report, "blocking I/O a cycle, p50 ms", median(direct.blocked), median(hourly.blocked));
        row(
                report,
                "scans a second, at most",
                1000 / new Samples(direct.cycle).mean(),
                1000 / new Samples(hourly.cycle).mean());
        row(report, "rows a day", direct.rowsADay, hourly.rowsADay);
        row(report, "database a day, MB", direct.bytesADay / 1e6, hourly.bytesADay / 1e6);
        row(report, "connections", direct.connections, hourly.connections);
        row(report, "scanner's CPU a cycle, mean ms", new Samples(direct.cpu).mean(), new Samples(hourly.cpu).mean());
    }

    private static double median(double[] values) {
        return new Samples(values).median();
    }

    private static void row(Report report, String what, double before, double after) {
        String times = after == 0 ? "" : Figure.number(before / after) + " times";
        row(report, what, Figure.number(before), Figure.number(after), times);
    }

    private static void row(Report report, String what, String before, String after, String times) {
        report.note(
                "%s",
                String.format(Locale.ROOT, "  %-32s %16s %16s   %s", what, before, after, times)
                        .stripTrailing());
    }
}
