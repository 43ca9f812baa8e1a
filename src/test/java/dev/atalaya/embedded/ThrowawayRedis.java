package dev.atalaya.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// A Redis of a test's own, which may stop it and start it again on the same port. Closing it deletes its data.
public final class ThrowawayRedis implements AutoCloseable {
    private final Path folder;
    private final Path program;
    private final boolean durable;
    private EmbeddedRedis redis;

    private ThrowawayRedis(Path folder, Path program, boolean durable) throws EmbeddedServersException {
        this.folder = folder;
        this.program = program;
        this.durable = durable;
        this.redis = start(0);
    }

    /// Starts the embedded one.
    public static ThrowawayRedis start() throws IOException, EmbeddedServersException {
        Path folder = Files.createTempDirectory("atalaya-redis-");
        Path binaries = folder.resolveSibling("atalaya-binaries");
        return new ThrowawayRedis(folder, Binaries.find(binaries).redisServer(), true);
    }

    /// Starts another program, which keeps nothing on disk.
    public static ThrowawayRedis start(Path program) throws IOException, EmbeddedServersException {
        return new ThrowawayRedis(Files.createTempDirectory("atalaya-redis-"), program, false);
    }

    private EmbeddedRedis start(int port) throws EmbeddedServersException {
        return EmbeddedRedis.start(program, folder.resolve("redis"), port, durable);
    }

    public String uri() {
        return "redis://127.0.0.1:" + redis.port();
    }

    /// Stands still until it is thawed: takes connections and commands, and answers none.
    public void freeze() throws IOException {
        signal("STOP");
    }

    public void thaw() throws IOException {
        signal("CONT");
    }

    private void signal(String name) throws IOException {
        String pid =
                Files.readString(folder.resolve("redis").resolve("redis.pid")).strip();
        Command.run(folder.resolve("kill.log"), Command.NO_INPUT, List.of("kill", "-" + name, pid));
    }

    public void stop() throws IOException {
        redis.stop();
    }

    /// Starts it again with what it held when it was stopped.
    public void restart() throws IOException, EmbeddedServersException {
        redis.stop();
        redis = start(redis.port());
    }

    /// Starts it again with nothing in it.
    public void restartEmpty() throws IOException, EmbeddedServersException {
        redis.stop();
        Binaries.delete(folder.resolve("redis"));
        redis = start(redis.port());
    }

    /// Remembers what it holds now. Nobody may write meanwhile.
    public void keep() throws IOException {
        Files.deleteIfExists(kept());
        try (Stream<Path> paths = Files.walk(appendOnly())) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Files.copy(path, kept().resolve(appendOnly().relativize(path).toString()));
            }
        }
    }

    /// Starts it again with what it held at the last [#keep], as after a crash that lost what came since.
    public void restartAsKept() throws IOException, EmbeddedServersException {
        redis.stop();
        Binaries.delete(appendOnly());
        Files.move(kept(), appendOnly());
        redis = start(redis.port());
    }

    private Path appendOnly() {
        return folder.resolve("redis").resolve("appendonlydir");
    }

    private Path kept() {
        return folder.resolve("kept");
    }

    @Override
    public void close() throws IOException {
        redis.stop();
        Binaries.delete(folder);
    }
}
