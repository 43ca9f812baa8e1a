package dev.atalaya.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// No benchmark: tells every figure that was measured last, and draws two pictures of them.
final class ReportBenchmark implements Benchmark {
    private static final Path DRAWINGS = Path.of("docs", "benchmarks");
    private static final List<String> STAGES = List.of("feed", "scan", "encode", "publish");
    private static final List<String> SIZES = List.of("11,000", "110,000", "1,100,000");

    @Override
    public void run(Report report, List<String> arguments) throws Exception {
        if (!Files.exists(Bench.RESULTS)) {
            throw new IOException("Nothing has been measured yet: there is no " + Bench.RESULTS);
        }
        Map<String, Figure> last = last(Files.readAllLines(Bench.RESULTS));
        String bench = "";
        for (Figure figure : last.values()) {
            if (!figure.bench().equals(bench)) {
                bench = figure.bench();
                report.note("%s", bench);
            }
            report.note("%s", figure.line());
        }
        long met =
                last.values().stream().filter(figure -> verdict(figure, "met")).count();
        long missed = last.values().stream()
                .filter(figure -> verdict(figure, "missed"))
                .count();
        report.note("%d targets met, %d missed", met, missed);
        Files.createDirectories(DRAWINGS);
        draw(report, "cycle.svg", stages(last));
        draw(report, "growth.svg", growth(last));
    }

    private static boolean verdict(Figure figure, String verdict) {
        return figure.target()
                .filter(target -> target.verdict(figure.value()).equals(verdict))
                .isPresent();
    }

    /// The last of each figure, those of a benchmark together.
    static Map<String, Figure> last(List<String> lines) {
        Map<String, Map<String, Figure>> byBench = new LinkedHashMap<>();
        for (String line : lines) {
            Figure figure = Figure.fromJson(new JsonObject(line));
            byBench.computeIfAbsent(figure.bench(), unseen -> new LinkedHashMap<>())
                    .put(figure.what(), figure);
        }
        Map<String, Figure> last = new LinkedHashMap<>();
        byBench.forEach((bench, figures) -> figures.forEach((what, figure) -> last.put(bench + ": " + what, figure)));
        return last;
    }

    private static void draw(Report report, String file, Optional<String> drawing) throws IOException {
        if (drawing.isEmpty()) {
            report.note("%s is not drawn: its figures have not been measured", file);
            return;
        }
        Files.writeString(DRAWINGS.resolve(file), drawing.get());
        report.note("Drawn: %s", DRAWINGS.resolve(file));
    }

    /// A bar for each kind of cycle, in parts by stage.
    private static Optional<String> stages(Map<String, Figure> last) {
        List<String> kinds = List.of("a third changed", "all changed");
        Drawing drawing = new Drawing("A cycle by stage, medians in milliseconds", "ms");
        for (String kind : kinds) {
            drawing.bar(kind, STAGES, stagesOf(last, kind));
        }
        for (String kind : kinds) {
            drawing.bar(
                    "bare socket, " + kind,
                    List.of("feed", "publish"),
                    values(
                            last,
                            "cycle: floor: bare socket reading the same snapshot, " + kind,
                            "cycle: bare socket publishing the same bytes, " + kind));
        }
        return drawing.svg();
    }

    private static double[] stagesOf(Map<String, Figure> last, String kind) {
        return values(
                last,
                STAGES.stream()
                        .map(stage -> "cycle: stage " + stage + ", " + kind)
                        .toArray(String[]::new));
    }

    private static double[] values(Map<String, Figure> last, String... keys) {
        return Stream.of(keys)
                .mapToDouble(key ->
                        Optional.ofNullable(last.get(key)).map(Figure::value).orElse(Double.NaN))
                .toArray();
    }

    /// A bar for each size.
    private static Optional<String> growth(Map<String, Figure> last) {
        Drawing drawing = new Drawing("Nanoseconds a ticker as the market grows, medians", "ns");
        for (String part : List.of("core", "decoder")) {
            for (String size : SIZES) {
                drawing.bar(
                        part + ", " + size + " tickers",
                        List.of(part),
                        values(last, "scale: " + part + ", " + size + " tickers"));
            }
        }
        return drawing.svg();
    }
}
