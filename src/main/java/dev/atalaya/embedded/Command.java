package dev.atalaya.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// A program run to its end, what it says appended to a log file.
final class Command {
    static final Path NO_INPUT = Path.of("/dev/null");

    private static final long PATIENCE_SECONDS = 120;

    private Command() {}

    /// @return the exit code
    static int run(Path log, Path input, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(input.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().keySet().removeIf(name -> name.equals("LANG") || name.startsWith("PG"));
        builder.environment().put("LC_ALL", "C"); // an unknown locale breaks initdb
        Process process = builder.start();
        try {
            if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return process.exitValue();
            }
            process.destroyForcibly();
            throw new IOException(command.getFirst() + " has not ended in " + PATIENCE_SECONDS + " s");
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + command.getFirst() + " ran", e);
        }
    }

    /// The last lines of a log, as one.
    static String tail(Path log) {
        try {
            List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
            return lines.subList(Math.max(0, lines.size() - 3), lines.size()).stream()
                    .map(String::strip)
                    .collect(Collectors.joining(" | "));
        } catch (IOException e) {
            return "nothing in " + log;
        }
    }
}
