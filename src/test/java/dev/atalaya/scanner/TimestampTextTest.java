package dev.atalaya.scanner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimestampTextTest {
    private final TimestampText timestamps = new TimestampText();
    private final JsonBytes out = new JsonBytes(64);

    private void isTheInstants(long millis) {
        out.clear();
        timestamps.write(millis, out);
        assertThat(new String(out.array(), 0, out.size(), StandardCharsets.US_ASCII))
                .isEqualTo(Instant.ofEpochMilli(millis).toString());
    }

    @Test
    void everyTimeIsWrittenAsAnInstantWritesItself() {
        for (long millis : new long[] {
            0,
            1,
            -1,
            10,
            100,
            999,
            1000,
            86_399_999,
            86_400_000,
            -86_400_000,
            -86_400_001,
            Long.MAX_VALUE,
            Long.MIN_VALUE
        }) {
            isTheInstants(millis);
        }
        long seed = new Random().nextLong();
        System.out.println("TimestampTextTest: seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 100_000; i++) {
            isTheInstants(random.nextLong() >> random.nextInt(64));
            isTheInstants(1_737_700_000_000L + random.nextInt());
            isTheInstants((1_737_700_000L + random.nextInt()) * 1000);
        }
    }
}
