package dev.atalaya.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// A client that asks for one thing at a time over one connection and works as little as it can. Not thread safe.
final class HttpSocket implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final byte[] read = new byte[1 << 20];
    private int headEnd;

    HttpSocket(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        in = socket.getInputStream();
    }

    static byte[] get(String path) {
        return ("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /// The body of the answer.
    ///
    /// @throws IOException if it is no 200
    byte[] body(byte[] request) throws IOException {
        int length = ask(request);
        byte[] body = new byte[length];
        System.arraycopy(read, headEnd, body, 0, length);
        return body;
    }

    /// How many bytes the answer's body has.
    int ask(byte[] request) throws IOException {
        socket.getOutputStream().write(request);
        int size = 0;
        headEnd = -1;
        while (headEnd < 0) {
            size = more(size);
            headEnd = headEnd(size);
        }
        String head = new String(read, 0, headEnd, StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT);
        if (!head.startsWith("http/1.1 200")) {
            throw new IOException("The answer is " + head);
        }
        int at = head.indexOf("content-length: ") + "content-length: ".length();
        int length = Integer.parseInt(head.substring(at, head.indexOf('\r', at)));
        while (size < headEnd + length) {
            size = more(size);
        }
        return length;
    }

    private int more(int size) throws IOException {
        int count = in.read(read, size, read.length - size);
        if (count < 0) {
            throw new EOFException();
        }
        return size + count;
    }

    private int headEnd(int size) {
        for (int i = 3; i < size; i++) {
            if (read[i] == '\n' && read[i - 1] == '\r' && read[i - 2] == '\n') {
                return i + 1;
            }
        }
        return -1;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
