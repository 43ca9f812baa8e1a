package dev.atalaya;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is to be done when the process is told to end, the last begun first. Safe for any thread.
final class Shutdown implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

    private final Deque<Step> steps = new ArrayDeque<>();

    /// Something to stop.
    interface Step {
        void run() throws Exception;
    }

    /// Adds a step that is done before all those added so far.
    synchronized void first(Step step) {
        steps.push(step);
    }

    @Override
    public void run() {
        for (Step step = next(); step != null; step = next()) {
            try {
                step.run();
            } catch (Exception e) {
                LOG.warn("A step of the shutdown failed: {}", e.toString());
            }
        }
    }

    private synchronized @Nullable Step next() {
        return steps.poll();
    }
}
