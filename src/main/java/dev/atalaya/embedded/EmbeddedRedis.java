package dev.atalaya.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A Redis that runs in a process group of its own, so that a Ctrl-C in the terminal reaches the service alone,
/// which stops Redis when it is done with it.
final class EmbeddedRedis {
    private static final Pattern PORT = Pattern.compile("(?m)^port (\\d+)$");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);
    private static final int ANSWER_MILLIS = 2_000;

    private final Path folder;
    private final int port;

    private EmbeddedRedis(Path folder, int port) {
        this.folder = folder;
        this.port = port;
    }

    /// Starts Redis and waits until it answers. One that a killed parent left behind on this folder is stopped
    /// first.
    ///
    /// @param folder holds its data, configuration, process id and log
    /// @param wantedPort 0 takes a free one
    /// @param durable whether it keeps an append-only file
    static EmbeddedRedis start(Path program, Path folder, int wantedPort, boolean durable)
            throws EmbeddedServersException {
        Path log = folder.resolve("redis.log");
        try {
            Files.createDirectories(folder);
            Path real = folder.toRealPath();
            stopLeftover(real);
            int port = Port.available(wantedPort, "redis_port");
            Files.deleteIfExists(log);
            Files.writeString(configuration(real), configuration(real, port, durable));
            List<String> command =
                    List.of(program.toString(), configuration(real).toString());
            if (Command.run(log, Command.NO_INPUT, command) != 0) {
                throw failed(log, null);
            }
            EmbeddedRedis redis = new EmbeddedRedis(real, port);
            redis.awaitAnswer(log);
            return redis;
        } catch (IOException e) {
            throw failed(log, e);
        }
    }

    private static EmbeddedServersException failed(Path log, @Nullable IOException e) {
        return EmbeddedServers.failed("Redis", log, e);
    }

    private static Path configuration(Path folder) {
        return folder.resolve("redis.conf");
    }

    private static String configuration(Path folder, int port, boolean durable) {
        String quoted = '"' + folder.toString().replace("\\", "\\\\").replace("\"", "\\\"");
        return String.format(Locale.ROOT, """
                bind 127.0.0.1
                port %d
                dir %s"
                pidfile %s/redis.pid"
                logfile %s/redis.log"
                daemonize yes
                save ""
                appendonly %s
                """, port, quoted, quoted, quoted, durable ? "yes" : "no");
    }

    private void awaitAnswer(Path log) throws IOException, EmbeddedServersException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            try {
                if (ask(port, "PING").equals("+PONG")) {
                    return;
                } // else it still loads its data
            } catch (IOException e) {
                if (Files.exists(folder.resolve("redis.pid")) && process(folder).isEmpty()) {
                    throw failed(log, e);
                }
            }
            pause();
        }
        stop();
        throw failed(log, null);
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(Duration.ofMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for Redis", e);
        }
    }

    private static void stopLeftover(Path folder) throws IOException {
        if (Files.exists(configuration(folder))) {
            Matcher port = PORT.matcher(Files.readString(configuration(folder)));
            if (port.find()) {
                new EmbeddedRedis(folder, Integer.parseInt(port.group(1))).stop();
            }
        }
        Files.deleteIfExists(folder.resolve("redis.pid"));
    }

    int port() {
        return port;
    }

    /// Stops this Redis if it runs, and only if the one on the port is this one.
    void stop() throws IOException {
        Optional<ProcessHandle> process = process(folder);
        try {
            if (!ask(port, "CONFIG GET dir").equals(folder.toString())) {
                return;
            }
            ask(port, "SHUTDOWN");
        } catch (IOException e) {
            // it is gone, or goes: no answer is the answer
        }
        if (process.isPresent()) {
            awaitEnd(process.get());
        }
    }

    /// By asking again and again, because the system tells the end of its own children only.
    private static void awaitEnd(ProcessHandle process) throws IOException {
        long end = System.nanoTime() + STOP_PATIENCE.toNanos();
        while (isRedis(process)) {
            if (System.nanoTime() > end) {
                process.destroyForcibly();
            }
            pause();
        }
    }

    /// The running process of this folder: the number in the file may belong to another by now.
    private static Optional<ProcessHandle> process(Path folder) {
        try {
            long pid =
                    Long.parseLong(Files.readString(folder.resolve("redis.pid")).strip());
            return ProcessHandle.of(pid).filter(EmbeddedRedis::isRedis);
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /// An ended process that nobody asked after yet still counts as alive, but has no command any more.
    private static boolean isRedis(ProcessHandle process) {
        return process.info().command().orElse("").contains("redis-server");
    }

    /// Sends a command and gives the answer's last line: of a list of two texts, the second.
    static String ask(int port, String command) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(Port.LOOPBACK, port), ANSWER_MILLIS);
            socket.setSoTimeout(ANSWER_MILLIS);
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            String line = in.readLine();
            for (int more = line != null && line.equals("*2") ? 4 : 0; more > 0 && line != null; more--) {
                line = in.readLine();
            }
            if (line == null) {
                throw new IOException("the connection was closed");
            }
            return line;
        }
    }
}
