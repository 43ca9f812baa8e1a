package dev.atalaya.scanner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.redis.RedisLink;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A consumer of `stream:ranking:deltas` as the contract describes it: it keeps each list by applying the
/// messages, and insists on sequence numbers that grow by one.
public final class StreamConsumer {
    private final RedisLink redis;
    private final String stream;
    private final Map<String, List<JsonObject>> lists = new HashMap<>();
    private final Map<String, Long> sequences = new HashMap<>();
    private String lastId = "0";
    public int snapshots;
    public int deltas;

    public StreamConsumer(RedisLink redis, String stream) {
        this.redis = redis;
        this.stream = stream;
    }

    /// Applies everything that has come since.
    public void follow() throws Exception {
        Response page = ScannerBed.await(redis.send(Request.cmd(Command.XRANGE)
                .arg(stream)
                .arg(lastId.equals("0") ? "-" : "(" + lastId)
                .arg("+")));
        for (Response entry : page) {
            lastId = entry.get(0).toString();
            Map<String, String> fields = new LinkedHashMap<>();
            Response pairs = entry.get(1);
            for (int i = 0; i < pairs.size(); i += 2) {
                fields.put(pairs.get(i).toString(), pairs.get(i + 1).toString());
            }
            apply(fields);
        }
    }

    private void apply(Map<String, String> fields) {
        String list = fields.getOrDefault("list", "");
        long sequence = Long.parseLong(fields.getOrDefault("sequence", "-1"));
        Long before = sequences.put(list, sequence);
        if (before != null) {
            assertThat(sequence).as("sequence of %s", list).isEqualTo(before + 1);
        }
        if ("snapshot".equals(fields.get("type"))) {
            assertThat(fields.keySet()).containsExactly("type", "list", "sequence", "timestamp", "rows", "count");
            List<JsonObject> rows = objects(fields.getOrDefault("rows", ""));
            assertThat(fields).containsEntry("count", Integer.toString(rows.size()));
            lists.put(list, rows);
            snapshots++;
        } else {
            assertThat(fields.keySet())
                    .containsExactly("type", "list", "sequence", "timestamp", "deltas", "change_count");
            List<JsonObject> changes = objects(fields.getOrDefault("deltas", ""));
            assertThat(fields).containsEntry("change_count", Integer.toString(changes.size()));
            assertThat(changes).as("no change, no message").isNotEmpty();
            lists.put(list, applied(lists.getOrDefault(list, List.of()), changes));
            deltas++;
        }
    }

    private static List<JsonObject> objects(String array) {
        List<JsonObject> objects = new ArrayList<>();
        new JsonArray(array).forEach(element -> objects.add((JsonObject) element));
        return objects;
    }

    private static List<JsonObject> applied(List<JsonObject> before, List<JsonObject> changes) {
        Map<String, JsonObject> rows = new LinkedHashMap<>();
        Map<String, Integer> ranks = new HashMap<>();
        for (JsonObject row : before) {
            ranks.put(row.getString("symbol"), rows.size());
            rows.put(row.getString("symbol"), row);
        }
        for (JsonObject change : changes) {
            String symbol = change.getString("symbol");
            switch (change.getString("action")) {
                case "remove" -> {
                    rows.remove(symbol);
                    ranks.remove(symbol);
                }
                case "rerank" -> {
                    assertThat(change.getInteger("old_rank")).isEqualTo(ranks.get(symbol));
                    ranks.put(symbol, change.getInteger("new_rank"));
                }
                default -> {
                    rows.put(symbol, change.getJsonObject("data"));
                    ranks.put(symbol, change.getInteger("rank"));
                }
            }
        }
        TreeMap<Integer, JsonObject> ordered = new TreeMap<>();
        rows.forEach((symbol, row) -> ordered.put(ranks.getOrDefault(symbol, -1), row));
        assertThat(ordered).as("every rank is taken once").hasSize(rows.size());
        return List.copyOf(ordered.values());
    }

    public List<String> symbols(String list) {
        return lists.getOrDefault(list, List.of()).stream()
                .map(row -> row.getString("symbol"))
                .toList();
    }

    public List<JsonObject> rows(String list) {
        return lists.getOrDefault(list, List.of());
    }

    public Map<String, Long> sequences() {
        return Map.copyOf(sequences);
    }
}
