package dev.atalaya.redis;

import static dev.atalaya.redis.FencedConnection.Outcome.COMMITTED;
import static dev.atalaya.redis.FencedConnection.Outcome.FENCED_OFF;
import static dev.atalaya.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atalaya.config.RedisSettings;
import dev.atalaya.testing.Relay;
import dev.atalaya.testing.TestServers;
import dev.atalaya.testing.Waiting;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
@Timeout(60)
class FencedConnectionIT {
    private final String prefix = TestServers.uniquePrefix();
    private final String fence = prefix + "fence";
    private final String key = prefix + "key";
    private Vertx vertx;
    private Context loop;
    private RedisLink redis;

    @BeforeEach
    void takeAnEventLoop(Vertx vertx) {
        this.vertx = vertx;
        loop = vertx.getOrCreateContext();
        redis = new RedisLink(vertx, TestServers.redis());
    }

    @AfterEach
    void close() throws Exception {
        await(redis.close());
    }

    private <T> T on(Supplier<Future<T>> call) throws Exception {
        return Waiting.on(loop, call);
    }

    private FencedConnection holder() {
        return holder(TestServers.redis());
    }

    private FencedConnection holder(RedisSettings settings) {
        return new FencedConnection(vertx, settings, fence, InstantSource.system());
    }

    private void open(FencedConnection holder) throws Exception {
        on(() -> holder.open(Map.of(key, "string")));
    }

    private FencedConnection.Outcome write(FencedConnection holder, String value) throws Exception {
        return on(() -> holder.write(set(value)));
    }

    private Consumer<CommandWriter> set(String value) {
        return commands -> commands.command("SET", 2).arg(key).arg(value);
    }

    private String get(String name) throws Exception {
        return String.valueOf(await(redis.send(Request.cmd(Command.GET).arg(name))));
    }

    private void send(Command command, String... args) throws Exception {
        Request request = Request.cmd(command);
        for (String arg : args) {
            request.arg(arg);
        }
        await(redis.send(request));
    }

    @Test
    void whoeverTakesTheFenceLaterWritesAndTheOtherChangesNothingAnyMore() throws Exception {
        FencedConnection first = holder();
        open(first);
        assertThat(write(first, "one")).isEqualTo(COMMITTED);
        assertThat(write(first, "two")).isEqualTo(COMMITTED);
        FencedConnection second = holder();
        open(second);
        assertThat(second.fence()).isGreaterThan(first.fence());

        assertThat(write(first, "three")).isEqualTo(FENCED_OFF);
        assertThat(get(key)).isEqualTo("two");
        assertThat(first.isFencedOff()).isTrue();
        assertThat(first.isOpen()).isFalse();
        assertThatThrownBy(() -> open(first)).hasMessageContaining("Another scanner has taken over");
        assertThat(get(fence)).isEqualTo(Long.toString(second.fence()));
        assertThat(write(second, "four")).isEqualTo(COMMITTED);
        assertThat(get(key)).isEqualTo("four");
        on(second::close);
    }

    @Test
    void eachConnectionTakesAFenceOfItsOwn() throws Exception {
        FencedConnection holder = holder();
        open(holder);
        long number = holder.fence();
        on(holder::close);
        assertThat(holder.isOpen()).isFalse();
        open(holder);
        assertThat(holder.fence()).isEqualTo(number + 1);
        assertThat(write(holder, "one")).isEqualTo(COMMITTED);
        on(holder::close);
    }

    /// As of a connection that froze with a write on it and was given up.
    @Test
    void aWriteThatArrivesAfterTheNextConnectionWasOpenedChangesNothing() throws Exception {
        FencedConnection holder = holder();
        open(holder);
        assertThat(write(holder, "one")).isEqualTo(COMMITTED);
        RedisSocket frozen = on(() -> new RedisSockets(vertx, TestServers.redis()).open());
        on(() -> frozen.send(commands -> commands.command("WATCH", 1).arg(fence)));
        on(holder::close);
        open(holder);
        List<Reply> late = on(() -> frozen.send(commands -> {
            commands.command("MULTI", 0);
            commands.command("SET", 2).arg(key).arg("late");
            commands.command("EXEC", 0);
        }));
        assertThat(late.getLast().isNil()).isTrue();
        assertThat(get(key)).isEqualTo("one");
        assertThat(write(holder, "two")).isEqualTo(COMMITTED);
        on(frozen::close);
        on(holder::close);
    }

    @Test
    void aFenceThatRedisRestoredLowerIsRaisedAboveOurs() throws Exception {
        FencedConnection holder = holder();
        open(holder);
        assertThat(write(holder, "one")).isEqualTo(COMMITTED);
        send(Command.SET, fence, "5");
        theFenceIsTakenAnew(holder);
    }

    @Test
    void aFenceThatRedisLostIsRaisedAboveOurs() throws Exception {
        FencedConnection holder = holder();
        open(holder);
        assertThat(write(holder, "one")).isEqualTo(COMMITTED);
        send(Command.DEL, fence);
        theFenceIsTakenAnew(holder);
    }

    private void theFenceIsTakenAnew(FencedConnection holder) throws Exception {
        long before = holder.fence();
        assertThatThrownBy(() -> write(holder, "two")).hasMessageContaining("The fence changed under a write");
        assertThat(get(key)).isEqualTo("one");
        assertThat(holder.isOpen()).isFalse();
        assertThat(holder.isFencedOff()).isFalse();
        open(holder);
        assertThat(holder.fence()).isGreaterThan(before);
        assertThat(get(fence)).isEqualTo(Long.toString(holder.fence()));
        assertThat(write(holder, "three")).isEqualTo(COMMITTED);
        on(holder::close);
    }

    @Test
    void aCommandThatFailsWithinAWriteFailsItAndClosesTheConnection() throws Exception {
        FencedConnection holder = holder();
        open(holder);
        assertThatThrownBy(() -> on(() -> holder.write(set("text")
                        .andThen(commands -> commands.command("INCR", 1).arg(key)))))
                .hasMessageContaining("A part of a write was refused: ERR value is not an integer");
        assertThat(holder.isOpen()).isFalse();
        open(holder);
        assertThat(write(holder, "one")).isEqualTo(COMMITTED);
        on(holder::close);
    }

    @Test
    void aCommandThatRedisDoesNotTakeFailsTheWholeWrite() throws Exception {
        FencedConnection holder = holder();
        open(holder);
        assertThatThrownBy(() -> on(() -> holder.write(set("text").andThen(commands -> commands.command("INCR", 0)))))
                .hasMessageContaining("wrong number of arguments");
        assertThat(get(key)).isEqualTo("null");
        assertThat(holder.isOpen()).isFalse();
    }

    @Test
    void aKeyOfAnotherTypeIsRefusedBeforeTheFenceIsTaken() throws Exception {
        send(Command.LPUSH, key, "x");
        FencedConnection holder = holder();
        assertThatThrownBy(() -> open(holder)).hasMessageContaining(key + " holds a list where a string is written");
        assertThat(holder.isOpen()).isFalse();
        assertThat(get(fence)).isEqualTo("null");
    }

    private Relay relay() throws Exception {
        return Relay.listen(0, URI.create(TestServers.redis().uri()));
    }

    private FencedConnection holderBehind(Relay relay) throws Exception {
        FencedConnection holder = holder(TestServers.redisAt("redis://127.0.0.1:" + relay.port()));
        open(holder);
        assertThat(write(holder, "one")).isEqualTo(COMMITTED);
        return holder;
    }

    @Test
    void aWriteWhoseConnectionIsCutFailsAndTheConnectionIsNotOpen() throws Exception {
        try (Relay relay = relay()) {
            FencedConnection holder = holderBehind(relay);
            relay.holdFrom("EXEC");
            Future<FencedConnection.Outcome> write =
                    vertx.<FencedConnection.Outcome>executeBlocking(() -> write(holder, "two"), false);
            Waiting.until(relay::isHolding, () -> "nothing was sent");
            relay.cut();
            assertThatThrownBy(() -> await(write)).hasMessageContaining("Redis closed the connection");
            assertThat(holder.isOpen()).isFalse();
            assertThat(get(key)).isEqualTo("one");

            relay.release();
            open(holder);
            assertThat(write(holder, "three")).isEqualTo(COMMITTED);
            on(holder::close);
        }
    }

    @Test
    void thereMayBeNoKeysToCheck() throws Exception {
        FencedConnection holder = holder();
        on(() -> holder.open(Map.of()));
        assertThat(holder.isOpen()).isTrue();
        on(holder::close);
    }

    @Test
    void aFenceThatIsTakenBetweenAWriteAndTheArmingOfTheNextIsNoticed() throws Exception {
        try (Relay relay = relay()) {
            FencedConnection holder = holderBehind(relay);
            relay.holdFrom("*2\r\n$5\r\nWATCH");
            Future<FencedConnection.Outcome> write =
                    vertx.<FencedConnection.Outcome>executeBlocking(() -> write(holder, "two"), false);
            Waiting.until(() -> get(key).equals("two"), () -> "nothing was written");
            send(Command.INCR, fence);
            relay.release();
            assertThat(await(write)).isEqualTo(COMMITTED);

            assertThat(holder.isFencedOff()).isTrue();
            assertThat(holder.isOpen()).isFalse();
            assertThatThrownBy(() -> open(holder)).hasMessageContaining("Another scanner has taken over");
            assertThat(get(key)).isEqualTo("two");
        }
    }
}
