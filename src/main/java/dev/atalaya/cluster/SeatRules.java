package dev.atalaya.cluster;

import dev.atalaya.cluster.Lease.Sight;
import java.util.Optional;

/// When a candidate tries to become the active one, and when the active one goes. Knows no clock: times are arguments
/// and only ever compared with one another. Not thread safe.
final class SeatRules {
    private final long graceMillis;
    private Optional<Sight> last = Optional.empty();
    private long changedMillis;

    /// @param graceMillis how long the lease of a node that has left the cluster must have been as it is: a holder that
    ///     goes on prolonging it lives, whatever the cluster says
    SeatRules(long graceMillis) {
        this.graceMillis = graceMillis;
    }

    /// What a standby does.
    enum Standby {
        WAIT,
        /// Take a lease that nobody holds.
        TAKE,
        /// Take it from a holder that is gone.
        TAKE_OVER
    }

    /// @param sight the lease as it is now
    /// @param holderIsHere whether the cluster knows its holder
    /// @param mayRun whether this node may be the active one at all
    Standby standby(long nowMillis, Optional<Sight> sight, boolean holderIsHere, boolean mayRun) {
        if (!sight.equals(last)) {
            last = sight;
            changedMillis = nowMillis;
        }
        if (!mayRun) {
            return Standby.WAIT;
        }
        if (sight.isEmpty()) {
            return Standby.TAKE;
        }
        return !holderIsHere && nowMillis - changedMillis >= graceMillis ? Standby.TAKE_OVER : Standby.WAIT;
    }

    /// Whether the active one goes, because somebody else has a higher number.
    ///
    /// @param highestElsewhere that any other node says it has; -1 if none does
    /// @param isOverruled whether a write was refused for its number
    static boolean mustLeave(long ownFence, long highestElsewhere, boolean isOverruled) {
        return isOverruled || highestElsewhere > ownFence;
    }
}
