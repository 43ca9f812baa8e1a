package dev.atalaya.cluster;

import io.vertx.core.Future;
import java.util.Optional;

/// What stands for who of a role's candidates is the active one. It only decides when somebody else may try: that two
/// never write is the work of the fencing number that comes with it, which every write is checked against.
public interface Lease {
    /// A lease as it was seen.
    ///
    /// @param node the holder's id
    /// @param name the holder's name
    /// @param fence the number it came with
    /// @param renewals how often it was prolonged since
    record Sight(String node, String name, long fence, long renewals) {}

    /// What stands there; empty if nobody holds it, or not any more.
    Future<Optional<Sight>> look();

    /// Takes it if nobody holds it, or if what stands there is still as it was seen.
    ///
    /// @param seen a lease whose holder is gone; empty: somebody's is left alone
    /// @return the fencing number; empty if somebody else was first
    Future<Optional<Long>> take(Optional<Sight> seen);

    /// Prolongs the own one; false if it is somebody else's by now.
    Future<Boolean> renew();

    /// Gives the own one up, so that the next need not wait.
    Future<Void> release();

    Future<Void> close();
}
