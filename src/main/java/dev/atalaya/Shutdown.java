package dev.atalaya;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is to be done when the process is told to end, the last begun first. It is over in time even if a step
/// hangs: a step may take what is left of the time but for a reserve for each step behind it, and is interrupted
/// then. Safe for any thread.
final class Shutdown implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);
    private static final Duration AFTER_AN_INTERRUPT = Duration.ofMillis(100);

    private final Deque<Step> steps = new ArrayDeque<>();
    private final Duration limit;
    private final Duration reserve;
    private boolean over;

    /// @param limit for all steps together
    /// @param reserve of it, for each step that is still to come
    Shutdown(Duration limit, Duration reserve) {
        this.limit = limit;
        this.reserve = reserve;
    }

    /// Something to stop.
    interface Step {
        void run() throws Exception;
    }

    /// Adds a step that is done before all those added so far, also while they are being done.
    ///
    /// @throws InterruptedException if all is done already: the caller must not start anything any more
    synchronized void first(Step step) throws InterruptedException {
        if (over) {
            throw new InterruptedException("the process was told to end");
        }
        steps.push(step);
    }

    @Override
    public void run() {
        long end = System.nanoTime() + limit.toNanos();
        for (Step step = next(); step != null; step = next()) {
            Duration left = Duration.ofNanos(end - System.nanoTime()).minus(reserve.multipliedBy(behind()));
            Step now = step;
            Thread thread = Thread.ofPlatform().daemon().name("shutdown-step").start(() -> perform(now));
            try {
                if (!thread.join(left)) {
                    LOG.warn("A step of the shutdown takes too long and is left behind");
                    thread.interrupt();
                    thread.join(AFTER_AN_INTERRUPT);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static void perform(Step step) {
        try {
            step.run();
        } catch (Exception e) {
            LOG.warn("A step of the shutdown failed: {}", e.toString());
        }
    }

    private synchronized @Nullable Step next() {
        over = steps.isEmpty();
        return steps.poll();
    }

    private synchronized int behind() {
        return steps.size();
    }
}
