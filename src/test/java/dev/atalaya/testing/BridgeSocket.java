package dev.atalaya.testing;

import io.vertx.core.json.JsonObject;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// A client of the event-bus bridge on a plain socket, as a program in another language would be one.
public final class BridgeSocket implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;

    public BridgeSocket(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(socket.getOutputStream());
    }

    /// A frame as bytes.
    public static byte[] frame(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(4 + bytes.length)
                .putInt(bytes.length)
                .put(bytes)
                .array();
    }

    public BridgeSocket bytes(byte... bytes) throws IOException {
        out.write(bytes);
        out.flush();
        return this;
    }

    public BridgeSocket send(JsonObject frame) throws IOException {
        return bytes(frame(frame.encode()));
    }

    /// Sends a request and answers the next frame.
    public JsonObject ask(String address, JsonObject body) throws IOException {
        return send(request(address).put("body", body)).receive();
    }

    public static JsonObject request(String address) {
        return new JsonObject().put("type", "send").put("address", address).put("replyAddress", "here");
    }

    public JsonObject receive() throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return new JsonObject(new String(bytes, StandardCharsets.UTF_8));
    }

    /// Whether the other side closes without another byte.
    public boolean isClosed() throws IOException {
        return in.read() < 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
