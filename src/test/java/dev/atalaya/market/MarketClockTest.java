package dev.atalaya.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MarketClockTest {
    private static final Instant START = Instant.parse("2025-01-24T14:29:00Z");

    private Instant wall = Instant.parse("2026-05-06T07:08:09.123456789Z");

    @Test
    void aLiveClockShowsTheWallClocksTime() {
        MarketClock clock = MarketClock.live(() -> {
            wall = wall.plusNanos(1_000);
            return wall;
        });

        Instant shown = clock.instant();

        assertThat(shown).isEqualTo(wall);
        assertThat(clock.onTheWall(Duration.ofSeconds(10))).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void aScaledClockStartsWhereItIsToldAndStopsAtItsLimit() {
        MarketClock clock = MarketClock.scaled(() -> wall, START, 600, START.plusSeconds(3_600));

        assertThat(clock.instant()).isEqualTo(START);
        wall = wall.plusMillis(500);
        assertThat(clock.instant()).isEqualTo(START.plusSeconds(300));
        wall = wall.plusSeconds(60);
        assertThat(clock.instant()).isEqualTo(START.plusSeconds(3_600));
        assertThat(clock.onTheWall(Duration.ofMinutes(10))).isEqualTo(Duration.ofSeconds(1));
        assertThat(clock.onTheWall(Duration.ofMillis(1))).isEqualTo(Duration.ofMillis(1));
        assertThat(clock.isLockstep()).isFalse();
    }

    @Test
    void aClockThatStandsRunsOnFromWhereItStood() {
        MarketClock clock = MarketClock.scaled(() -> wall, START, 60, START);

        wall = wall.plusSeconds(9);
        assertThat(clock.instant()).isEqualTo(START);
        clock.runOnTo(START.plusSeconds(120));
        assertThat(clock.instant()).isEqualTo(START);
        wall = wall.plusSeconds(1);
        assertThat(clock.instant()).isEqualTo(START.plusSeconds(60));
        clock.runOnTo(START.plusSeconds(100)); // earlier than it may run already
        wall = wall.plusSeconds(9);
        assertThat(clock.instant()).isEqualTo(START.plusSeconds(120));
        MarketClock lockstep = MarketClock.lockstep(() -> wall, START);
        lockstep.runOnTo(START.plusSeconds(5));
        lockstep.runOnTo(START);
        assertThat(lockstep.instant()).isEqualTo(START.plusSeconds(5));
    }

    @Test
    void aLockstepClockMovesOnlyWhenItIsTold() {
        MarketClock clock = MarketClock.lockstep(() -> wall, START);

        wall = wall.plusSeconds(99);
        assertThat(clock.instant()).isEqualTo(START);
        clock.advanceTo(START.plusSeconds(7));
        assertThat(clock.instant()).isEqualTo(START.plusSeconds(7));
        assertThat(clock.isLockstep()).isTrue();
        assertThat(clock.onTheWall(Duration.ofHours(1))).isZero();
    }

    @Test
    void aClockThatMovesByItselfIsNotMoved() {
        MarketClock clock = MarketClock.live(() -> wall);

        assertThatIllegalStateException()
                .isThrownBy(() -> clock.advanceTo(START))
                .withMessageContaining(START.toString());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void aSpeedIsAboveZeroAndFinite(double speed) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MarketClock.scaled(() -> wall, START, speed, Instant.MAX))
                .withMessageContaining(String.valueOf(speed));
    }
}
