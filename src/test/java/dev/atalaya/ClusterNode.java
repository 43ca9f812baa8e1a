package dev.atalaya;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A node of a cluster in a Java of its own, and what it prints.
public final class ClusterNode implements AutoCloseable {
    private static final Pattern DASHBOARD = Pattern.compile("Dashboard +http://127\\.0\\.0\\.1:(\\d+)/");
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    public final String name;
    final List<String> printed = new CopyOnWriteArrayList<>();
    private final Process process;
    private volatile int port = -1;

    private ClusterNode(String name, Process process) {
        this.name = name;
        this.process = process;
        Thread.ofPlatform().daemon().start(this::read);
    }

    /// Starts one with what the file says and what the environment changes of it.
    ///
    /// @param variables name, value, name, value, …
    static ClusterNode start(Path folder, Path settings, String name, String... variables) throws IOException {
        return start(ChildJvm.ofMain(folder), settings, name, List.of("-cluster"), variables);
    }

    /// The same from the packaged jar, which has a version, unlike the tests' class path.
    static ClusterNode packaged(Path folder, Path settings, String name) throws IOException {
        return start(ChildJvm.ofJar(folder), settings, name, List.of("-cluster"));
    }

    /// The same in no cluster.
    static ClusterNode alone(Path folder, Path settings, String name) throws IOException {
        return start(ChildJvm.ofMain(folder), settings, name, List.of());
    }

    private static ClusterNode start(
            ChildJvm java, Path settings, String name, List<String> options, String... variables) throws IOException {
        java.option("-Xmx192m")
                .option("-XX:+UseSerialGC")
                .option("-XX:TieredStopAtLevel=1")
                .variable("ATALAYA_NODE_NAME", name);
        for (int i = 0; i < variables.length; i += 2) {
            java.variable(variables[i], variables[i + 1]);
        }
        List<String> arguments = new ArrayList<>(List.of("run", "-conf", settings.toString()));
        arguments.addAll(options);
        return new ClusterNode(name, java.start(arguments.toArray(String[]::new)));
    }

    private void read() {
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                printed.add(line);
                Matcher dashboard = DASHBOARD.matcher(line);
                if (dashboard.find()) {
                    port = Integer.parseInt(dashboard.group(1));
                }
            }
        } catch (IOException e) {
            printed.add("(not read: " + e.getMessage() + ")");
        }
    }

    /// Whether it has said where its service is.
    public boolean isUp() {
        return port > 0;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    int exit() {
        return process.exitValue();
    }

    boolean hasPrinted(String text) {
        return printed.stream().anyMatch(line -> line.contains(text));
    }

    public HttpResponse<String> get(String path) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .timeout(Duration.ofSeconds(5))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    public void post(String path) throws Exception {
        CLIENT.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.discarding());
    }

    public JsonObject json(String path) throws Exception {
        return new JsonObject(get(path).body());
    }

    /// Where it stands in a role of its only market, as it says itself, if it answers.
    Optional<JsonObject> seat(String role) {
        return seats(role).findFirst();
    }

    /// Where it stands in a role, a seat a market; nothing if it does not answer.
    Stream<JsonObject> seats(String role) {
        try {
            return json("/api/cluster").getJsonArray("nodes").stream()
                    .map(JsonObject.class::cast)
                    .filter(node -> node.getString("name").equals(name))
                    .flatMap(node -> node.getJsonArray("seats").stream())
                    .map(JsonObject.class::cast)
                    .filter(seat -> seat.getString("role").equals(role));
        } catch (Exception e) {
            return Stream.empty();
        }
    }

    public boolean isIn(String state, String role) {
        return isUp()
                && seat(role)
                        .filter(seat -> seat.getString("state").equals(state))
                        .isPresent();
    }

    /// As kill -9 does.
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /// As kill does.
    public void tell() {
        process.toHandle().destroy();
    }

    public void freeze() {
        signal("STOP");
    }

    public void thaw() {
        signal("CONT");
    }

    private void signal(String signal) {
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        kill();
    }

    @Override
    public String toString() {
        return name + ":\n  " + String.join("\n  ", printed.subList(Math.max(0, printed.size() - 40), printed.size()));
    }
}
