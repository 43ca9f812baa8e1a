package dev.atalaya.bus;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// How a persistence run went or goes.
///
/// @param runId unique
/// @param started on the wall clock, as `finished`
/// @param finished empty while it runs
/// @param marketTime the market's time that it was due at
/// @param rowsBySession rows really inserted
/// @param durationMillis 0 while it runs
/// @param failure one sentence, if it failed
public record RunSummary(
        String runId,
        Reason reason,
        Instant started,
        Optional<Instant> finished,
        Instant marketTime,
        Map<String, Integer> rowsBySession,
        double durationMillis,
        Optional<String> failure) {
    /// Why a run was started.
    public enum Reason {
        /// The service started.
        START,
        /// The scans crossed the end of an interval.
        INTERVAL,
        /// The scans crossed the end of a session that is not the end of an interval too.
        SESSION_END,
        /// Somebody asked.
        REQUEST,
        /// Direct mode stores every cycle.
        DIRECT,
        /// The service stops.
        STOP;

        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public RunSummary {
        rowsBySession = Collections.unmodifiableMap(new LinkedHashMap<>(rowsBySession));
    }

    public String status() {
        if (finished.isEmpty()) {
            return "running";
        }
        return failure.isPresent() ? "failed" : "completed";
    }

    public int rows() {
        return rowsBySession.values().stream().mapToInt(Integer::intValue).sum();
    }

    public JsonObject toJson() {
        JsonObject sessions = new JsonObject();
        rowsBySession.forEach(sessions::put);
        return new JsonObject()
                .put("run_id", runId)
                .put("status", status())
                .put("reason", reason.key())
                .put("started", started.toString())
                .put("finished", finished.map(Instant::toString).orElse(null))
                .put("market_time", marketTime.toString())
                .put("rows", rows())
                .put("rows_by_session", sessions)
                .put("duration_ms", durationMillis)
                .put("failure", failure.orElse(null));
    }

    public static RunSummary fromJson(JsonObject json) {
        Map<String, Integer> sessions = new LinkedHashMap<>();
        json.getJsonObject("rows_by_session").forEach(rows -> sessions.put(rows.getKey(), (Integer) rows.getValue()));
        return new RunSummary(
                json.getString("run_id"),
                Reason.valueOf(json.getString("reason").toUpperCase(Locale.ROOT)),
                Instant.parse(json.getString("started")),
                Optional.ofNullable(json.getString("finished")).map(Instant::parse),
                Instant.parse(json.getString("market_time")),
                sessions,
                json.getDouble("duration_ms"),
                Optional.ofNullable(json.getString("failure")));
    }
}
