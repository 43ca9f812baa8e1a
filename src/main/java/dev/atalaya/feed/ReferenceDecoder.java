package dev.atalaya.feed;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.atalaya.market.Reference;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Decodes what the upstream knows of a symbol. What has no column of its own stays as the ticker's metadata.
/// Safe for any thread.
final class ReferenceDecoder {
    private static final int DEEPEST = 64;

    private final JsonFactory json = new JsonFactory();

    /// Empty if it is no JSON object.
    Optional<Reference> decode(byte[] bytes) {
        StringWriter rest = new StringWriter();
        double[] numbers = {Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN};
        @Nullable String[] texts = new @Nullable String[3];
        try (JsonParser parser = json.createParser(bytes);
                JsonGenerator metadata = json.createGenerator(rest)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            metadata.writeStartObject();
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                JsonToken value = parser.nextToken();
                switch (name) {
                    case "symbol" -> parser.skipChildren();
                    case "avg_volume_30d" -> numbers[0] = number(parser, value);
                    case "avg_volume_10d" -> numbers[1] = number(parser, value);
                    case "float_shares" -> numbers[2] = number(parser, value);
                    case "shares_outstanding" -> numbers[3] = number(parser, value);
                    case "market_cap" -> numbers[4] = number(parser, value);
                    case "exchange" -> texts[0] = text(parser, value);
                    case "sector" -> texts[1] = text(parser, value);
                    case "industry" -> texts[2] = text(parser, value);
                    default -> {
                        metadata.writeFieldName(withoutNul(name));
                        copy(parser, metadata);
                    }
                }
            }
            if (parser.currentToken() != JsonToken.END_OBJECT) {
                return Optional.empty();
            }
            metadata.writeEndObject();
        } catch (IOException e) {
            return Optional.empty();
        }
        return Optional.of(new Reference(
                numbers[0],
                numbers[1],
                numbers[2],
                numbers[3],
                numbers[4],
                texts[0],
                texts[1],
                texts[2],
                rest.toString()));
    }

    /// As it stands, but numbers that are too large and what is nested too deep for other readers become
    /// null, and the character 0, which PostgreSQL stores in no text, is left out.
    private static void copy(JsonParser parser, JsonGenerator out) throws IOException {
        int depth = 0;
        do {
            JsonToken token = parser.currentToken();
            boolean tooLarge = token == JsonToken.VALUE_NUMBER_FLOAT && !Double.isFinite(parser.getDoubleValue());
            if (tooLarge || (token.isStructStart() && depth == DEEPEST)) {
                parser.skipChildren();
                out.writeNull();
            } else if (token == JsonToken.FIELD_NAME) {
                out.writeFieldName(withoutNul(parser.currentName()));
            } else if (token == JsonToken.VALUE_STRING) {
                out.writeString(withoutNul(parser.getText()));
            } else {
                out.copyCurrentEvent(parser);
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            }
        } while (depth > 0 && parser.nextToken() != null);
    }

    static String withoutNul(String text) {
        return text.indexOf('\0') < 0 ? text : text.replace("\0", "");
    }

    private static double number(JsonParser parser, JsonToken value) throws IOException {
        if (value.isNumeric() && parser.getDoubleValue() > 0) {
            double number = parser.getDoubleValue();
            return Double.isInfinite(number) ? Double.NaN : number;
        }
        parser.skipChildren();
        return Double.NaN;
    }

    private static @Nullable String text(JsonParser parser, JsonToken value) throws IOException {
        if (value == JsonToken.VALUE_STRING) {
            return parser.getText();
        }
        parser.skipChildren();
        return null;
    }
}
