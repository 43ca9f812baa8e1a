package dev.atalaya.feed;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Random;

/// Damages JSON the way that networks, vendors and attackers do: many of its mutants are still JSON. Each
/// works on bytes, which it keeps as characters of a byte each.
final class Mutations {
    private static final List<String> ODD = List.of(
            "null",
            "true",
            "0",
            "-0",
            "-0.0",
            "-1",
            "-20.5",
            "1e5",
            "1E-7",
            "1e308",
            "1.7976931348623157e308",
            "1e309",
            "-1e999",
            "1e-999",
            "1e99999999999",
            "5e-324",
            "01",
            "1.",
            ".5",
            "+1",
            "0x10",
            "NaN",
            "-Infinity",
            "123456789012345678",
            "9007199254740993",
            "4503599627370497.5",
            "0.1234567890123456789",
            "9223372036854774784",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775809",
            "12345678901234567890123",
            "7".repeat(300),
            "7".repeat(1100),
            "0." + "3".repeat(400),
            "\"7\"",
            "\"\"",
            "\"A\"",
            "\"\\u0041B\"",
            "\"A\\u0000\"",
            "\"<script>\"",
            "\"a\\\"b\"",
            "\"" + "X".repeat(32) + "\"",
            "\"" + "X".repeat(33) + "\"",
            "\"" + "X".repeat(10_000) + "\"",
            "\"\u0001\"",
            "\"\u0000\"",
            bytes("\"ñ\""),
            bytes("\"\u202e\ud83d\ude80\""),
            "\"\\ud800\"",
            "\"\u00c0\u00af\"",
            "\"2025-01-24 15:00:00\"",
            "\"-999999999-01-01T00:00:00+18:00\"",
            "[]",
            "{}",
            "[1,{\"a\":[]}]",
            "{\"p\":7,\"c\":8,\"v\":9}",
            "[".repeat(90) + "]".repeat(90),
            "[".repeat(500) + "]".repeat(500),
            "[".repeat(1500) + "]".repeat(1500),
            "{\"a\":".repeat(200) + "1" + "}".repeat(200),
            "[".repeat(3000),
            "",
            " ",
            ",");

    private final Random random;

    Mutations(Random random) {
        this.random = random;
    }

    private static String bytes(String text) {
        return new String(text.getBytes(UTF_8), ISO_8859_1);
    }

    /// The JSON with one to four damages.
    byte[] mutate(byte[] json) {
        String mutant = new String(json, ISO_8859_1);
        for (int i = 1 + random.nextInt(4); i > 0 && !mutant.isEmpty(); i--) {
            mutant = once(mutant);
        }
        return mutant.getBytes(ISO_8859_1);
    }

    private String once(String json) {
        int at = random.nextInt(json.length());
        int to = Math.min(json.length(), at + 1 + random.nextInt(random.nextBoolean() ? 8 : 300));
        String part = json.substring(at, to);
        return switch (random.nextInt(14)) {
            case 0 -> replace(json, at, at + 1, Character.toString(json.charAt(at) ^ (1 << random.nextInt(8))));
            case 1 -> replace(json, at, at + 1, Character.toString(random.nextInt(256)));
            case 2 ->
                replace(
                        json,
                        at,
                        at + 1,
                        Character.toString("{}[],:\" 0123456789.-eEtfn\\".charAt(random.nextInt(26))));
            case 3 -> json.substring(0, at);
            case 4 -> replace(json, at, to, "");
            case 5 -> replace(json, at, at, part);
            case 6 -> swap(json, at, to);
            case 7 -> replace(json, at, at, odd());
            case 8 -> doubleMember(json, at);
            case 9 -> renameKey(json, at);
            default -> replaceValue(json, at);
        };
    }

    private String odd() {
        return ODD.get(random.nextInt(ODD.size()));
    }

    private static String replace(String json, int from, int to, String by) {
        return json.substring(0, from) + by + json.substring(to);
    }

    /// Exchanges a part with a later one of the same length.
    private String swap(String json, int from, int to) {
        int length = Math.min(to - from, (json.length() - from) / 2);
        int other = from + length + random.nextInt(json.length() - from - 2 * length + 1);
        return json.substring(0, from)
                + json.substring(other, other + length)
                + json.substring(from + length, other)
                + json.substring(from, from + length)
                + json.substring(other + length);
    }

    private String replaceValue(String json, int at) {
        int colon = json.indexOf(':', at);
        return colon < 0 ? json : replace(json, colon + 1, valueEnd(json, colon + 1), odd());
    }

    /// Puts a member of an object a second time before another one's key, with its value or an odd one.
    private String doubleMember(String json, int at) {
        int colon = json.indexOf("\":", at);
        int key = json.lastIndexOf('"', colon - 1);
        int place = json.indexOf(",\"", random.nextBoolean() ? at : random.nextInt(json.length()));
        if (colon < 0 || key < 0 || place < 0) {
            return json;
        }
        String value = random.nextBoolean() ? odd() : json.substring(colon + 2, valueEnd(json, colon + 2));
        return replace(json, place, place, "," + json.substring(key, colon + 2) + value);
    }

    /// Gives a member the key of another one.
    private String renameKey(String json, int at) {
        int colon = json.indexOf("\":", at);
        int key = json.lastIndexOf('"', colon - 1);
        int other = json.indexOf("\":", random.nextInt(json.length()));
        int otherKey = json.lastIndexOf('"', other - 1);
        return colon < 0 || key < 0 || other < 0 || otherKey < 0
                ? json
                : replace(json, key, colon, json.substring(otherKey, other));
    }

    /// Behind the value that begins there.
    private static int valueEnd(String json, int from) {
        int depth = 0;
        boolean text = false;
        for (int i = from; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c == '"') {
                text = !text;
            } else if (!text && (c == '{' || c == '[')) {
                depth++;
            } else if (!text && (c == '}' || c == ']')) {
                if (depth-- == 0) {
                    return i;
                }
            } else if (!text && c == ',' && depth == 0) {
                return i;
            }
        }
        return json.length();
    }
}
