package dev.atalaya.bench;

import dev.atalaya.config.RedisSettings;
import dev.atalaya.testing.TestServers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Stands between a scanner and Redis and writes down what the scanner publishes, to the byte.
final class Recorder implements AutoCloseable {
    /// Everything from one MULTI up to the next, and how many commands that is.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Publish(byte[] bytes, int commands) {}

    private final ServerSocket server;
    private final RedisSettings redis;
    private final List<ByteArrayOutputStream> connections = new ArrayList<>();
    private volatile boolean recording;

    Recorder(RedisSettings redis) throws IOException {
        this.redis = redis;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /// Where it stands.
    RedisSettings settings() {
        return TestServers.redisAt("redis://127.0.0.1:" + server.getLocalPort());
    }

    /// From now on.
    void record() {
        recording = true;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                URI uri = URI.create(redis.uri());
                Socket upstream = new Socket(uri.getHost(), uri.getPort());
                client.setTcpNoDelay(true);
                upstream.setTcpNoDelay(true);
                ByteArrayOutputStream sent = new ByteArrayOutputStream();
                synchronized (connections) {
                    connections.add(sent);
                }
                Thread.ofVirtual().start(() -> pass(client, upstream, sent));
                Thread.ofVirtual().start(() -> pass(upstream, client, null));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void pass(Socket from, Socket to, @Nullable ByteArrayOutputStream copy) {
        byte[] bytes = new byte[64 * 1024];
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int length = in.read(bytes); length >= 0; length = in.read(bytes)) {
                if (copy != null && recording) {
                    synchronized (connections) {
                        copy.write(bytes, 0, length);
                    }
                }
                out.write(bytes, 0, length);
            }
        } catch (IOException e) {
            // one of them is gone
        }
    }

    /// What was published since [#record], in order.
    List<Publish> publishes() {
        synchronized (connections) {
            return connections.stream()
                    .map(sent -> split(sent.toByteArray()))
                    .filter(publishes -> !publishes.isEmpty())
                    .findFirst()
                    .orElse(List.of());
        }
    }

    /// Each MULTI with what follows it.
    static List<Publish> split(byte[] sent) {
        List<Publish> publishes = new ArrayList<>();
        int begin = -1;
        int commands = 0;
        for (int at = 0; at < sent.length; ) {
            int name = lineEnd(sent, lineEnd(sent, at));
            boolean multi = new String(sent, name, Math.min(7, sent.length - name), StandardCharsets.US_ASCII)
                    .equals("MULTI\r\n");
            if (multi && begin >= 0) {
                publishes.add(new Publish(Arrays.copyOfRange(sent, begin, at), commands));
            }
            if (multi) {
                begin = at;
                commands = 0;
            }
            commands++;
            at = commandEnd(sent, at);
        }
        if (begin >= 0) {
            publishes.add(new Publish(Arrays.copyOfRange(sent, begin, sent.length), commands));
        }
        return publishes;
    }

    private static int commandEnd(byte[] sent, int begin) {
        int arguments = number(sent, begin);
        int at = lineEnd(sent, begin);
        for (int i = 0; i < arguments; i++) {
            at = lineEnd(sent, at) + number(sent, at) + 2;
        }
        return at;
    }

    /// Behind the kind, which is one character.
    private static int number(byte[] sent, int at) {
        int end = lineEnd(sent, at) - 2;
        return Integer.parseInt(new String(sent, at + 1, end - at - 1, StandardCharsets.US_ASCII));
    }

    private static int lineEnd(byte[] sent, int from) {
        int at = from;
        while (sent[at] != '\n') {
            at++;
        }
        return at + 1;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
