package dev.atalaya.persistence;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import dev.atalaya.journal.ResultColumn;
import dev.atalaya.journal.ResultRow;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads the top of a published list. A value that its column cannot hold is unknown, a ticker without a usable
/// symbol is skipped; neither costs the others anything. Safe for any thread.
final class TickerListParser {
    // Other writers may put NaN, which is not JSON but unknown all the same.
    static final JsonFactory JSON = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private static final Pattern SYMBOL = Pattern.compile("[A-Za-z0-9.^/-]{1,32}");
    private static final double LONG_END = 0x1p63;

    /// @param rows of the first tickers
    /// @param newest the newest `timestamp` among all tickers looked at
    record Parsed(List<ResultRow> rows, Optional<Instant> newest) {}

    /// @param top how many tickers of the list are taken
    /// @param whole whether the rest is looked at too, for its timestamps
    /// @throws IOException if it is no JSON array
    Parsed parse(byte[] json, int top, boolean whole) throws IOException {
        List<ResultRow> rows = new ArrayList<>();
        Instant newest = Instant.MIN;
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw new IOException("The list is no JSON array");
            }
            for (int position = 0; parser.nextToken() != JsonToken.END_ARRAY; position++) {
                if (position >= top && !whole) {
                    break;
                }
                if (parser.currentToken() != JsonToken.START_OBJECT) {
                    parser.skipChildren();
                    continue;
                }
                Draft draft = ticker(parser);
                newest = draft.timestamp.isAfter(newest) ? draft.timestamp : newest;
                if (position < top && SYMBOL.matcher(draft.symbol).matches()) {
                    rows.add(new ResultRow(draft.symbol, draft.values));
                }
            }
        }
        return new Parsed(rows, newest.equals(Instant.MIN) ? Optional.empty() : Optional.of(newest));
    }

    private static final class Draft {
        private final EnumMap<ResultColumn, Object> values = new EnumMap<>(ResultColumn.class);
        private String symbol = "";
        private Instant timestamp = Instant.MIN;
    }

    private static Draft ticker(JsonParser parser) throws IOException {
        Draft draft = new Draft();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String field = parser.currentName();
            parser.nextToken();
            Optional<ResultColumn> column = ResultColumn.of(field);
            if (column.isPresent()) {
                Object value = value(parser, column.get());
                if (value != null) {
                    draft.values.put(column.get(), value);
                }
            } else if (parser.currentToken() == JsonToken.VALUE_STRING && field.equals("symbol")) {
                draft.symbol = parser.getText();
            } else if (parser.currentToken() == JsonToken.VALUE_STRING && field.equals("timestamp")) {
                draft.timestamp = instant(parser.getText()).orElse(Instant.MIN);
            } else {
                parser.skipChildren();
            }
        }
        return draft;
    }

    private static @Nullable Object value(JsonParser parser, ResultColumn column) throws IOException {
        return switch (column) {
            case FILTERS_MATCHED -> names(parser);
            case METADATA -> JsonText.object(parser);
            case RANK -> {
                Long rank = whole(parser);
                yield rank == null || rank != rank.intValue() ? null : Integer.valueOf(rank.intValue());
            }
            case VOLUME, VOLUME_TODAY, MARKET_CAP, FLOAT_SHARES -> whole(parser);
            default -> decimal(parser);
        };
    }

    private static @Nullable Double decimal(JsonParser parser) throws IOException {
        if (!parser.currentToken().isNumeric()) {
            parser.skipChildren();
            return null;
        }
        double value = parser.getDoubleValue();
        return Double.isFinite(value) ? value : null;
    }

    private static @Nullable Long whole(JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
            return parser.getLongValue();
        }
        Double value = decimal(parser);
        return value == null || Math.abs(value) >= LONG_END ? null : Math.round(value);
    }

    private static @Nullable String names(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return null;
        }
        StringJoiner names = new StringJoiner(String.valueOf(ResultColumn.SEPARATOR));
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() == JsonToken.VALUE_STRING) {
                names.add(JsonText.storable(parser.getText()).replace(ResultColumn.SEPARATOR, ' '));
            } else {
                parser.skipChildren();
            }
        }
        return names.toString();
    }

    /// An ISO-8601 time, UTC where it names no offset.
    static Optional<Instant> instant(String text) {
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
