package dev.atalaya.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.bus.NodeReport;
import dev.atalaya.testing.Waiting;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StandbyVerticleTest {
    private final Vertx vertx = Vertx.vertx();
    private final FakeLease lease = new FakeLease();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger stopping = new AtomicInteger();
    private final Promise<Void> mayStop = Promise.promise();

    @AfterEach
    void close() throws Exception {
        Waiting.await(vertx.close());
    }

    private final class Worker extends VerticleBase {
        @Override
        public Future<?> start() {
            running.incrementAndGet();
            return Future.succeededFuture();
        }

        @Override
        public Future<?> stop() {
            stopping.incrementAndGet();
            return mayStop.future().onComplete(done -> running.decrementAndGet());
        }
    }

    private static NodeReport own() {
        NodeReport.Seat seat =
                new NodeReport.Seat("us", "scanner", "f1", NodeReport.Seat.STANDBY, -1, Optional.empty());
        return new NodeReport("a", "own", "1", Instant.EPOCH, List.of("scanner"), List.of(seat));
    }

    private StandbyVerticle deploy(Future<Void> ready) throws Exception {
        StandbyVerticle standby = new StandbyVerticle(
                occupant -> new Candidate(
                        vertx,
                        new Candidate.Role("us", "scanner", () -> "f1"),
                        lease,
                        new Members(StandbyVerticleTest::own),
                        occupant,
                        InstantSource.system(),
                        System::nanoTime),
                fence -> new StandbyVerticle.Worker(new Worker(), () -> false),
                new DeploymentOptions(),
                ready);
        Waiting.await(vertx.deployVerticle(standby));
        return standby;
    }

    @Test
    void aWorkerThatIsMadeAnewWhileThisNodeLeavesDoesNotStay() throws Exception {
        StandbyVerticle standby = deploy(Promise.<Void>promise().future());
        Waiting.await(standby.enter(7));
        assertThat(running).hasValue(1);
        Future<Void> anew = standby.redeploy();
        Waiting.until(() -> stopping.get() == 1, () -> "the worker is not stopped");
        Future<Void> left = standby.leave();
        assertThat(left.isComplete()).as("while the old one still runs").isFalse();
        mayStop.complete();
        Waiting.await(anew);
        Waiting.await(left);
        assertThat(running).hasValue(0);
    }

    @Test
    void aWorkerThatIsMadeAnewWhileItIsDeployedIsMadeOfWhatThereIsThen() throws Exception {
        mayStop.complete();
        StandbyVerticle standby = deploy(Promise.<Void>promise().future());
        Future<Void> entered = standby.enter(7);
        Future<Void> anew = standby.redeploy();
        Waiting.await(entered);
        Waiting.await(anew);
        assertThat(stopping).as("the first one").hasValue(1);
        assertThat(running).hasValue(1);
    }

    @Test
    void aLeaseThatIsTakenWhileThisNodeEndsIsGivenUp() throws Exception {
        StandbyVerticle standby = deploy(Future.succeededFuture());
        Waiting.until(() -> lease.asked.equals(List.of("take")), lease.asked::toString);
        Waiting.on(Objects.requireNonNull(lease.context), () -> {
            Future<?> stopped = standby.stop();
            lease.taken.complete(Optional.of(7L));
            return stopped.mapEmpty();
        });
        assertThat(lease.asked).containsExactly("take", "release", "close");
        assertThat(standby.status().state()).as("nobody is to wait for it").isEqualTo(NodeReport.Seat.OUT);
        assertThat(running).hasValue(0);
    }
}
