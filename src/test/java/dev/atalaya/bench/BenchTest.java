package dev.atalaya.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// The command that starts benchmarks, and how they tell what they found.
class BenchTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final List<String> ran = new ArrayList<>();

    private int bench(String... words) throws Exception {
        return Bench.execute(List.of(words), new PrintStream(out), new PrintStream(err), (benchmark, arguments) -> {
            ran.add(benchmark.key() + arguments);
            return benchmark == Benchmarks.HTTP ? 1 : 0;
        });
    }

    @Test
    void withoutANameAllNamesAreListed() throws Exception {
        assertThat(bench()).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("  cycle ", "  ten-a-second [SECONDS=600] ", "  before-after ", "  all ");
        assertThat(ran).isEmpty();
    }

    @Test
    void anUnknownNameIsRefusedWithTheList() throws Exception {
        assertThat(bench("cycles")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("There is no benchmark 'cycles'.", "  cycle ", "  quick ");
        assertThat(ran).isEmpty();
    }

    @Test
    void aBenchmarkGetsItsArguments() throws Exception {
        assertThat(bench("ten-a-second", "60")).isZero();
        assertThat(ran).containsExactly("ten-a-second[60]");
    }

    @Test
    void allGoOnAfterOneThatCouldNotRunAndTheReportComesLast() throws Exception {
        assertThat(bench("all")).isEqualTo(1);
        assertThat(ran)
                .hasSize(Benchmarks.values().length)
                .startsWith("cycle[]")
                .endsWith("report[]");
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("Could not run, or found a regression: http");
    }

    @ParameterizedTest
    @EnumSource(Benchmarks.class)
    void everyBenchmarkHasAWordAndALineThatFitsATerminal(Benchmarks benchmark) {
        assertThat(Benchmarks.of(benchmark.key())).contains(benchmark);
        assertThat(benchmark.key()).matches("[a-z]+(-[a-z]+)*");
        assertThat(benchmark.line()).hasSizeLessThanOrEqualTo(112);
    }

    @ParameterizedTest
    @CsvSource({"true,2,2,met", "true,2,2.001,missed", "false,8,8,met", "false,8,7.9,missed", "true,2,NaN,missed"})
    void theVerdictIsPlain(boolean atMost, double limit, double value, String verdict) {
        assertThat(new Target(atMost, limit).verdict(value)).isEqualTo(verdict);
    }

    @Test
    void aFigureIsALineForPeopleAndALineOfJsonThatReadsBack(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("bench/results.jsonl");
        Report report = new Report("cycle", new PrintStream(out), new PrintStream(err), file, () -> Instant.EPOCH);
        report.progress("half of %d", 4);
        report.median("cycle, p50", new Samples(3, 1, 2, 40), "ms", Target.atMost(1.77));
        report.figure("ZGC pauses, p99", 0.25, "ms", Target.atMost(1));
        report.figure("published", 2_340_256, "bytes");
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("cycle: half of 4\n");
        assertThat(out.toString(StandardCharsets.UTF_8)
                        .lines()
                        .map(line -> line.strip().replaceAll(" +", " ")))
                .containsExactly(
                        "cycle, p50 2 ms (1 to 40) at most 1.77 ms: missed",
                        "ZGC pauses, p99 0.25 ms at most 1 ms: met",
                        "published 2,340,256 bytes");
        assertThat(ReportBenchmark.last(Files.readAllLines(file)).values())
                .extracting(Figure::line)
                .containsExactlyElementsOf(
                        out.toString(StandardCharsets.UTF_8).lines().toList());
    }

    @Test
    void theReportTellsWhatWasMeasuredLast(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("results.jsonl");
        for (double value : new double[] {3, 4}) {
            new Report("http", new PrintStream(out), new PrintStream(err), file, () -> Instant.EPOCH)
                    .figure("ratio", value, "times");
        }
        assertThat(ReportBenchmark.last(Files.readAllLines(file)).values())
                .extracting(Figure::value)
                .containsExactly(4.0);
    }

    @ParameterizedTest
    @CsvSource({"0.0625,0.063", "1.5,1.5", "17.7,17.7", "12.345,12.35", "1234.5,'1,235'", "11500,'11,500'", "0,0"})
    void aNumberHasNoMoreDigitsThanItCanMean(double value, String text) {
        assertThat(Figure.number(value)).isEqualTo(text);
    }

    @Test
    void percentilesAreValuesThatWereMeasured() {
        Samples samples = new Samples(5, 1, 4, 2, 3);
        assertThat(samples.median()).isEqualTo(3);
        assertThat(samples.percentile(10)).isEqualTo(1);
        assertThat(samples.percentile(99.9)).isEqualTo(5);
    }

    @Test
    void aDrawingWithAFigureThatIsMissingIsNotMade() {
        Drawing drawing = new Drawing("A cycle", "ms");
        drawing.bar("all changed", List.of("feed", "scan"), new double[] {36.5, 0.3});
        assertThat(drawing.svg()).get().asString().contains("36.8 ms", "<title>A cycle</title>");
        drawing.bar("a third changed", List.of("feed", "scan"), new double[] {36.5, Double.NaN});
        assertThat(drawing.svg()).isEmpty();
    }

    @Test
    void whatWasPublishedIsCutAtEachMulti() {
        byte[] sent = (text("GET", "a")
                        + text("MULTI")
                        + text("SET", "k", "MULTI\r\n")
                        + text("EXEC")
                        + text("MULTI")
                        + text("EXEC"))
                .getBytes(StandardCharsets.US_ASCII);
        assertThat(Recorder.split(sent))
                .extracting(publish -> new String(publish.bytes(), StandardCharsets.US_ASCII))
                .containsExactly(
                        text("MULTI") + text("SET", "k", "MULTI\r\n") + text("EXEC"), text("MULTI") + text("EXEC"));
        assertThat(Recorder.split(sent)).extracting(Recorder.Publish::commands).containsExactly(3, 2);
    }

    private static String text(String... words) {
        return new String(BareRedis.command(words), StandardCharsets.US_ASCII);
    }
}
