package dev.atalaya.embedded;

import dev.atalaya.config.EmbeddedSettings;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A Redis and a PostgreSQL that were started as children, on the loopback interface alone. Their data outlives
/// them and is found again by the next start on the same folder; children that a killed parent left behind are
/// replaced. Every call blocks: never from an event loop.
public final class EmbeddedServers implements AutoCloseable {
    /// The user of the database, and the user's password; Redis has none.
    public static final String ACCOUNT = EmbeddedPostgres.NAME;

    static final String OWN_SERVERS =
            "Or use servers of your own: ./atalaya run -conf FILE, with redis.uri and database.uri in the file.";

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedServers.class);
    private static final long SPACE_NEEDED = 200L << 20;

    private final FileChannel lock;
    private final EmbeddedRedis redis;
    private final EmbeddedPostgres postgres;

    private EmbeddedServers(FileChannel lock, EmbeddedRedis redis, EmbeddedPostgres postgres) {
        this.lock = lock;
        this.redis = redis;
        this.postgres = postgres;
    }

    /// Starts both and waits until both take connections.
    ///
    /// @throws EmbeddedServersException if one cannot start; the other is stopped again
    public static EmbeddedServers start(EmbeddedSettings settings) throws EmbeddedServersException {
        Path folder = settings.folder().toAbsolutePath().normalize();
        Binaries binaries = Binaries.find(folder.resolve("binaries"));
        FileChannel lock = lock(folder);
        Future<EmbeddedRedis> redis;
        Future<EmbeddedPostgres> postgres;
        try (ExecutorService both = Executors.newVirtualThreadPerTaskExecutor()) {
            redis = both.submit(() -> EmbeddedRedis.start(
                    binaries.redisServer(), folder.resolve("redis"), settings.redisPort(), settings.durable()));
            postgres = both.submit(() -> EmbeddedPostgres.start(
                    binaries.postgresPrograms(), folder.resolve("postgres"), settings.postgresPort()));
        }
        try {
            return new EmbeddedServers(lock, redis.get(), postgres.get());
        } catch (ExecutionException | InterruptedException e) {
            if (redis.state() == Future.State.SUCCESS) {
                quietly(redis.resultNow()::stop);
            }
            if (postgres.state() == Future.State.SUCCESS) {
                quietly(postgres.resultNow()::stop);
            }
            quietly(lock::close);
            if (e.getCause() instanceof EmbeddedServersException cause) {
                throw cause;
            }
            throw new EmbeddedServersException(
                    "The embedded servers do not start: " + (e.getCause() == null ? e : e.getCause()) + ". "
                            + OWN_SERVERS,
                    e);
        }
    }

    /// Held while the servers run, and given back by the system when the parent is killed.
    private static FileChannel lock(Path folder) throws EmbeddedServersException {
        try {
            Files.createDirectories(folder);
            if (Files.getFileStore(folder).getUsableSpace() < SPACE_NEEDED) {
                throw new EmbeddedServersException("There is too little space for the embedded servers in " + folder
                        + ": " + (SPACE_NEEDED >> 20) + " MB are needed. Make room, or name another folder with"
                        + " ATALAYA_EMBEDDED_FOLDER. " + OWN_SERVERS);
            }
            FileChannel channel =
                    FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (locked(channel)) {
                return channel;
            }
            channel.close();
        } catch (IOException e) {
            throw new EmbeddedServersException(
                    "The embedded servers cannot write to " + folder + " (" + e + "): make it writable, or name another"
                            + " folder with ATALAYA_EMBEDDED_FOLDER. " + OWN_SERVERS,
                    e);
        }
        throw new EmbeddedServersException("Another Atalaya runs its embedded servers in " + folder
                + ": stop it first, or name another folder and other ports with ATALAYA_EMBEDDED_FOLDER,"
                + " ATALAYA_EMBEDDED_REDIS_PORT and ATALAYA_EMBEDDED_POSTGRES_PORT.");
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    static EmbeddedServersException failed(String server, Path serverLog, @Nullable IOException e) {
        return new EmbeddedServersException(
                "The embedded " + server + " does not start: " + (e == null ? Command.tail(serverLog) : e)
                        + " (its log: " + serverLog + "). " + OWN_SERVERS,
                e);
    }

    public String redisUri() {
        return "redis://127.0.0.1:" + redis.port();
    }

    /// Where the database `atalaya` is; its user and password are `atalaya`, too.
    public String databaseUri() {
        return "postgresql://127.0.0.1:" + postgres.port() + "/" + EmbeddedPostgres.NAME;
    }

    /// Stops both, if they still run, and waits for their end.
    @Override
    public void close() {
        try (ExecutorService both = Executors.newVirtualThreadPerTaskExecutor()) {
            both.execute(() -> quietly(redis::stop));
            both.execute(() -> quietly(postgres::stop));
        }
        quietly(lock::close);
    }

    private interface Stop {
        void run() throws IOException;
    }

    private static void quietly(Stop stop) {
        try {
            stop.run();
        } catch (IOException e) {
            LOG.warn("An embedded server did not stop as it should: {}", e.toString());
        }
    }
}
