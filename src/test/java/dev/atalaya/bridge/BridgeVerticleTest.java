package dev.atalaya.bridge;

import static dev.atalaya.testing.BridgeSocket.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atalaya.bus.AddressCatalogue;
import dev.atalaya.bus.BusFailure;
import dev.atalaya.bus.MarketAddresses;
import dev.atalaya.config.BridgeSettings;
import dev.atalaya.config.Secret;
import dev.atalaya.testing.BridgeSocket;
import dev.atalaya.testing.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A bridge over a real event bus, asked by plain sockets that are honest, hasty, slow or hostile. After each
/// of them it still answers.
class BridgeVerticleTest {
    private static final MarketAddresses ADDRESSES = new MarketAddresses("us");
    private static final Duration PATIENCE = Duration.ofMillis(300);
    private static final JsonObject STATS = new JsonObject().put("total_scans", 7);

    private final Vertx vertx = Vertx.vertx();
    private int port;

    @BeforeEach
    void aMarketThatAnswers() throws Exception {
        port = deploy("");
        vertx.eventBus().consumer(ADDRESSES.scannerStats(), (Message<JsonObject> request) -> request.reply(STATS));
        vertx.eventBus()
                .consumer(ADDRESSES.scannerList(), (Message<JsonObject> request) -> request.reply(request.body()));
        vertx.eventBus()
                .consumer(
                        ADDRESSES.persistenceLedger(),
                        (Message<JsonObject> request) -> request.fail(BusFailure.BAD_REQUEST, "day: '' is no date"));
        vertx.eventBus().consumer(ADDRESSES.scannerScan(), (Message<JsonObject> request) -> {});
    }

    private int deploy(String token) throws Exception {
        BridgeVerticle bridge = new BridgeVerticle(
                new BridgeSettings(true, "127.0.0.1", 0, new Secret(token)),
                AddressCatalogue.of(List.of(ADDRESSES)),
                PATIENCE);
        Waiting.await(vertx.deployVerticle(bridge));
        return bridge.actualPort();
    }

    @AfterEach
    void itStillAnswers() throws Exception {
        try (BridgeSocket client = new BridgeSocket(port)) {
            assertThat(client.ask(ADDRESSES.scannerStats(), new JsonObject()).getJsonObject("body"))
                    .isEqualTo(STATS);
        } finally {
            Waiting.await(vertx.close());
        }
    }

    @Test
    void aRequestIsAnsweredWhereItWantsTheAnswer() throws Exception {
        JsonObject body = new JsonObject().put("list", "winners").put("limit", 3);
        try (BridgeSocket client = new BridgeSocket(port)) {
            assertThat(client.ask(ADDRESSES.scannerList(), body))
                    .isEqualTo(new JsonObject()
                            .put("type", "message")
                            .put("address", "here")
                            .put("headers", new JsonObject())
                            .put("body", body)
                            .put("send", true));
            assertThat(client.send(request(ADDRESSES.scannerList())).receive().getJsonObject("body"))
                    .isEqualTo(new JsonObject());
        }
    }

    @Test
    void aFailureHasItsCodeAndItsReason() throws Exception {
        try (BridgeSocket client = new BridgeSocket(port)) {
            assertThat(client.ask(ADDRESSES.persistenceLedger(), new JsonObject()))
                    .isEqualTo(new JsonObject()
                            .put("type", "err")
                            .put("address", "here")
                            .put("sourceAddress", ADDRESSES.persistenceLedger())
                            .put("failureCode", 400)
                            .put("failureType", "RECIPIENT_FAILURE")
                            .put("message", "day: '' is no date"));
            assertThat(client.ask(ADDRESSES.persistenceStats(), new JsonObject())
                            .getString("failureType"))
                    .isEqualTo("NO_HANDLERS");
            JsonObject hasty = request(ADDRESSES.scannerScan()).put("headers", new JsonObject().put("timeout", 20));
            assertThat(client.send(hasty).receive().getString("failureType")).isEqualTo("TIMEOUT");
        }
    }

    @Test
    void whatIsPublishedComesOnceUntilItIsNotWantedAnyMore() throws Exception {
        JsonObject wish = new JsonObject().put("address", ADDRESSES.scannerCycles());
        JsonObject ping = new JsonObject().put("type", "ping");
        try (BridgeSocket client = new BridgeSocket(port)) {
            client.send(wish.copy().put("type", "register"))
                    .send(wish.copy().put("type", "register"))
                    .send(ping);
            assertThat(client.receive().getString("type")).isEqualTo("pong");
            vertx.eventBus().publish(ADDRESSES.scannerCycles(), new JsonObject().put("scan_no", 1));
            vertx.eventBus().publish(ADDRESSES.persistenceRuns(), new JsonObject().put("run_id", "other"));
            vertx.eventBus().publish(ADDRESSES.scannerCycles(), new JsonObject().put("scan_no", 2));
            for (int scanNo = 1; scanNo <= 2; scanNo++) {
                assertThat(client.receive())
                        .isEqualTo(new JsonObject()
                                .put("type", "message")
                                .put("address", ADDRESSES.scannerCycles())
                                .put("headers", new JsonObject())
                                .put("body", new JsonObject().put("scan_no", scanNo))
                                .put("send", false));
            }
            client.send(wish.copy().put("type", "unregister")).send(ping);
            assertThat(client.receive().getString("type")).isEqualTo("pong");
            vertx.eventBus().publish(ADDRESSES.scannerCycles(), new JsonObject().put("scan_no", 3));
            assertThat(client.send(wish.copy().put("type", "unregister"))
                            .receive()
                            .getString("message"))
                    .isEqualTo("unknown_address");
        }
    }

    static List<JsonObject> denied() {
        List<JsonObject> frames = new ArrayList<>();
        for (String address : List.of(
                ADDRESSES.persistenceSettle(),
                "atalaya.cluster.nodes",
                ADDRESSES.scannerCycles(),
                new MarketAddresses("other").scannerStats(),
                "__vertx.reply.somebody",
                "*",
                ".*")) {
            frames.add(request(address));
        }
        for (String type : List.of("register", "unregister", "publish")) {
            for (String address :
                    List.of(ADDRESSES.scannerStats(), "atalaya.cluster.nodes", ADDRESSES.persistenceSettle(), ".*")) {
                frames.add(new JsonObject().put("type", type).put("address", address));
            }
        }
        frames.add(new JsonObject().put("type", "publish").put("address", ADDRESSES.scannerCycles()));
        return frames;
    }

    @ParameterizedTest
    @MethodSource("denied")
    void whatTheCatalogueDoesNotNameIsDeniedAndTheConnectionGoesOn(JsonObject frame) throws Exception {
        List<Object> heard = new ArrayList<>();
        if (!frame.getString("address").equals(ADDRESSES.scannerStats())) { // whose consumer is asked below
            vertx.eventBus().consumer(frame.getString("address"), message -> heard.add(message.body()));
        }
        try (BridgeSocket client = new BridgeSocket(port)) {
            JsonObject answer = client.send(frame).receive();
            assertThat(answer.getString("type")).isEqualTo("err");
            assertThat(answer.getString("message")).isEqualTo("access_denied");
            assertThat(answer.getString("sourceAddress")).isEqualTo(frame.getString("address"));
            assertThat(answer.getString("address")).isEqualTo(frame.getString("replyAddress"));
            assertThat(client.ask(ADDRESSES.scannerStats(), new JsonObject()).getJsonObject("body"))
                    .isEqualTo(STATS);
        }
        assertThat(heard).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}|missing_address",
                "{'type':'send'}|missing_address",
                "{'type':'send','address':7}|missing_address",
                "{'type':'shout','address':'a'}|unknown_type",
                "{'type':{},'address':'a'}|unknown_type",
                "{'address':'a'}|unknown_type",
                "{'type':'send','address':'atalaya.us.scanner.stats','replyAddress':'r','body':[]}|body: a JSON object",
                "{'type':'send','address':'atalaya.us.scanner.stats','replyAddress':'r','body':'x'}|body: a JSON object",
                "{'type':'send','address':'atalaya.us.scanner.stats','headers':{'timeout':0}}|headers.timeout: a whole",
                "{'type':'send','address':'atalaya.us.scanner.stats','headers':{'timeout':-1}}|headers.timeout: a whole",
                "{'type':'send','address':'atalaya.us.scanner.stats','headers':{'timeout':'1'}}|headers.timeout: a whole",
                "{'type':'send','address':'atalaya.us.scanner.stats','headers':{'timeout':1e99}}|headers.timeout: a whole",
                "{'type':'send','address':'atalaya.us.scanner.stats','headers':{'timeout':99999999999999999999}}|headers."
            })
    void aFrameThatMakesNoSenseIsAnsweredAndTheConnectionGoesOn(String example) throws Exception {
        String[] parts = example.split("\\|", -1);
        try (BridgeSocket client = new BridgeSocket(port)) {
            JsonObject answer = client.bytes(BridgeSocket.frame(parts[0].replace('\'', '"')))
                    .receive();
            assertThat(answer.getString("type")).isEqualTo("err");
            assertThat(answer.getString("message")).startsWith(parts[1]);
            assertThat(client.ask(ADDRESSES.scannerStats(), new JsonObject()).getJsonObject("body"))
                    .isEqualTo(STATS);
        }
    }

    /// Headers choose no codec and no way: the library's bridge lets them.
    @Test
    void headersOfTheLibrarysBridgeChangeNothing() throws Exception {
        JsonObject headers =
                new JsonObject().put("codecName", "none").put("localOnly", 7).put("x", new JsonArray());
        try (BridgeSocket client = new BridgeSocket(port)) {
            assertThat(client.send(request(ADDRESSES.scannerStats()).put("headers", headers))
                            .receive()
                            .getJsonObject("body"))
                    .isEqualTo(STATS);
            assertThat(client.send(request(ADDRESSES.scannerStats()).put("headers", "none"))
                            .receive()
                            .getJsonObject("body"))
                    .isEqualTo(STATS);
        }
    }

    static List<byte[]> broken() {
        List<byte[]> examples = new ArrayList<>();
        for (int length : new int[] {0, -1, -4, Integer.MIN_VALUE, Integer.MAX_VALUE, 64 * 1024 + 1, 0x47455420}) {
            examples.add(
                    ByteBuffer.allocate(8).putInt(length).putInt(0x7B7D7B7D).array());
        }
        for (String text :
                List.of("{", "{\"type\":\"ping\"", "[]", "null", "7", "\"ping\"", "{}{}", "{\"a\":\u0000}")) {
            examples.add(BridgeSocket.frame(text));
        }
        examples.add(BridgeSocket.frame("[".repeat(60_000)));
        examples.add(BridgeSocket.frame("{\"a\":".repeat(10_000)));
        examples.add(new byte[] {0, 0, 0, 4, '{', (byte) 0xff, (byte) 0xfe, '}'});
        return examples;
    }

    @ParameterizedTest
    @MethodSource("broken")
    void whatCannotBeReadIsAnsweredAndTheConnectionClosed(byte[] bytes) throws Exception {
        try (BridgeSocket neighbour = new BridgeSocket(port);
                BridgeSocket client = new BridgeSocket(port)) {
            client.bytes(bytes);
            client.bytes(BridgeSocket.frame("{\"type\":\"ping\"}")); // is not looked at any more
            JsonObject answer = client.receive();
            assertThat(answer.getString("type")).isEqualTo("err");
            assertThat(answer.getString("message")).startsWith("broken_frame: a frame h");
            assertThat(client.isClosed()).isTrue();
            assertThat(neighbour.ask(ADDRESSES.scannerStats(), new JsonObject()).getJsonObject("body"))
                    .isEqualTo(STATS);
        }
    }

    @Test
    void theReasonReachesAClientThatGoesOnSending() throws Exception {
        try (BridgeSocket client = new BridgeSocket(port)) {
            client.bytes(ByteBuffer.allocate(4).putInt(Integer.MAX_VALUE).array());
            client.bytes(new byte[2 << 20]);
            assertThat(client.receive().getString("message")).startsWith("broken_frame: a frame has 1 to 65536 bytes");
            assertThat(client.isClosed()).isTrue();
        }
    }

    @Test
    void theLargestFrameIsTakenByteByByteToo() throws Exception {
        JsonObject body = new JsonObject().put("list", "x".repeat(65_000));
        try (BridgeSocket client = new BridgeSocket(port)) {
            assertThat(client.ask(ADDRESSES.scannerList(), body).getJsonObject("body"))
                    .isEqualTo(body);
            for (byte one : BridgeSocket.frame(request(ADDRESSES.scannerStats()).encode())) {
                client.bytes(one);
            }
            assertThat(client.receive().getJsonObject("body")).isEqualTo(STATS);
        }
    }

    @Test
    void aFrameThatDoesNotEndIsGivenUp() throws Exception {
        byte[] frame = BridgeSocket.frame(request(ADDRESSES.scannerStats()).encode());
        for (int length : new int[] {1, 3, 4, 5, frame.length - 1}) {
            try (BridgeSocket client = new BridgeSocket(port)) {
                client.bytes(Arrays.copyOf(frame, length));
                assertThat(client.receive().getString("message"))
                        .isEqualTo("broken_frame: the rest of a frame did not come within 300 ms");
                assertThat(client.isClosed()).isTrue();
            }
        }
    }

    @Test
    void aClientThatSaysNothingMayStay() throws Exception {
        try (BridgeSocket client = new BridgeSocket(port)) {
            client.send(new JsonObject().put("type", "ping"));
            assertThat(client.receive().getString("type")).isEqualTo("pong");
            Thread.sleep(3 * PATIENCE.toMillis());
            assertThat(client.ask(ADDRESSES.scannerStats(), new JsonObject()).getString("type"))
                    .isEqualTo("message");
        }
    }

    /// Vert.x ends the connections of a client that nobody holds any more, half a minute after memory was cleaned up.
    @Test
    void aClientThatWatchesIsHeldByItsConnection() throws Exception {
        List<WeakReference<Object>> clients = new CopyOnWriteArrayList<>();
        Vertx watched = (Vertx) Proxy.newProxyInstance(
                Vertx.class.getClassLoader(), new Class<?>[] {Vertx.class}, (proxy, method, with) -> {
                    Object answer = method.invoke(vertx, with);
                    if (answer instanceof NetClient) {
                        clients.add(new WeakReference<>(answer));
                    }
                    return answer;
                });
        List<JsonObject> heard = new CopyOnWriteArrayList<>();
        Waiting.on(
                vertx.getOrCreateContext(),
                () -> BridgeClient.connect(watched, "127.0.0.1", port, new Secret(""), Duration.ofSeconds(10))
                        .compose(connected -> connected.watch(ADDRESSES.scannerCycles(), heard::add)));
        WeakReference<Object> garbage = new WeakReference<>(new Object());
        Waiting.until(
                () -> {
                    System.gc();
                    return garbage.get() == null;
                },
                () -> "garbage is kept");
        assertThat(clients).singleElement().extracting(WeakReference::get).isNotNull();
        vertx.eventBus().publish(ADDRESSES.scannerCycles(), STATS);
        Waiting.until(() -> heard.equals(List.of(STATS)), heard::toString);
    }

    @Test
    void manyRequestsAtOnceAreAllAnsweredAFewAtATime() throws Exception {
        AtomicInteger underWay = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        vertx.eventBus().consumer(ADDRESSES.persistenceStats(), (Message<JsonObject> request) -> {
            most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
            vertx.setTimer(5, later -> {
                underWay.decrementAndGet();
                request.reply(new JsonObject());
            });
        });
        int count = 300;
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            all.writeBytes(BridgeSocket.frame(request(ADDRESSES.persistenceStats())
                    .put("replyAddress", "r" + i)
                    .encode()));
        }
        Set<String> answered = new HashSet<>();
        try (BridgeSocket client = new BridgeSocket(port)) {
            client.bytes(all.toByteArray());
            for (int i = 0; i < count; i++) {
                answered.add(client.receive().getString("address"));
            }
        }
        assertThat(answered).hasSize(count);
        assertThat(most).hasValueLessThanOrEqualTo(8);
    }

    @Test
    void aClientThatDoesNotReadIsLetGo() throws Exception {
        JsonObject large = new JsonObject().put("text", "x".repeat(1 << 20));
        try (BridgeSocket client = new BridgeSocket(port)) {
            client.send(new JsonObject().put("type", "register").put("address", ADDRESSES.scannerCycles()))
                    .send(new JsonObject().put("type", "ping"));
            client.receive();
            for (int i = 0; i < 40; i++) {
                vertx.eventBus().publish(ADDRESSES.scannerCycles(), large);
                Thread.sleep(5);
            }
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 40; i++) {
                            client.receive();
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void tooManyAreTurnedAway() throws Exception {
        List<BridgeSocket> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                clients.add(new BridgeSocket(port));
                clients.getLast().send(new JsonObject().put("type", "ping")).receive();
            }
            try (BridgeSocket late = new BridgeSocket(port)) {
                assertThat(late.receive().getString("message")).startsWith("too_many_connections");
                assertThat(late.isClosed()).isTrue();
            }
        } finally {
            for (BridgeSocket client : clients) {
                client.close();
            }
        }
        Waiting.until(
                () -> {
                    try (BridgeSocket client = new BridgeSocket(port)) {
                        return client.send(new JsonObject().put("type", "ping"))
                                .receive()
                                .getString("type")
                                .equals("pong");
                    }
                },
                () -> "there is room again");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'token':'wrong'}",
                "{'token':''}",
                "{'token':7}",
                "{'token':null}",
                "{'token':{}}",
                "{'token':'of the tes'}",
                "{'token':'of the testt'}"
            })
    void withoutTheTokenNothingIsAnswered(String headers) throws Exception {
        int guarded = deploy("of the test");
        try (BridgeSocket client = new BridgeSocket(guarded)) {
            client.send(request(ADDRESSES.scannerStats()).put("headers", new JsonObject(headers.replace('\'', '"'))));
            assertThat(client.receive().getString("message")).startsWith("wrong_token");
            assertThat(client.isClosed()).isTrue();
        }
        try (BridgeSocket client = new BridgeSocket(guarded)) {
            client.send(new JsonObject().put("type", "ping"));
            assertThat(client.receive().getString("message")).startsWith("wrong_token");
            assertThat(client.isClosed()).isTrue();
        }
    }

    @Test
    void theTokenIsSaidOnceAndInTime() throws Exception {
        int guarded = deploy("of the test");
        try (BridgeSocket client = new BridgeSocket(guarded);
                BridgeSocket silent = new BridgeSocket(guarded)) {
            client.send(
                    new JsonObject().put("type", "ping").put("headers", new JsonObject().put("token", "of the test")));
            assertThat(client.receive().getString("type")).isEqualTo("pong");
            assertThat(silent.receive().getString("message")).isEqualTo("wrong_token: none came within 300 ms");
            assertThat(silent.isClosed()).isTrue();
            assertThat(client.ask(ADDRESSES.scannerStats(), new JsonObject()).getJsonObject("body"))
                    .isEqualTo(STATS);
        }
    }

    @Test
    void noBytesWhateverTheyAreDisturbOthers() throws Exception {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        byte[] honest = BridgeSocket.frame(request(ADDRESSES.scannerStats()).encode());
        try (BridgeSocket neighbour = new BridgeSocket(port)) {
            for (int i = 0; i < 300; i++) {
                byte[] bytes = honest.clone();
                for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                }
                try (BridgeSocket client = new BridgeSocket(port)) {
                    client.bytes(bytes);
                }
                assertThat(neighbour
                                .ask(ADDRESSES.scannerStats(), new JsonObject())
                                .getJsonObject("body"))
                        .as("seed %d, number %d", seed, i)
                        .isEqualTo(STATS);
            }
        }
    }

    @Test
    void aPortThatIsTakenIsNamed() {
        BridgeVerticle second = new BridgeVerticle(
                new BridgeSettings(true, "127.0.0.1", port, new Secret("")), AddressCatalogue.of(List.of(ADDRESSES)));
        Vertx other = Vertx.vertx(); // within one Vert.x the port would be shared
        try {
            assertThatThrownBy(() -> Waiting.await(other.deployVerticle(second)))
                    .hasMessageContaining(
                            "bridge.port: port " + port + " of 127.0.0.1 cannot be taken; give each node");
        } finally {
            other.close();
        }
    }
}
