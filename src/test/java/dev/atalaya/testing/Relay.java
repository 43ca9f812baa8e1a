package dev.atalaya.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// Stands between clients and a server, counts what passes, and at a chosen message or byte does what it is told:
/// cuts the connections, freezes them, or takes its time. Safe for any thread.
public final class Relay implements AutoCloseable {
    /// Which way something goes.
    public enum Way {
        REQUEST,
        REPLY
    }

    /// What is counted, over all connections, from 1 on.
    public enum Unit {
        MESSAGE,
        BYTE
    }

    /// @param text empty: any
    private record Plan(Way way, Unit unit, long number, String text, Runnable fault) {}

    private record Refusal(String text, String sqlState, String sentence) {}

    private final ServerSocket server;
    private final URI to;
    private final Protocol protocol;
    private final List<Connection> connections = new CopyOnWriteArrayList<>();
    private final List<Plan> plans = new ArrayList<>();
    private final long[][] counts = new long[Way.values().length][Unit.values().length];
    private final Thread acceptor;
    private @Nullable String holdFrom;
    private @Nullable Refusal refusal;
    private boolean isFrozen;

    private Relay(ServerSocket server, URI to, Protocol protocol) {
        this.server = server;
        this.to = to;
        this.protocol = protocol;
        this.acceptor = Thread.ofVirtual().unstarted(this::accept);
    }

    /// @param port 0 takes a free one
    public static Relay listen(int port, URI to) throws IOException {
        return listen(port, to, Protocol.PIECES);
    }

    public static Relay listen(int port, URI to, Protocol protocol) throws IOException {
        Relay relay = new Relay(new ServerSocket(port, 50, InetAddress.getLoopbackAddress()), to, protocol);
        relay.acceptor.start();
        return relay;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                connect(server.accept());
            } catch (IOException e) {
                // it was closed, or the client was in a hurry
            }
        }
    }

    private void connect(Socket client) throws IOException {
        try {
            Socket upstream = new Socket(to.getHost(), to.getPort());
            client.setTcpNoDelay(true);
            upstream.setTcpNoDelay(true);
            Connection connection = new Connection(client, upstream);
            synchronized (this) {
                connection.isFrozen = isFrozen;
                connections.add(connection);
            }
            Thread.ofVirtual().start(() -> connection.pump(Way.REQUEST, client, upstream));
            Thread.ofVirtual().start(() -> connection.pump(Way.REPLY, upstream, client));
        } catch (IOException e) {
            client.close();
        }
        if (server.isClosed()) {
            cut();
        }
    }

    public int port() {
        return server.getLocalPort();
    }

    /// The server's address with this one's in its place.
    public String uri() {
        return to.toString().replaceFirst("//[^/?]+", "//127.0.0.1:" + port());
    }

    /// How much has passed so far.
    public synchronized long count(Way way, Unit unit) {
        return counts[way.ordinal()][unit.ordinal()];
    }

    /// Runs a fault once, when all before the message or byte of that number has passed and it has not.
    public synchronized void at(Way way, Unit unit, long number, Runnable fault) {
        plans.add(new Plan(way, unit, number, "", fault));
    }

    /// Runs a fault once, when a client has sent the n-th message with that text, which has not passed.
    public synchronized void atText(String text, int occurrence, Runnable fault) {
        plans.add(new Plan(Way.REQUEST, Unit.MESSAGE, occurrence, text, fault));
    }

    /// Whether all faults that were planned have happened.
    public synchronized boolean isDone() {
        return plans.isEmpty();
    }

    /// Forgets the faults that have not happened.
    public synchronized void forget() {
        plans.clear();
    }

    /// From the next piece on in which a client sends this, it and all behind it stays here. The bytes before
    /// it go on.
    public synchronized void holdFrom(String text) {
        holdFrom = text;
    }

    public boolean isHolding() {
        return connections.stream().anyMatch(connection -> connection.isHolding);
    }

    /// Lets go what was held back.
    public synchronized void release() {
        holdFrom = null;
        notifyAll();
    }

    /// Answers each prepared statement of PostgreSQL with that text in it with an error; the server does not get it.
    public synchronized void refuse(String text, String sqlState, String sentence) {
        refusal = new Refusal(text, sqlState, sentence);
    }

    /// Refuses nothing any more.
    public synchronized void refuseNothing() {
        refusal = null;
    }

    /// From now on nothing passes, on connections to come neither, until [#thaw].
    public synchronized void freeze() {
        isFrozen = true;
        freezeThose();
    }

    /// From now on nothing passes on the connections that there are.
    public synchronized void freezeThose() {
        connections.forEach(connection -> connection.isFrozen = true);
    }

    public synchronized void thaw() {
        isFrozen = false;
        connections.forEach(connection -> connection.isFrozen = false);
        notifyAll();
    }

    /// Closes the connections that there are.
    public void cut() {
        connections.forEach(Connection::close);
    }

    /// Closes the connections and takes no others.
    @Override
    public void close() {
        try {
            server.close();
            acceptor.join(); // the port is free when nobody waits there any more
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
        cut();
    }

    /// Counts what is about to pass.
    ///
    /// @return which fault comes first in it, if any
    private synchronized Optional<Plan> due(Way way, int bytes) {
        long[] passed = counts[way.ordinal()];
        Optional<Plan> due = plans.stream()
                .filter(plan -> plan.text.isEmpty()
                        && plan.way == way
                        && plan.number <= passed[plan.unit.ordinal()] + (plan.unit == Unit.MESSAGE ? 1 : bytes))
                .findFirst();
        due.ifPresent(plans::remove);
        return due;
    }

    private synchronized Optional<Plan> dueAt(String message) {
        for (int i = 0; i < plans.size(); i++) {
            Plan plan = plans.get(i);
            if (!plan.text.isEmpty() && message.contains(plan.text)) {
                if (plan.number == 1) {
                    return Optional.of(plans.remove(i));
                }
                plans.set(i, new Plan(plan.way, plan.unit, plan.number - 1, plan.text, plan.fault));
            }
        }
        return Optional.empty();
    }

    private synchronized void passed(Way way, Unit unit, long count) {
        counts[way.ordinal()][unit.ordinal()] += count;
    }

    private synchronized void awaitThaw(Connection connection) throws InterruptedException {
        while (connection.isFrozen && !connection.isClosed()) {
            wait(100);
        }
    }

    private synchronized void awaitRelease() throws InterruptedException {
        while (holdFrom != null) {
            wait();
        }
    }

    private synchronized @Nullable String holdFrom() {
        return holdFrom;
    }

    private synchronized @Nullable Refusal refusal() {
        return refusal;
    }

    private final class Connection {
        private final Socket client;
        private final Socket upstream;
        volatile boolean isFrozen;
        volatile boolean isHolding;
        /// Of PostgreSQL's last reply: whether a transaction is under way.
        private volatile byte transaction = 'I';
        /// Where a statement was prepared that is refused when it is executed.
        private @Nullable Refusal prepared;
        private boolean isRefusing;

        Connection(Socket client, Socket upstream) {
            this.client = client;
            this.upstream = upstream;
        }

        /// A frozen client that goes away is not noticed: what it has sent passes after the thaw.
        boolean isClosed() {
            return client.isClosed();
        }

        void close() {
            connections.remove(this);
            try (client;
                    upstream) {
                isHolding = false;
            } catch (IOException e) {
                // it is closed
            }
        }

        void pump(Way way, Socket from, Socket to) {
            byte[] bytes = new byte[64 * 1024];
            int size = 0;
            boolean isOpening = way == Way.REQUEST;
            try (from;
                    to) {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int read = in.read(bytes); read >= 0; read = in.read(bytes, size, bytes.length - size)) {
                    size += read;
                    int begin = 0;
                    int length = protocol.length(bytes, begin, size, isOpening);
                    while (length > 0) {
                        pass(way, bytes, begin, begin + length, isOpening, out);
                        begin += length;
                        isOpening = false;
                        length = protocol.length(bytes, begin, size, isOpening);
                    }
                    System.arraycopy(bytes, begin, bytes, 0, size - begin);
                    size -= begin;
                    bytes = size == bytes.length ? Arrays.copyOf(bytes, 2 * size) : bytes;
                }
                awaitThaw(this);
                out.write(bytes, 0, size);
            } catch (IOException | InterruptedException e) {
                // one side is gone: the other one goes too
            }
            close();
        }

        private void pass(Way way, byte[] bytes, int from, int to, boolean isOpening, OutputStream out)
                throws IOException, InterruptedException {
            int begin = from;
            for (Optional<Plan> due = due(way, to - begin); due.isPresent(); due = due(way, to - begin)) {
                if (due.get().unit == Unit.BYTE) {
                    int before = (int) Math.max(0, due.get().number - count(way, Unit.BYTE) - 1);
                    write(way, bytes, begin, begin + before, out);
                    begin += before;
                }
                due.get().fault.run();
            }
            if (way == Way.REQUEST) {
                dueAt(text(bytes, begin, to)).ifPresent(plan -> plan.fault.run());
            }
            awaitThaw(this);
            if (way == Way.REQUEST && !isOpening && protocol == Protocol.POSTGRESQL && isRefused(bytes, begin, to)) {
                return;
            }
            if (way == Way.REPLY && bytes[from] == 'Z') {
                transaction = bytes[to - 1];
            }
            String text = way == Way.REQUEST ? holdFrom() : null;
            int held = text == null ? -1 : text(bytes, begin, to).indexOf(text);
            if (held >= 0) {
                write(way, bytes, begin, begin + held, out);
                begin += held;
                isHolding = true;
                awaitRelease();
                isHolding = false;
            }
            passed(way, Unit.MESSAGE, 1);
            write(way, bytes, begin, to, out);
        }

        private void write(Way way, byte[] bytes, int from, int to, OutputStream out) throws IOException {
            passed(way, Unit.BYTE, to - from);
            out.write(bytes, from, to - from);
        }

        private static String text(byte[] bytes, int from, int to) {
            return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
        }

        /// A statement is refused when it is to be executed, and all up to the end of the exchange with it.
        private boolean isRefused(byte[] bytes, int from, int to) throws IOException {
            Refusal now = refusal();
            byte type = bytes[from];
            if (type == 'P') {
                prepared = now != null && text(bytes, from, to).contains(now.text) ? now : null;
            }
            Refusal why = prepared;
            isRefusing |= type == 'B' && why != null;
            if (why != null && isRefusing && type == 'S') {
                isRefusing = false;
                prepared = null;
                client.getOutputStream().write(error(why));
                return true;
            }
            return isRefusing;
        }

        private byte[] error(Refusal why) {
            String fields = "SERROR\0VERROR\0C" + why.sqlState + "\0M" + why.sentence + "\0\0";
            String message =
                    "E" + int32(fields.length() + 4) + fields + "Z" + int32(5) + (transaction == 'I' ? 'I' : 'E');
            return message.getBytes(StandardCharsets.ISO_8859_1);
        }

        private static String int32(int value) {
            return new String(ByteBuffer.allocate(Integer.BYTES).putInt(value).array(), StandardCharsets.ISO_8859_1);
        }
    }
}
