package dev.atalaya.bench;

import dev.atalaya.config.RedisSettings;
import dev.atalaya.redis.Keys;
import dev.atalaya.testing.TestServers;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.List;

/// What a scanner publishes of an upstream's snapshots, to the byte, so that a bare socket can publish it once
/// more, on keys of its own.
final class PublishRecording {
    private final Vertx vertx;
    private final RedisSettings redis;
    private final String prefix = TestServers.uniquePrefix();
    private final Keys keys = new Keys(prefix);
    private List<Recorder.Publish> publishes = List.of();

    PublishRecording(Vertx vertx, RedisSettings redis) {
        this.vertx = vertx;
        this.redis = redis;
    }

    /// Lets a scanner publish each snapshot once all of them have been shown.
    void record(VendorMarket market, Upstream upstream) throws Exception {
        try (Recorder recorder = new Recorder(redis);
                Upstream second = new Upstream(vertx, redis, prefix)) {
            second.putReferences(market);
            try (ScannerHost scanner = new ScannerHost(vertx, recorder.settings(), "us_recorded", prefix, "hourly")) {
                for (int i = -upstream.period(); i < upstream.period(); i++) {
                    upstream.show(i);
                    second.showThatOf(upstream);
                    if (i == 0) {
                        recorder.record();
                    }
                    scanner.scan();
                }
                publishes = recorder.publishes();
            }
        }
        if (publishes.size() != upstream.period()) {
            throw new IOException("Recorded " + publishes.size() + " publishes of " + upstream.period());
        }
    }

    /// Publishes a step's bytes over a bare socket, and answers how many milliseconds that took. What the number of
    /// an entry would make Redis refuse is removed before.
    double publish(BareRedis bare, int step) throws IOException {
        Recorder.Publish publish = publishes.get(Math.floorMod(step, publishes.size()));
        bare.send(BareRedis.command("DEL", keys.journal()), 1);
        bare.send(BareRedis.command("XTRIM", keys.deltas(), "MAXLEN", "50"), 1);
        long begin = System.nanoTime();
        bare.send(publish.bytes(), publish.commands());
        return (System.nanoTime() - begin) / 1e6;
    }
}
