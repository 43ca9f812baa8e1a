package dev.atalaya.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atalaya.config.RedisSettings;
import dev.atalaya.config.Secret;
import dev.atalaya.testing.Protocol;
import dev.atalaya.testing.Relay;
import dev.atalaya.testing.TestServers;
import dev.atalaya.testing.Waiting;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
@Timeout(60)
class RedisLinkIT {
    private Relay relay;
    private RedisLink link;

    @BeforeEach
    void connect(Vertx vertx) throws Exception {
        relay = Relay.listen(0, URI.create(TestServers.redis().uri()), Protocol.REDIS);
        link = new RedisLink(vertx, new RedisSettings(relay.uri(), "", new Secret(""), Duration.ofMillis(200)));
    }

    @AfterEach
    void close() throws Exception {
        relay.close();
        Waiting.await(link.close());
    }

    private List<Future<Response>> ping(int times) {
        return Stream.generate(() -> link.send(Request.cmd(Command.PING)))
                .limit(times)
                .toList();
    }

    private void assertAnswers(int times) throws Exception {
        assertThat(Waiting.await(Future.all(ping(times))).<Response>list())
                .hasSize(times)
                .allSatisfy(answer -> assertThat(answer).hasToString("PONG"));
    }

    @Test
    void connectionsThatAreFrozenForGoodAreGivenUpForOthers() throws Exception {
        assertAnswers(20);
        for (int round = 0; round < 3; round++) {
            relay.freezeThose();
            for (Future<Response> command : ping(20)) {
                assertThatThrownBy(() -> Waiting.await(command)).isNotNull();
            }
            assertAnswers(20);
        }
    }

    @Test
    void aConnectionThatIsFrozenBeforeItIsOpenIsGivenUpToo() throws Exception {
        relay.freeze();
        for (Future<Response> command : ping(20)) {
            assertThatThrownBy(() -> Waiting.await(command)).isNotNull();
        }
        relay.thaw();
        assertAnswers(20);
    }

    @Test
    void aConnectionThatIsCutCostsItsOwnCommandsOnly() throws Exception {
        assertAnswers(1);
        relay.at(Relay.Way.REPLY, Relay.Unit.MESSAGE, relay.count(Relay.Way.REPLY, Relay.Unit.MESSAGE) + 1, relay::cut);
        assertThatThrownBy(() -> Waiting.await(ping(1).getFirst())).isNotNull();
        assertAnswers(20);
    }
}
