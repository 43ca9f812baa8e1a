package dev.atalaya.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atalaya.cluster.Lease.Sight;
import dev.atalaya.testing.Waiting;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Who of two writers may store.
class WriterLeaseIT extends WithPersistenceBed {
    private WriterLease first;
    private WriterLease second;

    @BeforeEach
    void open() {
        first = lease("id1", Duration.ofMinutes(1));
        second = lease("id2", Duration.ofMinutes(1));
    }

    private WriterLease lease(String node, Duration life) {
        return new WriterLease(bed.vertx, database, "us", node, "the " + node, life);
    }

    @AfterEach
    void closeLeases() throws Exception {
        Waiting.await(first.close());
        Waiting.await(second.close());
    }

    private static LedgerRange range(long first, long last) {
        return range(first, last, "12:00:" + first, 1);
    }

    @Test
    void whatOneHoldsIsNotTakenByAnother() throws Exception {
        assertThat(Waiting.await(first.look())).isEmpty();
        assertThat(Waiting.await(first.take(Optional.empty()))).hasValue(1L);
        assertThat(Waiting.await(second.take(Optional.empty()))).isEmpty();
        assertThat(Waiting.await(second.look())).hasValue(new Sight("id1", "the id1", 1, 0));
    }

    @Test
    void aLeaseIsTakenOverOnlyAsItWasSeen() throws Exception {
        Waiting.await(first.take(Optional.empty()));
        Optional<Sight> seen = Waiting.await(second.look());
        assertThat(Waiting.await(first.renew())).isTrue();
        assertThat(Waiting.await(second.take(seen)))
                .as("it was prolonged since")
                .isEmpty();
        assertThat(Waiting.await(second.take(Waiting.await(second.look())))).hasValue(2L);
        assertThat(Waiting.await(first.renew())).as("it is another's").isFalse();
        Waiting.await(first.release());
        assertThat(Waiting.await(second.look())).map(Sight::node).hasValue("id2");
    }

    @Test
    void whoGivesItUpOrIsSilentNeedNotBeWaitedFor() throws Exception {
        Waiting.await(first.take(Optional.empty()));
        Waiting.await(first.release());
        assertThat(Waiting.await(second.take(Optional.empty()))).hasValue(2L);
        Waiting.await(second.release());
        WriterLease brief = lease("id3", Duration.ofMillis(300));
        assertThat(Waiting.await(brief.take(Optional.empty()))).hasValue(3L);
        Waiting.until(() -> Waiting.await(first.look()).isEmpty(), () -> "it still stands");
        assertThat(Waiting.await(first.take(Optional.empty()))).hasValue(4L);
        Waiting.await(brief.close());
    }

    @Test
    void aWriterThatWasOvertakenStoresNothing() throws Exception {
        WriterFence old =
                new WriterFence(Waiting.await(first.take(Optional.empty())).orElseThrow());
        ResultTable its = new ResultTable(bed.vertx, database, "us", old);
        assertThat(PersistenceBed.await(its.store(range(11, 20)))).isEqualTo(1);

        WriterFence fence = new WriterFence(
                Waiting.await(second.take(Waiting.await(second.look()))).orElseThrow());
        assertThatThrownBy(() -> PersistenceBed.await(its.store(range(21, 30))))
                .isInstanceOf(OverruledException.class)
                .hasMessageContaining("fencing number 1");
        assertThat(old.isOverruled()).isTrue();

        ResultTable table = new ResultTable(bed.vertx, database, "us", fence);
        assertThatThrownBy(() -> PersistenceBed.await(table.store(range(15, 25))))
                .as("its number is right, its range is not")
                .isInstanceOf(MovedException.class);
        assertThat(PersistenceBed.await(table.store(range(21, 25)))).isEqualTo(1);
        assertThat(fence.isOverruled()).isFalse();
        assertThat(bed.ledger())
                .containsExactly("11-20 MARKET_OPEN complete 10 1 journal", "21-25 MARKET_OPEN complete 5 1 journal");
        PersistenceBed.await(its.close());
        PersistenceBed.await(table.close());
    }
}
