package dev.atalaya.bus;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final Duration FIRST = Duration.ofSeconds(5);

    /// As much as there can be, or as little.
    private static RandomGenerator always(boolean longest) {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                throw new UnsupportedOperationException();
            }

            @Override
            public long nextLong(long bound) {
                return longest ? bound - 1 : 0;
            }
        };
    }

    private static List<Long> waits(RandomGenerator random, int count) {
        Backoff backoff = new Backoff(FIRST, random);
        return LongStream.generate(backoff::nextMillis).limit(count).boxed().toList();
    }

    @Test
    void itDoublesUpToSixTimesTheFirst() {
        assertThat(waits(always(true), 5)).containsExactly(5_000L, 10_000L, 20_000L, 30_000L, 30_000L);
    }

    @Test
    void itIsNeverShorterThanHalf() {
        assertThat(waits(always(false), 5)).containsExactly(2_500L, 5_000L, 10_000L, 15_000L, 15_000L);
    }

    @Test
    void writersThatFailedTogetherDoNotComeBackTogether() {
        assertThat(LongStream.range(0, 100)
                        .mapToObj(
                                writer -> waits(new SplittableRandom(writer), 1).getFirst())
                        .distinct()
                        .count())
                .isGreaterThan(90);
    }

    @Test
    void itBeginsAnewWhenItWorked() {
        Backoff backoff = new Backoff(FIRST, always(true));
        backoff.nextMillis();
        backoff.nextMillis();
        backoff.reset();
        assertThat(backoff.nextMillis()).isEqualTo(5_000);
    }

    @Test
    void theShortestIsAMillisecond() {
        assertThat(new Backoff(Duration.ofMillis(1), always(false)).nextMillis())
                .isEqualTo(1);
    }
}
