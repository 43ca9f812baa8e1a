package dev.atalaya;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.config.DatabaseSettings;
import dev.atalaya.testing.TestServers;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// A Java process as people start it, in a plain environment, and what it prints, which is UTF-8.
public final class ChildJvm {
    private static final int PATIENCE_SECONDS = 60;
    private static final Path JAR = Path.of("target", "atalaya.jar").toAbsolutePath();

    private final Path folder;
    private final List<String> program;
    private final List<String> options = new ArrayList<>();
    private final Map<String, String> environment = new TreeMap<>(Map.of("LC_ALL", "C"));

    private ChildJvm(Path folder, List<String> program) {
        this.folder = folder;
        this.program = program;
    }

    /// `Main` from the class path of the tests.
    static ChildJvm ofMain(Path folder) {
        return ofTests(folder, Main.class.getName());
    }

    /// Another class of the tests' class path.
    public static ChildJvm ofTests(Path folder, String mainClass) {
        return new ChildJvm(folder, List.of("-cp", classPath(), mainClass));
    }

    /// The tests', from wherever it is started.
    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    /// `java -jar target/atalaya.jar`, which must have been packaged.
    static ChildJvm ofJar(Path folder) {
        assertThat(JAR).exists();
        return new ChildJvm(folder, List.of("-jar", JAR.toString()));
    }

    /// `java -cp target/atalaya.jar` with another class than `Main`.
    static ChildJvm ofJar(Path folder, String mainClass) {
        assertThat(JAR).exists();
        return new ChildJvm(folder, List.of("-cp", JAR.toString(), mainClass));
    }

    /// One more option for Java.
    public ChildJvm option(String option) {
        options.add(option);
        return this;
    }

    ChildJvm variable(String name, String value) {
        environment.put(name, value);
        return this;
    }

    record Ended(int exit, List<String> out, List<String> err) {}

    /// What it has printed when it has ended by itself.
    Ended run(String... arguments) throws Exception {
        Process process = start(false, arguments);
        try {
            CompletableFuture<List<String>> out = reading(
                    () -> process.inputReader(StandardCharsets.UTF_8).lines().toList());
            CompletableFuture<List<String>> err = reading(
                    () -> process.errorReader(StandardCharsets.UTF_8).lines().toList());
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            return new Ended(process.exitValue(), out.join(), err.join());
        } finally {
            process.destroyForcibly();
        }
    }

    /// Standard error comes with the output.
    public Process start(String... arguments) throws IOException {
        return start(true, arguments);
    }

    private Process start(boolean errorsToo, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(options);
        command.addAll(program);
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(errorsToo);
        builder.environment()
                .keySet()
                .removeIf(name -> name.toUpperCase(Locale.ROOT).startsWith("ATALAYA_"));
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "LANG"));
        builder.environment().putAll(environment);
        return builder.start();
    }

    /// The lines up to the one in which the text comes for that time, or to the end.
    static List<String> until(Process process, String text, int times) throws Exception {
        return reading(process, text, times).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /// The same when they are there.
    static CompletableFuture<List<String>> reading(Process process, String text, int times) {
        return reading(() -> lines(process, text, times));
    }

    /// On a thread of its own: the common pool may have one only, in which a reader that waits holds up all others.
    private static CompletableFuture<List<String>> reading(Supplier<List<String>> lines) {
        return CompletableFuture.supplyAsync(lines, Thread.ofPlatform().daemon()::start);
    }

    private static List<String> lines(Process process, String text, int times) {
        List<String> lines = new ArrayList<>();
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        int seen = 0;
        try {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                lines.add(line);
                seen += line.contains(text) ? 1 : 0;
                if (seen == times) {
                    return lines;
                }
            }
            return lines;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Sends SIGTERM; what it still says can be read.
    static void assertEndsCleanlyWhenTold(Process process) throws Exception {
        process.toHandle().destroy();
        List<String> rest = until(process, "\0", 1);
        assertThat(process.waitFor(8, TimeUnit.SECONDS)).as("ended in time").isTrue();
        assertThat(process.exitValue()).isEqualTo(128 + 15);
        assertThat(rest).noneMatch(line -> line.contains("Exception") || line.contains("failed"));
    }

    /// A file with a small simulated market that scans twice a second, in a database and behind a prefix of its own.
    ///
    /// @param further what else it says
    static Path settings(Path folder, DatabaseSettings database, JsonObject further) throws IOException {
        JsonObject settings = new JsonObject()
                .put(
                        "market",
                        new JsonObject()
                                .put("key_prefix", TestServers.uniquePrefix())
                                .put("scan", new JsonObject().put("interval", "500ms"))
                                .put("feed", new JsonObject().put("simulated", new JsonObject().put("tickers", 500))))
                .put("redis", new JsonObject().put("uri", TestServers.redis().uri()))
                .put(
                        "database",
                        new JsonObject()
                                .put("uri", database.uri())
                                .put("user", database.user())
                                .put("password", database.password().value()))
                .put("http", new JsonObject().put("ports", new JsonArray().add(0)))
                .put("bridge", new JsonObject().put("port", 0))
                .mergeIn(further, true);
        return Files.writeString(folder.resolve("settings.json"), settings.encode());
    }
}
