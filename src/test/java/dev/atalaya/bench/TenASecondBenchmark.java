package dev.atalaya.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.atalaya.SimulatedNode;
import dev.atalaya.bus.CycleSummary;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Ten scans a second of the whole simulated market, by the node itself, each published with its deltas.
final class TenASecondBenchmark implements Benchmark {
    private static final int TICKERS = 11_000;
    private static final long WARM_UP_MILLIS = 20_000;
    private static final long LOOK_MILLIS = 30_000;
    private static final double CYCLES_A_SECOND = 10;

    @Override
    public void run(Report report, List<String> arguments) throws Exception {
        int seconds = Benchmark.number(arguments, 0, 600);
        Vertx vertx = Vertx.vertx();
        List<Double> millis = Collections.synchronizedList(new ArrayList<>());
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        try (SimulatedNode node = new SimulatedNode(vertx, TICKERS, "100ms")) {
            report.progress("%,d seconds, after %,d to warm up", seconds, WARM_UP_MILLIS / 1000);
            Thread.sleep(WARM_UP_MILLIS);
            JsonObject before = node.stats();
            long messages = node.messages();
            node.onCycle(cycle -> millis.add(CycleSummary.fromJson(cycle).durationMillis()));
            long cpu = system.getProcessCpuTime();
            node.beginLag();
            long begin = System.nanoTime();
            for (long left = seconds * 1000L;
                    left > 0;
                    left = seconds * 1000L - (System.nanoTime() - begin) / 1_000_000) {
                Thread.sleep(Math.min(left, LOOK_MILLIS));
                report.progress("%,d cycles", millis.size());
            }
            double wall = System.nanoTime() - begin;
            double cores = (system.getProcessCpuTime() - cpu) / wall;
            JsonObject after = node.stats();
            long scans = after.getLong("total_scans") - before.getLong("total_scans");
            report.note("%,d cycles in %,.0f s, %,d tickers", scans, wall / 1e9, TICKERS);
            report.median("cycle", samples(millis), "ms");
            report.figure("cycle, p99", samples(millis).percentile(99), "ms");
            report.figure("cores of CPU", cores, "", Target.atMost(1));
            report.figure("event loop's lag, p99", node.lagMillis(99), "ms", Target.atMost(5));
            report.figure("event loop's lag, p99.9", node.lagMillis(99.9), "ms");
            report.figure(
                    "cycles skipped",
                    (double) after.getLong("cycles_skipped") - before.getLong("cycles_skipped"),
                    "",
                    Target.atMost(0));
            report.figure(
                    "cycles that were not done, of ten a second",
                    Math.max(0, Math.floor(wall / 1e9 * CYCLES_A_SECOND) - 1 - scans),
                    "",
                    Target.atMost(0));
            report.figure(
                    "messages of deltas a cycle", (node.messages() - messages) / (double) scans, "", Target.atLeast(1));
        }
        vertx.close();
    }

    private static Samples samples(List<Double> millis) {
        synchronized (millis) {
            return new Samples(millis.stream().mapToDouble(Double::doubleValue).toArray());
        }
    }
}
