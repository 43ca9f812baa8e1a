package dev.atalaya.bench;

import dev.atalaya.config.RedisSettings;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/// A blocking socket to Redis and nothing else: the least that reading and writing so many bytes can take here.
/// Not thread safe.
final class BareRedis implements AutoCloseable {
    private static final int DEFAULT_PORT = 6379;

    private final Socket socket;
    private final InputStream in;
    private final byte[] read = new byte[256 * 1024];
    private int at;
    private int end;

    BareRedis(RedisSettings settings) throws IOException {
        URI uri = URI.create(settings.uri());
        socket = new Socket(uri.getHost(), uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort());
        socket.setTcpNoDelay(true);
        in = socket.getInputStream();
    }

    /// A command as Redis reads it.
    static byte[] command(String... words) {
        StringBuilder text = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            text.append('$')
                    .append(word.getBytes(StandardCharsets.UTF_8).length)
                    .append("\r\n")
                    .append(word)
                    .append("\r\n");
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /// Sends commands in one go and reads so many answers.
    ///
    /// @throws IOException if one of them is an error
    void send(byte[] commands, int answers) throws IOException {
        socket.getOutputStream().write(commands);
        for (int i = 0; i < answers; i++) {
            skipAnswer();
        }
    }

    /// The text under a key, of which so many bytes count; -1 if there is none.
    int get(byte[] command, byte[] into) throws IOException {
        socket.getOutputStream().write(command);
        String head = line();
        if (!head.startsWith("$")) {
            throw new IOException("Redis answered " + head);
        }
        int length = Integer.parseInt(head.substring(1));
        if (length < 0) {
            return length;
        }
        int buffered = Math.min(length, end - at);
        System.arraycopy(read, at, into, 0, buffered);
        at += buffered;
        if (in.readNBytes(into, buffered, length - buffered) < length - buffered) {
            throw new EOFException();
        }
        skip(2);
        return length;
    }

    private void skipAnswer() throws IOException {
        String head = line();
        int number = head.startsWith("$") || head.startsWith("*") ? Integer.parseInt(head.substring(1)) : 0;
        switch (head.charAt(0)) {
            case '-' -> throw new IOException("Redis answered " + head);
            case '$' -> skip(number < 0 ? 0 : number + 2);
            case '*' -> {
                for (int i = 0; i < number; i++) {
                    skipAnswer();
                }
            }
            default -> {}
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (char c = next(); c != '\r'; c = next()) {
            line.append(c);
        }
        next();
        return line.toString();
    }

    private void skip(int bytes) throws IOException {
        for (int i = 0; i < bytes; i++) {
            next();
        }
    }

    private char next() throws IOException {
        if (at == end) {
            at = 0;
            end = in.read(read);
            if (end < 0) {
                throw new EOFException();
            }
        }
        return (char) read[at++];
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
