package dev.atalaya.feed;

import dev.atalaya.config.FeedSettings;
import dev.atalaya.market.Reference;
import dev.atalaya.market.Snapshot;
import dev.atalaya.market.SymbolTable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The vendor's snapshot endpoint, asked each time a snapshot is wanted; what is known of the symbols comes
/// from a file. The vendor's answer carries no time of its own: the newest update of a ticker in it is the
/// snapshot's. After an answer that is none, the next question waits, longer each time; meanwhile there is no
/// new snapshot.
public final class HttpFeed implements Feed {
    private static final Logger LOG = LoggerFactory.getLogger(HttpFeed.class);
    private static final int EXPECTED_TICKERS = 16_384;
    private static final int EXPECTED_BYTES = 12 << 20;
    /// The vendor's clock may be ahead of ours.
    private static final Duration AHEAD = Duration.ofSeconds(60);

    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
    /// However long the vendor says.
    private static final Duration LONGEST_ASKED_WAIT = Duration.ofMinutes(10);

    private final Vertx vertx;
    private final FeedSettings.Http settings;
    private final InstantSource wall;
    private final RandomGenerator random;
    private final HttpClient client;
    private final SymbolTable symbols = new SymbolTable(EXPECTED_TICKERS);
    private final VendorSnapshotDecoder decoder;
    private final SnapshotBytes bytes;
    private Instant last = Instant.MIN;
    private Instant nextQuestion = Instant.MIN;
    private int failures;

    // on the worker that decodes; its helper looks symbols up at the same time, and finds the same
    private Map<String, Reference> file = Map.of();
    private @Nullable FileTime fileTime;
    private Instant nextLook = Instant.MIN;
    private @Nullable Reference[] references = new Reference[0];

    /// @param random spreads the waits of those who were refused together
    public HttpFeed(Vertx vertx, FeedSettings feed, InstantSource wall, RandomGenerator random) {
        this.vertx = vertx;
        this.decoder = new VendorSnapshotDecoder(symbols, EXPECTED_TICKERS, vertx);
        this.settings = feed.http();
        this.wall = wall;
        this.random = random;
        this.bytes = new SnapshotBytes(EXPECTED_BYTES, feed.maxBytes());
        this.client = vertx.createHttpClient(new HttpClientOptions()
                .setConnectTimeout((int) settings.timeout().toMillis())
                .setDecompressionSupported(true));
    }

    @Override
    public SymbolTable symbols() {
        return symbols;
    }

    @Override
    public Future<Optional<Snapshot>> next() {
        Instant now = wall.instant();
        if (now.isBefore(nextQuestion)) {
            return Future.succeededFuture(Optional.empty());
        }
        return ask().onSuccess(answered -> failures = 0)
                .recover(e -> Future.failedFuture(waitAfter(e)))
                .compose(answered -> vertx.executeBlocking(
                        () -> {
                            lookAtFile(now);
                            return decoder.decode(bytes, this::reference, now.plus(AHEAD));
                        },
                        false))
                .map(snapshot -> {
                    boolean seen = snapshot.time().equals(last);
                    last = snapshot.time();
                    return seen ? Optional.empty() : Optional.of(snapshot);
                });
    }

    /// Reads the answer into the bytes.
    private Future<Void> ask() {
        RequestOptions question = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setAbsoluteURI(settings.uri())
                .setConnectTimeout(settings.timeout().toMillis())
                .setIdleTimeout(settings.timeout().toMillis())
                .putHeader(HttpHeaders.ACCEPT, "application/json");
        if (!settings.key().value().isEmpty()) {
            question.putHeader(
                    HttpHeaders.AUTHORIZATION, "Bearer " + settings.key().value());
        }
        return client.request(question)
                .compose(request -> request.send()
                        .compose(answer -> read(answer))
                        .timeout(settings.timeout().toMillis(), TimeUnit.MILLISECONDS)
                        .onFailure(e -> request.reset()));
    }

    private Future<Void> read(HttpClientResponse answer) {
        Promise<Void> read = Promise.promise();
        answer.exceptionHandler(read::tryFail);
        if (answer.statusCode() != 200) {
            return Future.failedFuture(new Refusal(answer));
        }
        bytes.clear();
        try {
            bytes.requireRoom(announced(answer));
        } catch (IllegalStateException e) {
            return Future.failedFuture(e);
        }
        answer.handler(piece -> {
            try {
                bytes.handle(piece);
            } catch (IllegalStateException e) {
                read.tryFail(e);
            }
        });
        answer.endHandler(ended -> {
            bytes.end();
            read.tryComplete();
        });
        return read.future();
    }

    private static long announced(HttpClientResponse answer) {
        String length = answer.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null || !length.matches("\\d{1,18}") ? 0 : Long.parseLong(length);
    }

    /// The vendor answered, but with no snapshot.
    private static final class Refusal extends Exception {
        private static final long serialVersionUID = 1;
        private final String retryAfter;

        Refusal(HttpClientResponse answer) {
            super(answer.statusCode() + " " + answer.statusMessage());
            String header = answer.getHeader(HttpHeaders.RETRY_AFTER);
            retryAfter = header == null ? "" : header.strip();
        }
    }

    /// Puts the next question off and says so.
    private Throwable waitAfter(Throwable failure) {
        Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(failures++, 10));
        wait = wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
        wait = Duration.ofMillis((long) (wait.toMillis() * random.nextDouble(0.5, 1)));
        if (failure instanceof Refusal refusal && refusal.retryAfter.matches("\\d{1,9}")) {
            Duration asked = Duration.ofSeconds(Long.parseLong(refusal.retryAfter));
            wait = asked.compareTo(LONGEST_ASKED_WAIT) > 0 ? LONGEST_ASKED_WAIT : asked;
        }
        nextQuestion = wall.instant().plus(wait);
        String why = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        return new IOException("The vendor gave no snapshot: " + why, failure);
    }

    /// Reads the file if it is time to look and it is another one; one that cannot be read leaves what was
    /// known.
    private void lookAtFile(Instant now) {
        if (settings.reference().toString().isEmpty() || now.isBefore(nextLook)) {
            return;
        }
        nextLook = now.plus(settings.referenceRefresh());
        try {
            FileTime written = Files.getLastModifiedTime(settings.reference());
            if (!written.equals(fileTime)) {
                file = ReferenceFile.read(settings.reference());
                fileTime = written;
                references = new Reference[symbols.size()];
            }
        } catch (IOException e) {
            LOG.warn("The reference data could not be read: {}", e.getMessage());
        }
    }

    private Reference reference(int symbolId) {
        @Nullable Reference[] all = references;
        if (all.length <= symbolId) {
            all = Arrays.copyOf(all, Math.max(symbols.size(), symbolId + 1) * 2);
            references = all;
        }
        Reference known = all[symbolId];
        if (known == null) {
            known = file.getOrDefault(symbols.name(symbolId), Reference.UNKNOWN);
            all[symbolId] = known;
        }
        return known;
    }

    @Override
    public Future<Void> close() {
        return client.close();
    }
}
