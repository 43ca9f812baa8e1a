package dev.atalaya.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.cluster.Lease.Sight;
import dev.atalaya.cluster.SeatRules.Standby;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SeatRulesTest {
    private static final boolean HERE = true;
    private static final boolean GONE = false;

    private final SeatRules rules = new SeatRules(1_000);

    private static Optional<Sight> held(long renewals) {
        return Optional.of(new Sight("id", "other", 7, renewals));
    }

    @Test
    void aLeaseThatNobodyHoldsIsTakenAtOnce() {
        assertThat(rules.standby(0, Optional.empty(), GONE, true)).isEqualTo(Standby.TAKE);
    }

    @Test
    void aLeaseIsLeftToAHolderWhoIsThereHoweverLongHeIsSilent() {
        assertThat(rules.standby(0, held(1), HERE, true)).isEqualTo(Standby.WAIT);
        assertThat(rules.standby(60_000, held(1), HERE, true)).isEqualTo(Standby.WAIT);
    }

    @Test
    void theLeaseOfAHolderWhoIsGoneIsTakenWhenItHasNotBeenProlongedForAWhile() {
        assertThat(rules.standby(0, held(1), HERE, true)).isEqualTo(Standby.WAIT);
        assertThat(rules.standby(999, held(1), GONE, true)).isEqualTo(Standby.WAIT);
        assertThat(rules.standby(1_000, held(1), GONE, true)).isEqualTo(Standby.TAKE_OVER);
    }

    @Test
    void aHolderWhoGoesOnProlongingLivesWhateverTheClusterSays() {
        for (long i = 0; i < 20; i++) {
            assertThat(rules.standby(i * 900, held(i), GONE, true)).isEqualTo(Standby.WAIT);
        }
    }

    @Test
    void aLeaseThatIsSeenForTheFirstTimeHasNotBeenSilentYet() {
        assertThat(rules.standby(50_000, held(1), GONE, true)).isEqualTo(Standby.WAIT);
        assertThat(rules.standby(51_000, held(1), GONE, true)).isEqualTo(Standby.TAKE_OVER);
    }

    @Test
    void whoMustStayOutTakesNothing() {
        assertThat(rules.standby(0, Optional.empty(), GONE, false)).isEqualTo(Standby.WAIT);
        assertThat(rules.standby(0, held(1), GONE, false)).isEqualTo(Standby.WAIT);
        assertThat(rules.standby(5_000, held(1), GONE, false)).isEqualTo(Standby.WAIT);
    }

    @Test
    void theActiveOneGoesForAHigherNumberOnly() {
        assertThat(SeatRules.mustLeave(7, -1, false)).isFalse();
        assertThat(SeatRules.mustLeave(7, 7, false)).isFalse();
        assertThat(SeatRules.mustLeave(7, 8, false)).isTrue();
        assertThat(SeatRules.mustLeave(7, -1, true)).isTrue();
    }
}
