package dev.atalaya.cluster;

import dev.atalaya.cluster.Lease.Sight;
import java.util.Optional;

/// When a candidate tries to become the active one, and when the active one goes. Knows no clock: times are arguments
/// and only ever compared with one another. Not thread safe.
final class SeatRules {
    private final long graceMillis;
    private final long yieldMillis;
    private final long settledMillis;
    private Optional<Sight> last = Optional.empty();
    private boolean hasLooked;
    private long changedMillis;
    private Optional<String> successor = Optional.empty();
    private long successorMillis;

    /// @param graceMillis how long the lease of a node that has left the cluster must have been as it is: a holder that
    ///     goes on prolonging it lives, whatever the cluster says
    /// @param yieldMillis how much longer one waits that another one should go before
    /// @param settledMillis how long it must have been another one's turn until the active one makes room
    SeatRules(long graceMillis, long yieldMillis, long settledMillis) {
        this.graceMillis = graceMillis;
        this.yieldMillis = yieldMillis;
        this.settledMillis = settledMillis;
    }

    /// What a standby does.
    enum Standby {
        WAIT,
        /// Take a lease that nobody holds.
        TAKE,
        /// Take it from a holder that is gone.
        TAKE_OVER
    }

    /// From now on a standby, which has seen nothing yet.
    void standBy() {
        hasLooked = false;
        successor = Optional.empty();
    }

    /// @param sight the lease as it is now
    /// @param holderIsHere whether the cluster knows its holder
    /// @param mayRun whether this node may be the active one at all
    /// @param isWanted whether it should be, so that the work is spread evenly
    Standby standby(long nowMillis, Optional<Sight> sight, boolean holderIsHere, boolean mayRun, boolean isWanted) {
        if (!hasLooked || !sight.equals(last)) {
            hasLooked = true;
            last = sight;
            changedMillis = nowMillis;
        }
        if (!mayRun || (sight.isPresent() && holderIsHere)) {
            return Standby.WAIT;
        }
        long patience = (sight.isPresent() ? graceMillis : 0) + (isWanted ? 0 : yieldMillis);
        if (nowMillis - changedMillis < patience) {
            return Standby.WAIT;
        }
        return sight.isPresent() ? Standby.TAKE_OVER : Standby.TAKE;
    }

    /// Whether the active one makes room for another one, so that the work is spread evenly.
    ///
    /// @param wanted the node that should be the active one
    boolean makesRoom(long nowMillis, String own, Optional<String> wanted) {
        Optional<String> other = wanted.filter(node -> !node.equals(own));
        if (!other.equals(successor)) {
            successor = other;
            successorMillis = nowMillis;
        }
        return other.isPresent() && nowMillis - successorMillis >= settledMillis;
    }

    /// Whether the active one goes, because somebody else has a higher number.
    ///
    /// @param highestElsewhere that any other node says it has; -1 if none does
    /// @param isOverruled whether a write was refused for its number
    static boolean mustLeave(long ownFence, long highestElsewhere, boolean isOverruled) {
        return isOverruled || highestElsewhere > ownFence;
    }
}
