package dev.atalaya.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Measures several things in turns, so that whatever the machine does meanwhile meets all of them.
final class Turns {
    /// What is measured; its answer keeps the compiler from leaving the work out.
    interface Task {
        long run() throws Exception;
    }

    private final Map<String, Task> tasks = new LinkedHashMap<>();
    private final Map<String, double[]> millis = new LinkedHashMap<>();
    private long answers;

    Turns add(String name, Task task) {
        tasks.put(name, task);
        return this;
    }

    /// Runs them all so many times to warm up and then so many times for the record; who begins changes.
    Turns run(int warmUp, int rounds) throws Exception {
        List<String> names = new ArrayList<>(tasks.keySet());
        names.forEach(name -> millis.put(name, new double[rounds]));
        for (int round = -warmUp; round < rounds; round++) {
            for (int i = 0; i < names.size(); i++) {
                String name = names.get(Math.floorMod(round + i, names.size()));
                Task task = Objects.requireNonNull(tasks.get(name));
                long begin = System.nanoTime();
                answers += task.run();
                double took = (System.nanoTime() - begin) / 1e6;
                if (round >= 0) {
                    Objects.requireNonNull(millis.get(name))[round] = took;
                }
            }
        }
        return this;
    }

    /// How many milliseconds it took.
    Samples of(String name) {
        return new Samples(Objects.requireNonNull(millis.get(name), name));
    }

    /// How many times as long as the second the first took, round by round.
    Samples ratio(String first, String second) {
        double[] a = Objects.requireNonNull(millis.get(first), first);
        double[] b = Objects.requireNonNull(millis.get(second), second);
        double[] ratios = new double[a.length];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = a[i] / b[i];
        }
        return new Samples(ratios);
    }

    /// Whatever the tasks answered.
    long answers() {
        return answers;
    }
}
