package dev.atalaya.bus;

import io.vertx.core.json.JsonObject;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Asks what became of a day's scans.
///
/// @param day the market's date; empty: the present one
/// @param limit how many ranges at most, from 1 to [#MAX_LIMIT]
public record LedgerRequest(Optional<LocalDate> day, int limit) {
    public static final int MAX_LIMIT = 10_000;

    private static final Pattern DAY = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");

    public JsonObject toJson() {
        JsonObject json = new JsonObject().put("limit", limit);
        day.ifPresent(date -> json.put("day", date.toString()));
        return json;
    }

    /// @throws IllegalArgumentException if the day is no date or the limit no whole number of that range
    public static LedgerRequest fromJson(JsonObject json) {
        Object limit = json.getValue("limit", MAX_LIMIT);
        if (!(limit instanceof Integer number) || number < 1 || number > MAX_LIMIT) {
            throw new IllegalArgumentException("limit: '" + limit + "' is no whole number from 1 to " + MAX_LIMIT);
        }
        return new LedgerRequest(Optional.ofNullable(json.getValue("day")).map(LedgerRequest::date), number);
    }

    private static LocalDate date(Object day) {
        if (!(day instanceof String text) || !DAY.matcher(text).matches()) {
            throw noDate(day, null);
        }
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw noDate(day, e);
        }
    }

    private static IllegalArgumentException noDate(Object day, @Nullable Exception cause) {
        return new IllegalArgumentException("day: '" + day + "' is no date such as 2025-01-24", cause);
    }
}
