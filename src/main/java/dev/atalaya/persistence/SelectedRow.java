package dev.atalaya.persistence;

import dev.atalaya.journal.ResultColumn;
import dev.atalaya.journal.ResultRow;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// A ticker as it will be stored.
///
/// @param time of the scan that its values are from
/// @param sightings where the policy keeps them
record SelectedRow(Instant time, ResultRow row, Optional<Sightings> sightings) {
    /// Where a symbol stood in the scans of its range.
    ///
    /// @param firstSeen time of the first scan in whose top it was
    /// @param lastSeen of the last one
    /// @param times in how many it was
    /// @param highestScore among them; NaN is unknown
    record Sightings(Instant firstSeen, Instant lastSeen, int times, double highestScore) {}

    /// The same with metadata that the database takes.
    SelectedRow storable() {
        if (!(row.values().get(ResultColumn.METADATA) instanceof String metadata)) {
            return this;
        }
        Map<ResultColumn, Object> values = new EnumMap<>(row.values());
        String json = JsonText.object(metadata);
        if (json == null) {
            values.remove(ResultColumn.METADATA);
        } else {
            values.put(ResultColumn.METADATA, json);
        }
        return new SelectedRow(time, new ResultRow(row.symbol(), values), sightings);
    }
}
