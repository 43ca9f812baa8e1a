package dev.atalaya.bus;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// What one cycle of the scanner did.
///
/// @param scanNo the number of the published scan
/// @param time the snapshot's own time
/// @param session the snapshot's session
/// @param tickers how many tickers the snapshot had
/// @param scanned how many of them were looked at: the others were skipped
/// @param filtered how many were kept
/// @param durationMillis from asking for the snapshot to the publish confirmed
/// @param stageMillis the same by stage, in their order
/// @param publishBytes how many bytes the publish carried
public record CycleSummary(
        long scanNo,
        Instant time,
        String session,
        int tickers,
        int scanned,
        int filtered,
        double durationMillis,
        Map<String, Double> stageMillis,
        long publishBytes) {
    public CycleSummary {
        stageMillis = Collections.unmodifiableMap(new LinkedHashMap<>(stageMillis));
    }

    /// The same with one more stage, which counts for the whole duration too.
    public CycleSummary withStage(String stage, double millis) {
        Map<String, Double> stages = new LinkedHashMap<>(stageMillis);
        stages.put(stage, millis);
        return new CycleSummary(
                scanNo, time, session, tickers, scanned, filtered, durationMillis + millis, stages, publishBytes);
    }

    public JsonObject toJson() {
        JsonObject stages = new JsonObject();
        stageMillis.forEach(stages::put);
        return new JsonObject()
                .put("scan_no", scanNo)
                .put("time", time.toString())
                .put("session", session)
                .put("tickers", tickers)
                .put("scanned", scanned)
                .put("filtered", filtered)
                .put("duration_ms", durationMillis)
                .put("stages_ms", stages)
                .put("publish_bytes", publishBytes);
    }

    public static CycleSummary fromJson(JsonObject json) {
        Map<String, Double> stages = new LinkedHashMap<>();
        json.getJsonObject("stages_ms")
                .forEach(stage -> stages.put(stage.getKey(), ((Number) stage.getValue()).doubleValue()));
        return new CycleSummary(
                json.getLong("scan_no"),
                Instant.parse(json.getString("time")),
                json.getString("session"),
                json.getInteger("tickers"),
                json.getInteger("scanned"),
                json.getInteger("filtered"),
                json.getDouble("duration_ms"),
                stages,
                json.getLong("publish_bytes"));
    }
}
