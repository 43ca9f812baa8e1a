package dev.atalaya.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A PostgreSQL that runs in a session of its own, so that a Ctrl-C in the terminal reaches the service alone,
/// which stops PostgreSQL when it is done with it. The only user that can log in owns the database and may
/// create others.
final class EmbeddedPostgres {
    /// Name of the database, its user and the user's password.
    static final String NAME = "atalaya";

    private static final String LOGINS = "host all all 127.0.0.1/32 scram-sha-256\n";
    private static final String BOOTSTRAP = """
            CREATE ROLE %1$s LOGIN CREATEDB PASSWORD '%1$s';
            CREATE DATABASE %1$s OWNER %1$s;
            """.formatted(NAME);
    private static final Pattern MAJOR = Pattern.compile("\\(PostgreSQL\\) (\\d+)");

    private final Path programs;
    private final Path folder;
    private final Path log;
    private final boolean root = System.getProperty("user.name").equals("root");

    private int port;

    private EmbeddedPostgres(Path programs, Path folder) {
        this.programs = programs;
        this.folder = folder;
        this.log = sibling(".log");
    }

    /// Starts PostgreSQL, which forces every commit to the disk, and waits until it takes connections. One that
    /// a killed parent left behind on this folder is stopped first.
    ///
    /// @param programs the folder of initdb, pg_ctl and postgres
    /// @param folder holds the data; the log is beside it
    /// @param wantedPort 0 takes a free one
    static EmbeddedPostgres start(Path programs, Path folder, int wantedPort) throws EmbeddedServersException {
        EmbeddedPostgres postgres = new EmbeddedPostgres(programs, folder);
        try {
            Files.deleteIfExists(postgres.log);
            if (Files.exists(folder.resolve("PG_VERSION"))) {
                postgres.checkVersion();
                postgres.stopLeftover();
            }
            postgres.port = Port.available(wantedPort, "postgres_port");
            if (!Files.exists(folder.resolve("PG_VERSION"))) {
                postgres.create();
            }
            postgres.start();
            return postgres;
        } catch (IOException e) {
            throw postgres.failed(e);
        }
    }

    private Path sibling(String suffix) {
        return folder.resolveSibling(folder.getFileName() + suffix);
    }

    private void checkVersion() throws IOException, EmbeddedServersException {
        run(Command.NO_INPUT, "pg_ctl", "--version");
        Matcher major = MAJOR.matcher(Files.readString(log));
        String found = Files.readString(folder.resolve("PG_VERSION")).strip();
        if (major.find() && !major.group(1).equals(found)) {
            throw new EmbeddedServersException("The data in " + folder + " was written by PostgreSQL " + found
                    + ", and the embedded one is " + major.group(1) + ": start the Atalaya that wrote it, or move the"
                    + " folder away to begin with an empty database.");
        }
    }

    /// A process id that belongs to some other program by now would keep PostgreSQL from starting.
    private void stopLeftover() throws IOException {
        Optional<ProcessHandle> leftover = process();
        if (leftover.isEmpty()) {
            Files.deleteIfExists(folder.resolve("postmaster.pid"));
        } else {
            stop();
        }
    }

    /// Creates the data beside their final place, so that a start that was killed leaves nothing half done
    /// there.
    private void create() throws IOException, EmbeddedServersException {
        Path creating = sibling(".creating");
        if (Files.exists(creating)) {
            Binaries.delete(creating);
        }
        Path bootstrap = Files.writeString(sibling(".sql"), BOOTSTRAP);
        String data = creating.toString();
        if (run(Command.NO_INPUT, "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C")
                        != 0
                || run(bootstrap, "postgres", "--single", "-D", data, "postgres") != 0) {
            throw failed(null);
        }
        Files.delete(bootstrap);
        Files.writeString(creating.resolve("pg_hba.conf"), LOGINS);
        Files.move(creating, folder, StandardCopyOption.ATOMIC_MOVE);
    }

    private void start() throws IOException, EmbeddedServersException {
        String options = "-p " + port + " -k '' -c listen_addresses=127.0.0.1 -c fsync=on -c synchronous_commit=on"
                + " -c timezone=UTC -c log_checkpoints=off";
        if (pgCtl("start", "-l", log.toString(), "-t", "60", "-o", options) != 0) {
            stop();
            throw failed(null);
        }
    }

    int port() {
        return port;
    }

    /// Stops PostgreSQL if it runs; what is not committed is rolled back.
    void stop() throws IOException {
        if (process().isPresent()
                && pgCtl("stop", "-m", "fast", "-t", "20") != 0
                && process().isPresent()) {
            pgCtl("stop", "-m", "immediate", "-t", "5");
        }
    }

    /// The running postmaster of this folder: the number in the file may belong to another program by now.
    private Optional<ProcessHandle> process() {
        try (var lines = Files.lines(folder.resolve("postmaster.pid"))) {
            return lines.findFirst()
                    .map(line -> Long.parseLong(line.strip()))
                    .flatMap(ProcessHandle::of)
                    .filter(ProcessHandle::isAlive)
                    .filter(process ->
                            process.info().command().orElse("postgres").contains("postgres"));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private int pgCtl(String action, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(action, "-D", folder.toString(), "-w"));
        command.addAll(List.of(arguments));
        return run(Command.NO_INPUT, "pg_ctl", command.toArray(String[]::new));
    }

    /// As root inside a user namespace, because PostgreSQL refuses to run as root.
    private int run(Path input, String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(root ? List.of("unshare", "-U") : List.of());
        command.add(programs.resolve(program).toString());
        command.addAll(List.of(arguments));
        return Command.run(log, input, command);
    }

    private EmbeddedServersException failed(@Nullable IOException e) {
        if (root && !canUnshare()) {
            return new EmbeddedServersException(
                    "PostgreSQL does not run as root, and `unshare -U` is not possible here: start Atalaya as another"
                            + " user. " + EmbeddedServers.OWN_SERVERS,
                    e);
        }
        return EmbeddedServers.failed("PostgreSQL", log, e);
    }

    private boolean canUnshare() {
        try {
            return Command.run(log, Command.NO_INPUT, List.of("unshare", "-U", "true")) == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
