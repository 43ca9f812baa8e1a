package dev.atalaya;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ShutdownTest {
    private final List<String> done = new CopyOnWriteArrayList<>();
    private final Shutdown shutdown = new Shutdown(Duration.ofMillis(600), Duration.ofMillis(200));

    private void hang() throws InterruptedException {
        try {
            new CountDownLatch(1).await();
        } finally {
            done.add("interrupted");
        }
    }

    @Test
    void theLastBegunIsStoppedFirst() throws Exception {
        shutdown.first(() -> done.add("vertx"));
        shutdown.first(() -> done.add("servers"));
        shutdown.first(() -> done.add("node"));
        shutdown.run();
        assertThat(done).containsExactly("node", "servers", "vertx");
    }

    @Test
    void aStepThatFailsOrHangsDoesNotKeepTheOthersFromBeingDone() throws Exception {
        shutdown.first(() -> done.add("vertx"));
        shutdown.first(this::hang);
        shutdown.first(() -> {
            throw new IllegalStateException("broken");
        });
        shutdown.run();
        assertThat(done).containsExactly("interrupted", "vertx");
    }

    @Test
    void itIsOverInTimeEvenIfEveryStepHangs() throws Exception {
        for (int i = 0; i < 3; i++) {
            shutdown.first(this::hang);
        }
        long start = System.nanoTime();
        shutdown.run();
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(500), Duration.ofMillis(2000));
        assertThat(done).hasSize(3);
    }

    @Test
    void aStepThatIsAddedMeanwhileIsDoneToo() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch added = new CountDownLatch(1);
        shutdown.first(() -> {
            running.countDown();
            added.await();
        });
        Thread thread = Thread.ofPlatform().start(shutdown);
        assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();
        shutdown.first(() -> done.add("servers"));
        added.countDown();
        thread.join();
        assertThat(done).containsExactly("servers");
    }

    @Test
    void aStepThatComesTooLateIsRefused() {
        shutdown.run();
        assertThatThrownBy(() -> shutdown.first(() -> done.add("servers")))
                .isInstanceOf(InterruptedException.class)
                .hasMessage("the process was told to end");
    }
}
