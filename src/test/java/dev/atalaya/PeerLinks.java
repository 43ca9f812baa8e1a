package dev.atalaya;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The links between the members of a cluster, each of which reaches the others through here alone, so that one can be
/// cut off from all of them, whoever connected to whom: Linux says which process a connection comes from.
final class PeerLinks implements AutoCloseable {
    /// A line of Linux's table: number, own end, other end, state, queues, timers, retransmits, user, timeout, inode.
    private static final Pattern SOCKET =
            Pattern.compile("^ *\\d+: \\w+:(\\w{4}) \\w+:(\\w{4}) \\w+ \\S+ \\S+ \\w+ +\\d+ +\\d+ (\\d+) ");

    private final List<ServerSocket> doors = new ArrayList<>();
    private final List<Integer> ports = new ArrayList<>();
    private final List<Link> links = new CopyOnWriteArrayList<>();
    private final Set<Integer> cutDoors = ConcurrentHashMap.newKeySet();
    private final Set<Long> cutProcesses = ConcurrentHashMap.newKeySet();

    private record Link(long process, int door, Socket client, Socket member) {
        void close() {
            try (client;
                    member) {
                // both ends see it
            } catch (IOException e) {
                // they are closed
            }
        }
    }

    /// @param members how many
    PeerLinks(int members) throws IOException {
        for (int i = 0; i < members; i++) {
            ports.add(freePort());
            ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            doors.add(door);
            int number = i;
            Thread.ofPlatform().daemon().start(() -> accept(door, number));
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /// Variables of the environment for a member: name, value, name, value, …
    String[] variables(int member) {
        String all =
                doors.stream().map(door -> "127.0.0.1:" + door.getLocalPort()).collect(Collectors.joining(","));
        return new String[] {
            "ATALAYA_CLUSTER_PORT",
            ports.get(member).toString(),
            "ATALAYA_CLUSTER_MEMBERS",
            all,
            "JAVA_TOOL_OPTIONS",
            "-Dhazelcast.local.publicAddress=127.0.0.1:" + doors.get(member).getLocalPort()
        };
    }

    /// How many links there are now.
    int count() {
        return links.size();
    }

    void cut(int member, long process) {
        cutDoors.add(member);
        cutProcesses.add(process);
        links.stream().filter(this::isCut).forEach(Link::close);
    }

    void heal() {
        cutDoors.clear();
        cutProcesses.clear();
    }

    private boolean isCut(Link link) {
        return cutDoors.contains(link.door) || cutProcesses.contains(link.process);
    }

    private void accept(ServerSocket door, int number) {
        while (!door.isClosed()) {
            try {
                Socket client = door.accept();
                Thread.ofPlatform().daemon().start(() -> connect(client, number));
            } catch (IOException e) {
                // closed, or the client was in a hurry
            }
        }
    }

    private void connect(Socket client, int number) {
        Socket member = new Socket();
        try {
            Link link = new Link(processOf(client.getPort(), client.getLocalPort()), number, client, member);
            if (!isCut(link)) {
                member.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.get(number)));
                links.add(link);
                Thread.ofPlatform().daemon().start(() -> pump(link, client, member));
                pump(link, member, client);
            }
            link.close();
        } catch (IOException e) {
            new Link(-1, number, client, member).close();
        }
    }

    private void pump(Link link, Socket from, Socket to) {
        try {
            if (!isCut(link)) {
                from.getInputStream().transferTo(to.getOutputStream());
            }
        } catch (IOException e) {
            // one of them has ended
        } finally {
            link.close();
            links.remove(link);
        }
    }

    /// The process that has the socket with these ports, by what Linux knows of sockets and of open files.
    private static long processOf(int port, int remotePort) throws IOException {
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            for (String line : Files.readAllLines(Path.of(table))) {
                Matcher socket = SOCKET.matcher(line);
                if (socket.find()
                        && Integer.parseInt(socket.group(1), 16) == port
                        && Integer.parseInt(socket.group(2), 16) == remotePort) {
                    return holderOf("socket:[" + socket.group(3) + "]");
                }
            }
        }
        throw new IOException("No socket has the port " + port);
    }

    private static long holderOf(String socket) throws IOException {
        for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
            try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/" + process.pid() + "/fd"))) {
                for (Path file : open) {
                    if (Files.isSymbolicLink(file)
                            && Files.readSymbolicLink(file).toString().equals(socket)) {
                        return process.pid();
                    }
                }
            } catch (IOException e) {
                // it has ended, or is somebody else's
            }
        }
        throw new IOException("Nobody has " + socket);
    }

    @Override
    public void close() throws IOException {
        for (ServerSocket door : doors) {
            door.close();
        }
        links.forEach(Link::close);
    }
}
