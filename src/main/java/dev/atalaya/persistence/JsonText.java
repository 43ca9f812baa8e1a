package dev.atalaya.persistence;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import org.jspecify.annotations.Nullable;

/// JSON objects on their way into a `jsonb` column, which takes neither `\u0000` nor numbers out of its range
/// nor any depth: the first is left out, the others become null.
final class JsonText {
    private static final int DEPTH = 64;

    private JsonText() {}

    /// The text without what PostgreSQL stores in no text.
    static String storable(String text) {
        return text.indexOf('\0') < 0 ? text : text.replace("\0", "");
    }

    /// The object that a text is; null if it is none.
    static @Nullable String object(String json) {
        try (JsonParser parser = TickerListParser.JSON.createParser(json)) {
            parser.nextToken();
            return parser.currentToken() == null ? null : object(parser);
        } catch (IOException e) {
            return null;
        }
    }

    /// The object at which the parser stands, which is then at its end; null if it is no object.
    static @Nullable String object(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return null;
        }
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = TickerListParser.JSON.createGenerator(text)) {
            int depth = 0;
            do {
                depth = copy(parser, generator, depth);
            } while (depth > 0 && parser.nextToken() != null);
        }
        return text.toString();
    }

    private static int copy(JsonParser parser, JsonGenerator generator, int depth) throws IOException {
        JsonToken token = parser.currentToken();
        if (token.isStructStart() && depth == DEPTH) {
            parser.skipChildren();
            generator.writeNull();
            return depth;
        }
        switch (token) {
            case START_OBJECT -> generator.writeStartObject();
            case START_ARRAY -> generator.writeStartArray();
            case END_OBJECT -> generator.writeEndObject();
            case END_ARRAY -> generator.writeEndArray();
            case FIELD_NAME -> generator.writeFieldName(storable(parser.currentName()));
            case VALUE_STRING -> generator.writeString(storable(parser.getText()));
            case VALUE_TRUE, VALUE_FALSE -> generator.writeBoolean(token == JsonToken.VALUE_TRUE);
            case VALUE_NUMBER_INT -> generator.writeNumber(parser.getText());
            case VALUE_NUMBER_FLOAT -> number(parser.getDoubleValue(), generator);
            default -> generator.writeNull();
        }
        return depth + (token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0);
    }

    private static void number(double value, JsonGenerator generator) throws IOException {
        if (Double.isFinite(value)) {
            generator.writeNumber(value);
        } else {
            generator.writeNull();
        }
    }
}
