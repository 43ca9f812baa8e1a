package dev.atalaya.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Recorded market data that does not come with the project: tests that need it are skipped without it.
public final class SharedData {
    private static final String NAME = "ATALAYA_TEST_DATA";

    private SharedData() {}

    /// The data folder itself.
    public static Path folder() {
        return folder("");
    }

    /// A folder of the data, such as `calendar`; skips the test if there is none.
    public static Path folder(String name) {
        Path folder = path(name);
        assumeTrue(Files.isDirectory(folder), () -> "Skipped: no market data at " + folder + ", see " + NAME);
        return folder;
    }

    /// The same for a test that goes on without it.
    public static Optional<Path> find(String name) {
        return Optional.of(path(name)).filter(Files::isDirectory);
    }

    private static Path path(String name) {
        Path data = Path.of(Optional.ofNullable(System.getProperty(NAME))
                .or(() -> Optional.ofNullable(System.getenv(NAME)))
                .orElse("../shared/data"));
        return data.resolve(name).toAbsolutePath().normalize();
    }
}
