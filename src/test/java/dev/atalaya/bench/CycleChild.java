package dev.atalaya.bench;

import dev.atalaya.testing.TestServers;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import jdk.jfr.consumer.RecordingStream;

/// Cycles in a Java of its own, on snapshots that stand in Redis already: how long they took and how long the
/// collector made everybody wait, printed as JSON.
final class CycleChild {
    private static final int WARM_UP = 100;

    private CycleChild() {}

    /// Runs one and answers what it has printed.
    static JsonObject run(List<String> options, String redisUri, String prefix, int snapshots, int cycles)
            throws Exception {
        Process child = Bench.java(
                        options, List.of(CycleChild.class.getName(), redisUri, prefix, "" + snapshots, "" + cycles))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String printed;
        try (var out = child.inputReader()) {
            printed = out.lines().reduce("", (before, line) -> line);
        }
        if (child.waitFor() != 0) {
            throw new IllegalStateException("The cycles with " + options + " ended with " + child.exitValue());
        }
        return new JsonObject(printed);
    }

    public static void main(String[] arguments) throws Exception {
        Vertx vertx = Vertx.vertx();
        String prefix = arguments[1];
        int cycles = Integer.parseInt(arguments[3]);
        double[] millis = new double[cycles];
        Queue<Double> pauses = new ConcurrentLinkedQueue<>();
        try (RecordingStream recording = new RecordingStream();
                Upstream upstream = new Upstream(vertx, TestServers.redisAt(arguments[0]), prefix);
                ScannerHost scanner =
                        new ScannerHost(vertx, TestServers.redisAt(arguments[0]), "us", prefix, "hourly")) {
            recording.enable("jdk.GCPhasePause").withoutThreshold();
            recording.onEvent(
                    "jdk.GCPhasePause", event -> pauses.add(event.getDuration().toNanos() / 1e6));
            upstream.takeOver(Integer.parseInt(arguments[2]));
            for (int i = -WARM_UP; i < cycles; i++) {
                if (i == 0) {
                    recording.startAsync();
                }
                upstream.show(i);
                double took = scanner.scan().durationMillis();
                if (i >= 0) {
                    millis[i] = took;
                }
            }
            recording.stop();
        }
        System.gc();
        JsonArray took = new JsonArray();
        for (double each : millis) {
            took.add(each);
        }
        System.out.println(new JsonObject()
                .put("millis", took)
                .put("pauses", new JsonArray(List.copyOf(pauses)))
                .put(
                        "live",
                        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed())
                .encode());
        System.exit(0);
    }

    /// The numbers of an array.
    static Samples samples(JsonArray numbers) {
        return new Samples(numbers.stream()
                .mapToDouble(number -> ((Number) number).doubleValue())
                .toArray());
    }
}
