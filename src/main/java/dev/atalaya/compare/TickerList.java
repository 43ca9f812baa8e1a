package dev.atalaya.compare;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A list as a scanner published it, whoever's that is.
///
/// @param tickers in their order
/// @param newest the newest `timestamp` among all tickers of the list, beyond those taken, too
record TickerList(List<Ticker> tickers, Optional<Instant> newest) {
    private static final String SYMBOL = "symbol";
    private static final String TIMESTAMP = "timestamp";

    // Python writes NaN, which is not JSON but unknown all the same.
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    /// @param top how many tickers are taken
    /// @throws IOException if it is no JSON array
    static TickerList read(byte[] json, int top) throws IOException {
        List<Ticker> tickers = new ArrayList<>();
        Optional<Instant> newest = Optional.empty();
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw new IOException("it is no JSON array");
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (parser.currentToken() != JsonToken.START_OBJECT) {
                    throw new IOException("it has an element that is no ticker");
                }
                Map<String, Object> values = object(parser);
                Optional<Instant> time =
                        Optional.ofNullable(values.remove(TIMESTAMP)).flatMap(text -> instant(text.toString()));
                newest = Stream.concat(newest.stream(), time.stream()).max(Comparator.naturalOrder());
                String symbol = String.valueOf(values.remove(SYMBOL));
                if (tickers.size() < top) {
                    tickers.add(new Ticker(symbol, values));
                }
            }
        }
        return new TickerList(tickers, newest);
    }

    private static Map<String, Object> object(JsonParser parser) throws IOException {
        Map<String, Object> values = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String field = parser.currentName();
            JsonToken value = parser.nextToken();
            if (value.isNumeric()) {
                double number = parser.getDoubleValue();
                if (Double.isFinite(number)) {
                    values.put(field, number);
                }
            } else if (value == JsonToken.VALUE_STRING || value.isBoolean()) {
                values.put(field, parser.getText());
            } else {
                parser.skipChildren();
            }
        }
        return values;
    }

    /// An ISO-8601 time, UTC where it names no offset.
    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(
                    switch (DateTimeFormatter.ISO_DATE_TIME.parseBest(
                            text, OffsetDateTime::from, LocalDateTime::from)) {
                        case OffsetDateTime time -> time.toInstant();
                        case LocalDateTime time -> time.toInstant(ZoneOffset.UTC);
                        default -> throw new DateTimeException(text);
                    });
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
