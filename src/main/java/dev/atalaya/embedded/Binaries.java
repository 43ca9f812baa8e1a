package dev.atalaya.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The servers' programs: brought as resources, unpacked once a user and version. A folder of programs appears
/// under its name when it is complete, so that a start that was killed, or one at the same time, does no harm.
final class Binaries {
    private static final String REDIS = "redis-server-7.0.15-linux-";
    private static final String POSTGRES = "postgres-linux-";

    private final Path folder;
    private final URL redis;
    private final URL postgres;

    private Binaries(Path folder, URL redis, URL postgres) {
        this.folder = folder;
        this.redis = redis;
        this.postgres = postgres;
    }

    /// @param fallback where programs are unpacked if the user's cache folder cannot be written
    static Binaries find(Path fallback) throws EmbeddedServersException {
        String os = System.getProperty("os.name");
        String architecture = System.getProperty("os.arch");
        boolean arm = architecture.equals("aarch64");
        if (!os.equals("Linux") || !(arm || architecture.equals("amd64"))) {
            throw new EmbeddedServersException("The embedded servers run on Linux (x86_64 and arm64), and this is " + os
                    + " (" + architecture.toLowerCase(Locale.ROOT) + "). " + EmbeddedServers.OWN_SERVERS);
        }
        URL redis = resource(REDIS + (arm ? "arm64" : "amd64"));
        URL postgres = resource(POSTGRES + (arm ? "arm_64" : "x86_64") + ".txz");
        if (redis == null || postgres == null) {
            throw new EmbeddedServersException(
                    "This atalaya.jar holds no embedded servers: start target/atalaya-embedded.jar. "
                            + EmbeddedServers.OWN_SERVERS);
        }
        return new Binaries(cache(fallback), redis, postgres);
    }

    private static @Nullable URL resource(String name) {
        return Binaries.class.getClassLoader().getResource(name);
    }

    private static Path cache(Path fallback) {
        Path home = Path.of(System.getProperty("user.home"));
        if (home.isAbsolute() && Files.isWritable(home)) {
            Path cache = home.resolve(".cache").resolve("atalaya");
            try {
                Files.createDirectories(cache);
                if (Files.isWritable(cache)) {
                    return cache;
                }
            } catch (IOException e) {
                // the fallback it is
            }
        }
        return fallback;
    }

    /// The program `redis-server`.
    Path redisServer() throws IOException {
        return unpacked("redis", redis, (in, target) -> {
                    Path program = target.resolve("redis-server");
                    Files.copy(in, program);
                    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
                })
                .resolve("redis-server");
    }

    /// The folder of PostgreSQL's programs: initdb, pg_ctl, postgres.
    Path postgresPrograms() throws IOException {
        return unpacked("postgres", postgres, Archive::unpack).resolve("bin");
    }

    private interface Unpacker {
        void unpack(InputStream in, Path target) throws IOException;
    }

    private Path unpacked(String name, URL resource, Unpacker unpacker) throws IOException {
        JarURLConnection connection = (JarURLConnection) resource.openConnection();
        connection.setUseCaches(false);
        try (InputStream in = connection.getInputStream()) {
            long version = connection.getJarEntry().getCrc();
            Path target = folder.resolve(name + "-" + Long.toHexString(version));
            if (Files.isDirectory(target)) {
                return target;
            }
            Files.createDirectories(folder);
            Path unpacking = Files.createTempDirectory(folder, "unpacking-");
            try {
                unpacker.unpack(in, unpacking);
                Files.move(unpacking, target, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                delete(unpacking);
                if (!Files.isDirectory(target)) { // else somebody else was faster
                    throw e;
                }
            }
            return target;
        }
    }

    /// Deletes a folder and all in it.
    static void delete(Path folder) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> paths = Files.walk(folder)) {
            deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.deleteIfExists(path);
        }
    }
}
