package dev.atalaya.cluster;

import dev.atalaya.bus.FailureLog;
import dev.atalaya.bus.NodeReport;
import dev.atalaya.cluster.Lease.Sight;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One node's candidature for one role of one market: watches the lease, takes it when it may, prolongs it, and tells
/// the occupant when it becomes the active one and when it is not any more. An active one whose lease cannot be
/// reached stays: then nobody else can take it either, or somebody else has, which it learns from the others or from
/// its next write. Owned by the context that started it; [#status] is safe for any thread.
public final class Candidate {
    private static final Logger LOG = LoggerFactory.getLogger(Candidate.class);
    private static final long LOOK_MILLIS = 250;
    private static final long RENEW_MILLIS = 500;
    private static final long GRACE_MILLIS = 1250;
    private static final long YIELD_MILLIS = 1500;
    private static final long SETTLED_MILLIS = 2000;

    /// Who does the work while it is the active one. Called on the candidate's context.
    public interface Occupant {
        /// Begins, and does not wait for what the work needs.
        ///
        /// @param fence every write is to be checked against
        Future<Void> enter(long fence);

        /// Ends, and finishes what is under way.
        Future<Void> leave();

        /// Whether a write was refused because somebody else has a higher number.
        boolean isOverruled();
    }

    /// What the candidature is for.
    ///
    /// @param settings gives the fingerprint of what all candidates must have alike
    public record Role(String market, String role, Supplier<String> settings) {}

    private enum State {
        STANDBY,
        ACTIVE,
        LEAVING
    }

    private final Vertx vertx;
    private final Role role;
    private final Lease lease;
    private final Members members;
    private final Occupant occupant;
    private final LongSupplier nanoTime;
    private final FailureLog failures;
    private final SeatRules rules = new SeatRules(GRACE_MILLIS, YIELD_MILLIS, SETTLED_MILLIS);
    private volatile NodeReport.Seat status;

    private State state = State.STANDBY;
    private long fence = -1;
    private long renewedMillis;
    private long timer = -1;
    private Future<Void> ticking = Future.succeededFuture();
    private Future<Void> leaving = Future.succeededFuture();
    private boolean busy;
    private boolean stopped;

    public Candidate(
            Vertx vertx,
            Role role,
            Lease lease,
            Members members,
            Occupant occupant,
            InstantSource wall,
            LongSupplier nanoTime) {
        this.vertx = vertx;
        this.role = role;
        this.lease = lease;
        this.members = members;
        this.occupant = occupant;
        this.nanoTime = nanoTime;
        this.failures = new FailureLog(LOG, wall);
        status = seat(NodeReport.Seat.STANDBY, Optional.empty());
    }

    /// How it stands.
    public NodeReport.Seat status() {
        return status;
    }

    public void start() {
        timer = vertx.setPeriodic(0, LOOK_MILLIS, tick -> tick());
    }

    /// Leaves, and gives the lease up, so that the next need not wait.
    public Future<Void> stop() {
        stopped = true;
        tell(Optional.empty());
        return (state == State.ACTIVE ? leave() : leaving)
                .eventually(() -> {
                    vertx.cancelTimer(timer);
                    return ticking; // it may take the lease, and gives it up then
                })
                .eventually(lease::close);
    }

    private void tick() {
        if (busy) {
            return;
        }
        busy = true;
        ticking = Future.succeededFuture()
                .compose(now -> state == State.STANDBY ? look() : hold()) // a throw becomes a failed future
                .onFailure(e -> {
                    failures.warn("The lease of the " + role.role + " of " + role.market + " cannot be reached", e);
                    tell(Optional.of(FailureLog.sentence(e)));
                })
                .onComplete(done -> busy = false);
    }

    private Future<Void> look() {
        if (stopped) {
            return Future.succeededFuture();
        }
        Optional<String> objection = members.objection(role.market, role.role, role.settings.get());
        objection.ifPresent(failures::warn);
        return lease.look().compose(sight -> {
            boolean isHere = sight.isPresent() && members.has(sight.get().node());
            boolean mayRun = objection.isEmpty() && !stopped;
            boolean isWanted =
                    wanted(sight.isPresent()).equals(Optional.of(members.own().id()));
            SeatRules.Standby act = rules.standby(nowMillis(), sight, isHere, mayRun, isWanted);
            status = seat(mayRun ? NodeReport.Seat.STANDBY : NodeReport.Seat.OUT, objection);
            return switch (act) {
                case WAIT -> Future.succeededFuture();
                case TAKE -> take(Optional.empty());
                case TAKE_OVER -> take(sight);
            };
        });
    }

    private Future<Void> take(Optional<Sight> seen) {
        return lease.take(seen).compose(taken -> {
            if (taken.isEmpty() || stopped) {
                return taken.isEmpty() ? Future.succeededFuture() : lease.release();
            }
            fence = taken.get();
            renewedMillis = nowMillis();
            state = State.ACTIVE;
            tell(Optional.empty());
            LOG.info(
                    "This node is the active {} of {} now, with the fencing number {}{}",
                    role.role,
                    role.market,
                    fence,
                    seen.map(gone -> ", after " + gone.name()).orElse(""));
            return occupant.enter(fence).recover(e -> {
                failures.warn("The " + role.role + " of " + role.market + " could not begin", e);
                return leave();
            });
        });
    }

    private Future<Void> hold() {
        boolean isLeaving = state == State.LEAVING;
        long highest = members.highestFenceElsewhere(role.market, role.role);
        if (!isLeaving && SeatRules.mustLeave(fence, highest, occupant.isOverruled())) {
            return overtaken();
        }
        if (!isLeaving && rules.makesRoom(nowMillis(), members.own().id(), wanted(true))) {
            LOG.info("This node leaves the {} of {} to another one, which has less to do", role.role, role.market);
            return leave();
        }
        if (nowMillis() - renewedMillis < RENEW_MILLIS) {
            return Future.succeededFuture();
        }
        return lease.renew().compose(kept -> {
            if (!kept) {
                return isLeaving ? Future.succeededFuture() : overtaken();
            }
            renewedMillis = nowMillis();
            tell(Optional.empty());
            return Future.succeededFuture();
        });
    }

    private Optional<String> wanted(boolean isHeld) {
        return members.wanted(role.market, role.role, isHeld);
    }

    private Future<Void> overtaken() {
        LOG.warn("Another node is the active {} of {} now; this one stands by", role.role, role.market);
        return leave();
    }

    /// The lease is prolonged until the occupant is done.
    private Future<Void> leave() {
        state = State.LEAVING;
        busy = false;
        leaving = occupant.leave().otherwiseEmpty().compose(left -> {
            state = State.STANDBY;
            rules.standBy();
            tell(Optional.empty());
            return lease.release()
                    .onFailure(e -> LOG.debug("The lease was not given up", e))
                    .otherwiseEmpty();
        });
        return leaving;
    }

    /// Who ends does not stand by any more: the others need not wait for it to go first.
    private void tell(Optional<String> reason) {
        String standing = stopped ? NodeReport.Seat.OUT : NodeReport.Seat.STANDBY;
        status = seat(state == State.STANDBY ? standing : NodeReport.Seat.ACTIVE, reason);
    }

    private NodeReport.Seat seat(String as, Optional<String> reason) {
        return new NodeReport.Seat(role.market, role.role, role.settings.get(), as, fence, reason);
    }

    private long nowMillis() {
        return nanoTime.getAsLong() / 1_000_000;
    }
}
