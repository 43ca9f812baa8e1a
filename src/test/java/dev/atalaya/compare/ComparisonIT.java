package dev.atalaya.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.atalaya.redis.RedisLink;
import dev.atalaya.testing.TestServers;
import dev.atalaya.testing.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Two systems' lists in a real Redis.
@ExtendWith(VertxExtension.class)
class ComparisonIT {
    private static final String TICKERS = "[{\"symbol\":\"A\",\"price\":1},{\"symbol\":\"B\",\"price\":2}]";

    // what a pattern would understand as something else stands for itself
    private final String here = TestServers.uniquePrefix() + "[s]*";
    private final String there = TestServers.uniquePrefix();
    private RedisLink redis;

    @BeforeEach
    void connect(Vertx vertx) {
        redis = new RedisLink(vertx, TestServers.redis());
    }

    private void set(String key, String json) throws Exception {
        Waiting.await(redis.send(Request.cmd(Command.SET).arg(key).arg(json)));
    }

    private ComparisonReport compare() throws Exception {
        return Waiting.await(new Comparison(redis, here, there, 100, 0).run());
    }

    private List<JsonObject> lines() throws Exception {
        StringWriter text = new StringWriter();
        compare().printJson(new PrintWriter(text));
        return text.toString().lines().map(JsonObject::new).toList();
    }

    @Test
    void everyListOfEitherSideIsCompared() throws Exception {
        for (String prefix : List.of(here, there)) {
            set(prefix + "scanner:filtered_complete:MARKET_OPEN", TICKERS);
            set(prefix + "scanner:category:winners", TICKERS);
            set(prefix + "scanner:sequence:winners", "7"); // no list
        }
        assertThat(compare().isSame()).isTrue();
        set(here + "scanner:category:mine", "[]");
        set(there + "scanner:category:theirs", TICKERS);
        set(there + "scanner:category:winners", TICKERS.replace("2", "2.5"));
        assertThat(compare().isSame()).isFalse();
        assertThat(lines())
                .extracting(line -> line.getString("list"), line -> line.getBoolean("same"))
                .containsExactly(
                        tuple("scanner:filtered_complete:MARKET_OPEN", true),
                        tuple("scanner:category:mine", false),
                        tuple("scanner:category:theirs", false),
                        tuple("scanner:category:winners", false));
        assertThat(lines().getLast().getJsonObject("fields").getJsonObject("price"))
                .isEqualTo(new JsonObject()
                        .put("differ", 1)
                        .put("largest", 0.5)
                        .put("symbol", "B")
                        .put("here", 2.0)
                        .put("there", 2.5));
        assertThat(lines().get(1).getJsonObject("there").getValue("count")).isNull();
    }

    @Test
    void nothingToCompareIsNoComparison() {
        assertThatThrownBy(this::compare)
                .hasMessageContaining("there is no list behind the prefix " + here)
                .hasMessageContaining("nor behind the prefix " + there);
    }

    @Test
    void aKeyThatIsNoListIsNamed() throws Exception {
        set(there + "scanner:category:winners", "{\"a\":1}");
        assertThatThrownBy(this::compare)
                .hasMessageContaining(there + "scanner:category:winners is no list of tickers: it is no JSON array");
        Waiting.await(redis.send(Request.cmd(Command.DEL).arg(there + "scanner:category:winners")));
        Waiting.await(redis.send(Request.cmd(Command.LPUSH)
                .arg(there + "scanner:category:winners")
                .arg("x")));
        // MGET answers nil for what is no text
        assertThat(compare().isSame()).isTrue();
    }
}
