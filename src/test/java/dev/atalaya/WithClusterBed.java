package dev.atalaya;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// Gives each test a cluster of its own, without nodes, that scans twice a second.
abstract class WithClusterBed {
    @TempDir
    Path folder;

    ClusterBed bed;

    @BeforeEach
    void make() throws Exception {
        bed = new ClusterBed(folder, "500ms");
    }

    @AfterEach
    void end() {
        bed.close();
    }
}
