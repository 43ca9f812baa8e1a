package dev.atalaya.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/// Decoding, scanning, encoding and deltas by JMH, each in Javas of their own. What JMH generates of the classes
/// in the package `jmh` is generated and compiled here, from their sources: it would not pass the build's checks,
/// and no other build has to wait for it.
final class JmhBenchmark implements Benchmark {
    private static final Path SOURCES = Path.of("src", "test", "java", "dev", "atalaya", "bench", "jmh");
    private static final Path GENERATED = Path.of("target", "bench", "jmh");
    private static final String PROCESSOR = "org.openjdk.jmh.generators.BenchmarkProcessor";

    @Override
    public void run(Report report, List<String> arguments) throws Exception {
        if (arguments.equals(List.of("--inside"))) {
            measure(report, List.of());
        } else if (!arguments.isEmpty() && arguments.getFirst().equals("--inside")) {
            measure(report, arguments.subList(1, arguments.size()));
        } else {
            generate();
            inside(arguments);
        }
    }

    private static void generate() throws IOException {
        Files.createDirectories(GENERATED);
        List<String> words = new ArrayList<>(List.of(
                "-processor",
                PROCESSOR,
                "-cp",
                Objects.requireNonNull(System.getProperty("java.class.path")),
                "-nowarn",
                "-d",
                GENERATED.toString(),
                "-s",
                GENERATED.toString()));
        try (Stream<Path> sources = Files.list(SOURCES)) {
            sources.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(words::add);
        }
        if (ToolProvider.getSystemJavaCompiler().run(null, null, null, words.toArray(String[]::new)) != 0) {
            throw new IOException("JMH's classes could not be compiled");
        }
    }

    /// Once more, with what was generated on the class path.
    private static void inside(List<String> arguments) throws IOException, InterruptedException {
        List<String> program = new ArrayList<>(List.of(Bench.class.getName(), Bench.HERE, "jmh", "--inside"));
        program.addAll(arguments);
        String classPath = GENERATED.toAbsolutePath() + File.pathSeparator + System.getProperty("java.class.path");
        ProcessBuilder java = Bench.java(Benchmarks.JMH.javaOptions(), program, classPath);
        if (java.inheritIO().start().waitFor() != 0) {
            throw new IOException("JMH did not run to its end");
        }
    }

    private static void measure(Report report, List<String> arguments) throws Exception {
        OptionsBuilder options = new OptionsBuilder();
        options.parent(new CommandLineOptions(arguments.toArray(String[]::new)));
        if (arguments.isEmpty()) {
            options.forks(2)
                    .warmupIterations(5)
                    .warmupTime(TimeValue.seconds(2))
                    .measurementIterations(5)
                    .measurementTime(TimeValue.seconds(2));
        }
        options.resultFormat(ResultFormatType.JSON)
                .result(GENERATED.resolve("result.json").toString())
                .shouldFailOnError(true);
        Collection<RunResult> results = new Runner(options.build()).run();
        for (RunResult result : results) {
            double[] scores = result.getBenchmarkResults().stream()
                    .flatMap(fork -> fork.getIterationResults().stream())
                    .mapToDouble(iteration -> iteration.getPrimaryResult().getScore())
                    .toArray();
            report.median(
                    "jmh " + result.getPrimaryResult().getLabel() + ", 11,500 tickers", new Samples(scores), "µs");
        }
    }
}
