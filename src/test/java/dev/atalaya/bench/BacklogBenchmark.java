package dev.atalaya.bench;

import dev.atalaya.persistence.BacklogRun;
import java.util.List;

/// How long the writer takes for a day that the database was away, in a process with 128 MB of heap in all.
final class BacklogBenchmark implements Benchmark {
    @Override
    public void run(Report report, List<String> arguments) throws Exception {
        for (String policy : BacklogRun.policies()) {
            report.progress("a day's scans, policy %s", policy);
            BacklogRun run = BacklogRun.of(policy);
            report.note(
                    "Policy %s: %,d scans, %,d rows in %,d ranges", policy, BacklogRun.SCANS, run.rows(), run.ranges());
            report.figure("a day's backlog, policy " + policy, run.seconds(), "s", Target.atMost(60));
            report.figure("ranges not complete, policy " + policy, (double) run.incomplete(), "", Target.atMost(0));
        }
    }
}
