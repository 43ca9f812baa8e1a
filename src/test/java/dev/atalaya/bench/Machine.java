package dev.atalaya.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// What a benchmark runs on, in a line.
final class Machine {
    private Machine() {}

    static String text() {
        return Runtime.getRuntime().availableProcessors() + " cores of " + processor() + ", Java "
                + System.getProperty("java.vm.version") + ", " + String.join(" ", options());
    }

    private static Stream<String> optionStream() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("-X"));
    }

    private static Iterable<String> options() {
        return optionStream().toList();
    }

    private static String processor() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.replaceFirst(".*: *", ""))
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }
}
