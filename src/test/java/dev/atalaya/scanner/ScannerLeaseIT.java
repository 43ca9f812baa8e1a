package dev.atalaya.scanner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.cluster.Lease.Sight;
import dev.atalaya.redis.Keys;
import dev.atalaya.redis.RedisLink;
import dev.atalaya.testing.TestServers;
import dev.atalaya.testing.Waiting;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
@Timeout(60)
class ScannerLeaseIT {
    private final Keys keys = new Keys(TestServers.uniquePrefix());
    private RedisLink redis;
    private ScannerLease first;
    private ScannerLease second;

    @BeforeEach
    void connect(Vertx vertx) {
        redis = new RedisLink(vertx, TestServers.redis());
        first = lease(vertx, "id1", "the first", Duration.ofMinutes(1));
        second = lease(vertx, "id2", "the second", Duration.ofMinutes(1));
    }

    private ScannerLease lease(Vertx vertx, String node, String name, Duration life) {
        return new ScannerLease(
                new RedisLink(vertx, TestServers.redis()), keys, node, name, life, InstantSource.system());
    }

    @AfterEach
    void close() throws Exception {
        Waiting.await(first.close());
        Waiting.await(second.close());
        Waiting.await(redis.close());
    }

    private long fence() throws Exception {
        return Waiting.await(redis.send(Request.cmd(Command.GET).arg(keys.fence())))
                .toLong();
    }

    @Test
    void whatOneHoldsIsNotTakenByAnother() throws Exception {
        assertThat(Waiting.await(first.look())).isEmpty();
        long fence = Waiting.await(first.take(Optional.empty())).orElseThrow();
        assertThat(fence()).isEqualTo(fence);
        assertThat(Waiting.await(second.take(Optional.empty()))).isEmpty();
        assertThat(Waiting.await(second.look())).hasValue(new Sight("id1", "the first", fence, 0));
        assertThat(fence()).as("nothing was counted").isEqualTo(fence);
    }

    @Test
    void aLeaseIsTakenOverOnlyAsItWasSeen() throws Exception {
        long fence = Waiting.await(first.take(Optional.empty())).orElseThrow();
        Optional<Sight> seen = Waiting.await(second.look());
        assertThat(Waiting.await(first.renew())).isTrue();
        assertThat(Waiting.await(second.take(seen)))
                .as("it was prolonged since")
                .isEmpty();
        seen = Waiting.await(second.look());
        assertThat(Waiting.await(second.take(seen))).hasValue(fence + 1);
        assertThat(Waiting.await(first.renew())).as("it is another's").isFalse();
        Waiting.await(first.release());
        assertThat(Waiting.await(second.look())).map(Sight::node).hasValue("id2");
    }

    @Test
    void whoGivesItUpNeedNotBeWaitedFor() throws Exception {
        long fence = Waiting.await(first.take(Optional.empty())).orElseThrow();
        Waiting.await(first.release());
        assertThat(Waiting.await(second.look())).isEmpty();
        assertThat(Waiting.await(second.take(Optional.empty()))).hasValue(fence + 1);
    }

    @Test
    void aLeaseThatIsNotProlongedRunsOut(Vertx vertx) throws Exception {
        ScannerLease brief = lease(vertx, "id3", "brief", Duration.ofMillis(300));
        long fence = Waiting.await(brief.take(Optional.empty())).orElseThrow();
        Waiting.until(() -> Waiting.await(second.look()).isEmpty(), () -> "it still stands");
        assertThat(Waiting.await(second.take(Optional.empty()))).hasValue(fence + 1);
        Waiting.await(brief.close());
    }

    @Test
    void theNumbersOfARedisThatKnowsNoneBeginWithTheClock() throws Exception {
        long before = System.currentTimeMillis();
        assertThat(Waiting.await(first.take(Optional.empty())).orElseThrow()).isGreaterThan(before);
    }
}
