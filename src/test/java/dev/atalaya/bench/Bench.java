package dev.atalaya.bench;

import dev.atalaya.testing.TestServers;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/// `./atalaya bench NAME`: starts each benchmark in a Java of its own, with the options that suit it. Exit codes:
/// 0 all ran, whatever they found; 1 one could not run; 2 there is no such benchmark.
public final class Bench {
    static final Path RESULTS = Path.of("target", "bench", "results.jsonl");
    static final String HERE = "--here";
    private static final String ALL = "all";
    private static final int USAGE = 2;

    private Bench() {}

    public static void main(String[] arguments) throws Exception {
        Locale.setDefault(Locale.ROOT);
        List<String> words = List.of(arguments);
        System.exit(
                words.size() > 1 && words.getFirst().equals(HERE)
                        ? here(words.get(1), words.subList(2, words.size()))
                        : execute(words, System.out, System.err, Bench::inItsOwnJava));
    }

    /// Runs one benchmark to its end and answers the exit code.
    interface Runner {
        int run(Benchmarks benchmark, List<String> arguments) throws IOException, InterruptedException;
    }

    static int execute(List<String> words, PrintStream out, PrintStream err, Runner runner)
            throws IOException, InterruptedException {
        if (words.isEmpty()) {
            list(out);
            return 0;
        }
        String name = words.getFirst();
        if (name.equals(ALL)) {
            return all(words.subList(1, words.size()), err, runner);
        }
        Optional<Benchmarks> benchmark = Benchmarks.of(name);
        if (benchmark.isEmpty()) {
            err.println("There is no benchmark '" + name + "'.");
            list(err);
            return USAGE;
        }
        return runner.run(benchmark.get(), words.subList(1, words.size()));
    }

    private static void list(PrintStream to) {
        to.println("./atalaya bench NAME, where NAME is one of");
        for (Benchmarks benchmark : Benchmarks.values()) {
            to.println(benchmark.line());
        }
        to.println(String.format(
                Locale.ROOT, "  %-30s %s", ALL, "all of them, one after the other, and every figure at the end"));
        to.println("Results go to standard output and, a line of JSON each, into " + RESULTS + ".");
    }

    private static int all(List<String> arguments, PrintStream err, Runner runner)
            throws IOException, InterruptedException {
        if (!arguments.isEmpty()) {
            err.println("'all' takes no arguments.");
            return USAGE;
        }
        List<String> failed = new ArrayList<>();
        for (Benchmarks benchmark : Benchmarks.values()) {
            if (runner.run(benchmark, List.of()) != 0) {
                failed.add(benchmark.key());
            }
        }
        if (!failed.isEmpty()) {
            err.println("Could not run, or found a regression: " + String.join(", ", failed));
        }
        return failed.isEmpty() ? 0 : 1;
    }

    private static int inItsOwnJava(Benchmarks benchmark, List<String> arguments)
            throws IOException, InterruptedException {
        List<String> program = new ArrayList<>(List.of(Bench.class.getName(), HERE, benchmark.key()));
        program.addAll(arguments);
        return java(benchmark.javaOptions(), program).inheritIO().start().waitFor();
    }

    /// A Java with the benchmarks on its class path.
    ///
    /// @param program the class with its arguments
    static ProcessBuilder java(List<String> options, List<String> program) {
        return java(options, program, Objects.requireNonNull(System.getProperty("java.class.path")));
    }

    static ProcessBuilder java(List<String> options, List<String> program, String classPath) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-D" + TestServers.INSTALLED_REDIS + "=true",
                "-Dlogback.configurationFile=bench-logback.xml"));
        command.addAll(options);
        command.addAll(Optional.ofNullable(System.getenv("ATALAYA_JAVA_OPTS")).stream()
                .flatMap(text -> List.of(text.strip().split(" +")).stream())
                .filter(option -> !option.isEmpty())
                .toList());
        command.addAll(List.of("-cp", classPath));
        command.addAll(program);
        return new ProcessBuilder(command).directory(new File("").getAbsoluteFile());
    }

    private static int here(String name, List<String> arguments) {
        Benchmarks benchmark = Benchmarks.of(name).orElseThrow();
        Report report = new Report(name, System.out, System.err, RESULTS, InstantSource.system());
        report.note("%s, on %s", name, Machine.text());
        try {
            benchmark.make().run(report, arguments);
            return 0;
        } catch (IllegalArgumentException e) {
            report.progress("%s", e.getMessage());
            return USAGE;
        } catch (Regression e) {
            report.progress("%s", e.getMessage());
            return 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        } catch (Exception | AssertionError e) {
            report.progress("could not run: %s", e);
            e.printStackTrace();
            return 1;
        }
    }
}
