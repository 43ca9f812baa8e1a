package dev.atalaya.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.cluster.Lease.Sight;
import dev.atalaya.cluster.SeatRules.Standby;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SeatRulesTest {
    private static final boolean HERE = true;
    private static final boolean GONE = false;

    private final SeatRules rules = new SeatRules(1_000, 500, 2_000);

    private static Optional<Sight> held(long renewals) {
        return Optional.of(new Sight("id", "other", 7, renewals));
    }

    @Test
    void aLeaseThatNobodyHoldsIsTakenAtOnce() {
        assertThat(rules.standby(0, Optional.empty(), GONE, true, true)).isEqualTo(Standby.TAKE);
    }

    @Test
    void aLeaseIsLeftToAHolderWhoIsThereHoweverLongHeIsSilent() {
        assertThat(rules.standby(0, held(1), HERE, true, true)).isEqualTo(Standby.WAIT);
        assertThat(rules.standby(60_000, held(1), HERE, true, true)).isEqualTo(Standby.WAIT);
    }

    @Test
    void theLeaseOfAHolderWhoIsGoneIsTakenWhenItHasNotBeenProlongedForAWhile() {
        assertThat(rules.standby(0, held(1), HERE, true, true)).isEqualTo(Standby.WAIT);
        assertThat(rules.standby(999, held(1), GONE, true, true)).isEqualTo(Standby.WAIT);
        assertThat(rules.standby(1_000, held(1), GONE, true, true)).isEqualTo(Standby.TAKE_OVER);
    }

    @Test
    void aHolderWhoGoesOnProlongingLivesWhateverTheClusterSays() {
        for (long i = 0; i < 20; i++) {
            assertThat(rules.standby(i * 900, held(i), GONE, true, true)).isEqualTo(Standby.WAIT);
        }
    }

    @Test
    void aLeaseThatIsSeenForTheFirstTimeHasNotBeenSilentYet() {
        assertThat(rules.standby(50_000, held(1), GONE, true, true)).isEqualTo(Standby.WAIT);
        assertThat(rules.standby(51_000, held(1), GONE, true, true)).isEqualTo(Standby.TAKE_OVER);
    }

    @Test
    void whoMustStayOutTakesNothing() {
        assertThat(rules.standby(0, Optional.empty(), GONE, false, true)).isEqualTo(Standby.WAIT);
        assertThat(rules.standby(0, held(1), GONE, false, true)).isEqualTo(Standby.WAIT);
        assertThat(rules.standby(5_000, held(1), GONE, false, true)).isEqualTo(Standby.WAIT);
    }

    @Test
    void theActiveOneGoesForAHigherNumberOnly() {
        assertThat(SeatRules.mustLeave(7, -1, false)).isFalse();
        assertThat(SeatRules.mustLeave(7, 7, false)).isFalse();
        assertThat(SeatRules.mustLeave(7, 8, false)).isTrue();
        assertThat(SeatRules.mustLeave(7, -1, true)).isTrue();
    }

    @Test
    void whoShouldNotHaveItWaitsSoMuchLonger() {
        assertThat(rules.standby(10_000, Optional.empty(), GONE, true, false)).isEqualTo(Standby.WAIT);
        assertThat(rules.standby(10_499, Optional.empty(), GONE, true, false)).isEqualTo(Standby.WAIT);
        assertThat(rules.standby(10_500, Optional.empty(), GONE, true, false)).isEqualTo(Standby.TAKE);
        assertThat(rules.standby(20_000, held(1), GONE, true, false)).isEqualTo(Standby.WAIT);
        assertThat(rules.standby(21_499, held(1), GONE, true, false)).isEqualTo(Standby.WAIT);
        assertThat(rules.standby(21_500, held(1), GONE, true, false)).isEqualTo(Standby.TAKE_OVER);
    }

    @Test
    void theActiveOneMakesRoomForOneThatShouldHaveItForAWhile() {
        Optional<String> own = Optional.of("own");
        Optional<String> other = Optional.of("other");
        assertThat(rules.makesRoom(0, "own", other)).isFalse();
        assertThat(rules.makesRoom(1_999, "own", other)).isFalse();
        assertThat(rules.makesRoom(2_000, "own", other)).isTrue();
        assertThat(rules.makesRoom(2_001, "own", own)).as("not any more").isFalse();
        assertThat(rules.makesRoom(2_002, "own", other))
                .as("from the beginning")
                .isFalse();
        assertThat(rules.makesRoom(3_000, "own", Optional.of("third"))).isFalse();
        assertThat(rules.makesRoom(4_003, "own", other))
                .as("another one than before")
                .isFalse();
        assertThat(rules.makesRoom(90_000, "own", Optional.empty())).isFalse();
    }

    @Test
    void whoHasJustLeftWaitsAsLongAsAnybodyElse() {
        assertThat(rules.standby(0, Optional.empty(), GONE, true, true)).isEqualTo(Standby.TAKE);
        assertThat(rules.makesRoom(5_000, "own", Optional.of("other"))).isFalse();
        assertThat(rules.makesRoom(7_000, "own", Optional.of("other"))).isTrue();
        rules.standBy();
        assertThat(rules.standby(7_001, Optional.empty(), GONE, true, false)).isEqualTo(Standby.WAIT);
        assertThat(rules.standby(7_501, Optional.empty(), GONE, true, false)).isEqualTo(Standby.TAKE);
        assertThat(rules.makesRoom(7_502, "own", Optional.of("other"))).isFalse();
    }
}
