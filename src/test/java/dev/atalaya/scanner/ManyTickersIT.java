package dev.atalaya.scanner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.bench.VendorMarket;
import dev.atalaya.bus.CycleSummary;
import dev.atalaya.config.RedisSettings;
import dev.atalaya.config.Secret;
import dev.atalaya.testing.TestServers;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.junit5.VertxExtension;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// A market many times the usual size, scanned by a process of its own with a gigabyte of heap.
@ExtendWith(VertxExtension.class)
@Timeout(180)
class ManyTickersIT {
    private static final int TICKERS = 200_000;
    private static final int REFERENCES_AT_ONCE = 1_000;

    /// What the process of its own does: scans, prints what came of it, scans once more, and ends.
    public static void main(String[] arguments) throws Exception {
        Vertx vertx = Vertx.vertx();
        ScannerBed bed = new ScannerBed(vertx, patient(arguments[0]), arguments[1]);
        bed.feed.put("max_bytes", 256 << 20);
        bed.start();
        bed.firstCycle();
        System.out.println(bed.stats().encode());
        bed.send(Request.cmd(Command.SETRANGE)
                .arg(bed.keys.snapshot())
                .arg("{\"timestamp\":\"".length())
                .arg(now().toString()));
        CycleSummary second = bed.scan();
        System.out.println(second.tickers() + " tickers, the second time " + second.durationMillis() + " ms, "
                + second.stageMillis());
        bed.undeploy();
        ScannerBed.await(vertx.close());
        System.exit(0);
    }

    /// A market of this size takes seconds to write on a busy machine.
    private static RedisSettings patient(String uri) {
        return new RedisSettings(uri, "", new Secret(""), Duration.ofSeconds(30));
    }

    /// Of the same length each time.
    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).plusMillis(1);
    }

    @Test
    void twoHundredThousandTickersAreScannedInAGigabyte(Vertx vertx) throws Exception {
        String prefix = TestServers.uniquePrefix();
        ScannerBed bed = new ScannerBed(vertx, patient(TestServers.redis().uri()), prefix);
        VendorMarket market = new VendorMarket(TICKERS, 7);
        for (int from = 0; from < TICKERS; from += REFERENCES_AT_ONCE) {
            Request request = Request.cmd(Command.MSET);
            for (int i = from; i < from + REFERENCES_AT_ONCE; i++) {
                request.arg(bed.keys.reference(market.symbol(i))).arg(market.reference(i));
            }
            bed.send(request);
        }
        bed.send(Request.cmd(Command.SET).arg(bed.keys.snapshot()).arg(Buffer.buffer(market.next(now(), 1))));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ManyTickersIT.class.getName(),
                        TestServers.redis().uri(),
                        prefix)
                .redirectErrorStream(true)
                .start();
        try {
            CompletableFuture<List<String>> printed = CompletableFuture.supplyAsync(
                    () -> process.inputReader().lines().toList());
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("it ends").isTrue();
            List<String> lines = printed.get(10, TimeUnit.SECONDS);
            lines.forEach(line -> System.out.println("ManyTickersIT: " + line));
            assertThat(process.exitValue()).isZero();
            assertThat(lines).noneMatch(line -> line.contains("WARN") || line.contains("ERROR"));
            assertThat(lines.getFirst()).contains("\"tickers\":" + TICKERS, "\"last_filtered\":1000");
            assertThat(lines.getLast()).startsWith(TICKERS + " tickers");
            assertThat(bed.symbols(bed.keys.session("MARKET_OPEN"))).hasSize(1000);
        } finally {
            process.destroyForcibly();
            for (int from = 0; from < TICKERS; from += REFERENCES_AT_ONCE) {
                Request request = Request.cmd(Command.DEL).arg(bed.keys.snapshot());
                for (int i = from; i < from + REFERENCES_AT_ONCE; i++) {
                    request.arg(bed.keys.reference(market.symbol(i)));
                }
                bed.send(request);
            }
        }
    }
}
