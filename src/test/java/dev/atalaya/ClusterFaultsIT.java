package dev.atalaya;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Random faults against three nodes, one schedule after the other: five, a hundred in the profile `long`, or the one
/// of the seed in the property `atalaya.faults.seed`.
class ClusterFaultsIT {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterFaultsIT.class);
    private static final int SCHEDULES = Integer.getInteger("atalaya.faults.schedules", 5);

    @TempDir
    Path folder;

    @Test
    void whateverHappensEveryNumberIsPublishedOnceAndEveryScanStoredOnce() throws Exception {
        Long given = Long.getLong("atalaya.faults.seed");
        for (int i = 0; i < (given == null ? SCHEDULES : 1); i++) {
            long seed = given == null ? new Random().nextLong() : given;
            LOG.info("Faults from the seed {}", seed);
            ClusterFaults.run(seed, Files.createDirectory(folder.resolve("schedule" + i)));
        }
    }
}
