package dev.atalaya.scanner;

import dev.atalaya.cluster.Lease;
import dev.atalaya.redis.Keys;
import dev.atalaya.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The scanner's lease: a key in Redis that vanishes by itself. Taking it takes the next fencing number in the same
/// step; the publishes are checked against that, not against the lease. Owned by the scanner's event loop.
final class ScannerLease implements Lease {
    private static final Pattern LINE = Pattern.compile("(\\S+) (-?\\d+) (\\d+) (.*)");

    /// Keys: lease, fence. Arguments: what may stand there, the number if Redis knows none, node, name, life.
    private static final String TAKE = """
            local held = redis.call('GET', KEYS[1])
            if held and held ~= ARGV[1] then return false end
            if not redis.call('GET', KEYS[2]) then redis.call('SET', KEYS[2], ARGV[2]) end
            redis.call('INCR', KEYS[2])
            local fence = redis.call('GET', KEYS[2])
            redis.call('SET', KEYS[1], ARGV[3] .. ' ' .. fence .. ' 0 ' .. ARGV[4], 'PX', ARGV[5])
            return fence
            """;

    /// Keys: lease. Arguments: how an own one begins, how it goes on, life.
    private static final String RENEW = """
            local held = redis.call('GET', KEYS[1])
            if held and string.sub(held, 1, #ARGV[1]) ~= ARGV[1] then return 0 end
            redis.call('SET', KEYS[1], ARGV[1] .. ARGV[2], 'PX', ARGV[3])
            return 1
            """;

    /// Keys: lease. Arguments: how an own one begins.
    private static final String RELEASE = """
            local held = redis.call('GET', KEYS[1])
            if held and string.sub(held, 1, #ARGV[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
            return 0
            """;

    private final RedisLink redis;
    private final Keys keys;
    private final String node;
    private final String name;
    private final Duration life;
    private final InstantSource wall;
    private long fence = -1;
    private long renewals;

    /// @param redis is closed with this
    /// @param node this node's id
    /// @param name this node's name
    /// @param life how long it stands if it is not prolonged
    ScannerLease(RedisLink redis, Keys keys, String node, String name, Duration life, InstantSource wall) {
        this.redis = redis;
        this.keys = keys;
        this.node = node;
        this.name = name;
        this.life = life;
        this.wall = wall;
    }

    @Override
    public Future<Optional<Sight>> look() {
        return redis.send(Request.cmd(Command.GET).arg(keys.lease()))
                .map(answer -> Optional.ofNullable(answer).flatMap(line -> sight(line.toString())));
    }

    /// What nobody can read is as good as none: it vanishes by itself.
    private static Optional<Sight> sight(String line) {
        Matcher matcher = LINE.matcher(line);
        return matcher.matches()
                ? Optional.of(new Sight(
                        matcher.group(1),
                        matcher.group(4),
                        Long.parseLong(matcher.group(2)),
                        Long.parseLong(matcher.group(3))))
                : Optional.empty();
    }

    private static String line(Sight sight) {
        return sight.node() + " " + sight.fence() + " " + sight.renewals() + " " + sight.name();
    }

    @Override
    public Future<Optional<Long>> take(Optional<Sight> seen) {
        return redis.send(Request.cmd(Command.EVAL)
                        .arg(TAKE)
                        .arg(2)
                        .arg(keys.lease())
                        .arg(keys.fence())
                        .arg(seen.map(ScannerLease::line).orElse(""))
                        .arg(wall.millis())
                        .arg(node)
                        .arg(name)
                        .arg(life.toMillis()))
                .map(taken -> {
                    Optional<Long> number = Optional.ofNullable(taken).map(Response::toLong);
                    number.ifPresent(mine -> {
                        fence = mine;
                        renewals = 0;
                    });
                    return number;
                });
    }

    @Override
    public Future<Boolean> renew() {
        renewals++;
        return redis.send(Request.cmd(Command.EVAL)
                        .arg(RENEW)
                        .arg(1)
                        .arg(keys.lease())
                        .arg(own())
                        .arg(renewals + " " + name)
                        .arg(life.toMillis()))
                .map(ScannerLease::isOne);
    }

    @Override
    public Future<Void> release() {
        return redis.send(Request.cmd(Command.EVAL)
                        .arg(RELEASE)
                        .arg(1)
                        .arg(keys.lease())
                        .arg(own()))
                .mapEmpty();
    }

    private String own() {
        return node + " " + fence + " ";
    }

    private static boolean isOne(@Nullable Response answer) {
        return answer != null && answer.toInteger() == 1;
    }

    @Override
    public Future<Void> close() {
        return redis.close();
    }
}
