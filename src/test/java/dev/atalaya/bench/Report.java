package dev.atalaya.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;

/// Where a benchmark tells what it found: figures for people on standard output, the same as a line of JSON each
/// in a file, and how far it is on standard error.
@SuppressWarnings("AnnotateFormatMethod") // that annotation is in no library that is used here
final class Report {
    private final String bench;
    private final PrintStream out;
    private final PrintStream err;
    private final Path file;
    private final InstantSource wall;

    Report(String bench, PrintStream out, PrintStream err, Path file, InstantSource wall) {
        this.bench = bench;
        this.out = out;
        this.err = err;
        this.file = file;
        this.wall = wall;
    }

    /// A sentence on how far it is.
    void progress(String format, Object... arguments) {
        err.println(bench + ": " + String.format(Locale.ROOT, format, arguments));
    }

    /// A heading, or what there is to say of the figures below it.
    void note(String format, Object... arguments) {
        out.println(String.format(Locale.ROOT, format, arguments));
    }

    /// A single figure that nothing is asked of.
    void figure(String what, double value, String unit) {
        add(new Figure(bench, what, value, unit, Optional.empty(), Optional.empty()));
    }

    void figure(String what, double value, String unit, Target target) {
        add(new Figure(bench, what, value, unit, Optional.empty(), Optional.of(target)));
    }

    /// The median with its spread.
    void median(String what, Samples samples, String unit) {
        add(new Figure(bench, what, samples.median(), unit, Optional.of(Figure.Spread.of(samples)), Optional.empty()));
    }

    void median(String what, Samples samples, String unit, Target target) {
        add(new Figure(
                bench, what, samples.median(), unit, Optional.of(Figure.Spread.of(samples)), Optional.of(target)));
    }

    private void add(Figure figure) {
        out.println(figure.line());
        JsonObject json = figure.toJson()
                .put("at", wall.instant().truncatedTo(ChronoUnit.SECONDS).toString())
                .put("machine", Machine.text());
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, json.encode() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
