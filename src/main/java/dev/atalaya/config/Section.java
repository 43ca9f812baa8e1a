package dev.atalaya.config;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One section of the settings while it is read: each question takes a key and says what is allowed; what is
/// wrong is noted in a list that all sections share, and a harmless value is answered, so that every problem is
/// found in one go.
final class Section {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
    private static final Set<String> SECRETS = Set.of("password", "key", "token");
    private static final Pattern CREDENTIALS = Pattern.compile("(?i)(^|&)(user|username|password)=");
    private static final Pattern SECRET_INSIDE = Pattern.compile("(?i)((password|key|token)(=|\":\"?))[^&#\"\\s]*");

    private final String path;
    private final JsonObject values;
    private final List<String> problems;
    private final Set<String> asked = new HashSet<>();

    Section(String path, JsonObject values, List<String> problems) {
        this.path = path;
        this.values = values;
        this.problems = problems;
    }

    Section section(String key) {
        Object value = ask(key);
        if (value instanceof JsonObject object) {
            return new Section(name(key), object, problems);
        }
        problem(key, value, "a section with keys of its own");
        return new Section(name(key), new JsonObject(), new ArrayList<>());
    }

    /// The sections in this one, whatever their names are: for what is named by the user.
    List<Section> sections() {
        return values.fieldNames().stream().map(this::section).toList();
    }

    /// The elements of a list of sections.
    List<Section> sections(String key) {
        List<Section> sections = new ArrayList<>();
        if (ask(key) instanceof JsonArray array && !array.isEmpty()) {
            for (int i = 0; i < array.size(); i++) {
                if (array.getValue(i) instanceof JsonObject object) {
                    sections.add(new Section(name(key) + "[" + i + "]", object, problems));
                } else {
                    problem(key, array.getValue(i), "a list of sections");
                }
            }
        } else {
            problem(key, values.getValue(key), "a list with at least one section");
        }
        return sections;
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    /// The section's own name: the last part of its path.
    String name() {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    String text(String key) {
        if (ask(key) instanceof String text) {
            return text;
        }
        problem(key, values.getValue(key), "a text");
        return "";
    }

    /// A text that the pattern matches whole.
    String text(String key, String pattern, String allowed) {
        String text = text(key);
        if (!text.matches(pattern)) {
            problem(key, text, allowed);
        }
        return text;
    }

    /// A server's address: a text that the pattern matches whole, with a host, without user and password.
    String address(String key, String pattern, String allowed) {
        String text = text(key, pattern, allowed);
        if (text.matches(pattern) && !isHostAlone(text)) {
            problem(key, text, allowed);
        }
        return text;
    }

    private static boolean isHostAlone(String text) {
        try {
            URI uri = new URI(text);
            return uri.getHost() != null
                    && uri.getPort() <= 65_535
                    && !CREDENTIALS
                            .matcher(Objects.requireNonNullElse(uri.getQuery(), ""))
                            .find();
        } catch (URISyntaxException e) {
            return false;
        }
    }

    boolean flag(String key, boolean byDefault) {
        Object value = ask(key);
        if (value instanceof Boolean flag) {
            return flag;
        }
        if (value != null) {
            problem(key, value, "true or false");
        }
        return byDefault;
    }

    long whole(String key, long min, long max) {
        Object value = ask(key);
        if ((value instanceof Integer || value instanceof Long) && inRange(((Number) value).longValue(), min, max)) {
            return ((Number) value).longValue();
        }
        problem(key, value, "a whole number from " + min + " to " + max);
        return min;
    }

    private static boolean inRange(long value, long min, long max) {
        return value >= min && value <= max;
    }

    double number(String key, double min, double max) {
        Object value = ask(key);
        if (value instanceof Number number && number.doubleValue() >= min && number.doubleValue() <= max) {
            return number.doubleValue();
        }
        problem(
                key,
                value,
                max == Double.MAX_VALUE
                        ? "a number from " + plain(min)
                        : "a number from " + plain(min) + " to " + plain(max));
        return min;
    }

    private static String plain(double value) {
        return value == -Double.MAX_VALUE
                ? "any"
                : String.format(Locale.ROOT, "%.15g", value).replaceFirst("\\.?0+$", "");
    }

    /// Absent is NaN.
    double optionalNumber(String key) {
        Object value = ask(key);
        if (value == null) {
            return Double.NaN;
        }
        if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
            return number.doubleValue();
        }
        problem(key, value, "a number");
        return Double.NaN;
    }

    Duration duration(String key, Duration min, Duration max) {
        return duration(key, min, max, "such as 10s");
    }

    Duration duration(String key, Duration min, Duration max, String remark) {
        Object value = ask(key);
        Duration duration = value instanceof String text ? parseDuration(text) : null;
        if (duration == null || duration.compareTo(min) < 0 || duration.compareTo(max) > 0) {
            problem(key, value, "a duration from " + shown(min) + " to " + shown(max) + ", " + remark);
            return min;
        }
        return duration;
    }

    private static @Nullable Duration parseDuration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    private static String shown(Duration duration) {
        return duration.toMillis() % 1000 != 0
                ? duration.toMillis() + "ms"
                : duration.toSeconds() % 60 != 0
                        ? duration.toSeconds() + "s"
                        : duration.toMinutes() % 60 != 0
                                ? duration.toMinutes() + "m"
                                : duration.toHours() % 24 != 0 || duration.isZero()
                                        ? duration.toHours() + "h"
                                        : duration.toDays() + "d";
    }

    <E extends Enum<E>> E choice(String key, Class<E> type) {
        Object value = ask(key);
        for (E constant : type.getEnumConstants()) {
            if (keyOf(constant).equals(value)) {
                return constant;
            }
        }
        problem(
                key,
                value,
                "one of "
                        + Arrays.stream(type.getEnumConstants())
                                .map(Section::keyOf)
                                .collect(Collectors.joining(", ")));
        return type.getEnumConstants()[0];
    }

    private static String keyOf(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /// A list of texts, each of which the pattern matches whole; absent is empty.
    List<String> texts(String key, String pattern, String allowed) {
        return list(key, String.class, text -> text.matches(pattern), "a list of " + allowed);
    }

    List<Integer> wholes(String key, int min, int max) {
        return list(
                key,
                Integer.class,
                number -> inRange(number, min, max),
                "a list of whole numbers from " + min + " to " + max);
    }

    private <T> List<T> list(String key, Class<T> type, java.util.function.Predicate<T> allowed, String expectation) {
        Object value = ask(key);
        List<T> elements = new ArrayList<>();
        if (value instanceof JsonArray array) {
            for (Object element : array) {
                if (type.isInstance(element) && allowed.test(type.cast(element))) {
                    elements.add(type.cast(element));
                } else {
                    problem(key, element, expectation);
                }
            }
        } else if (value != null) {
            problem(key, value, expectation);
        }
        return elements;
    }

    /// Notes what is wrong with a key of this section.
    void problem(String key, @Nullable Object value, String allowed) {
        String shown = value == null ? "missing" : SECRETS.contains(key) ? "***" : "'" + masked(value) + "'";
        problems.add(name(key) + ": " + shown + "; allowed is " + allowed);
    }

    /// Without what stands in an address before the host, and without passwords in a query or a section.
    private static String masked(Object value) {
        String text = SECRET_INSIDE.matcher(value.toString()).replaceAll("$1***");
        int end = text.lastIndexOf('@');
        if (end < 0) {
            return text;
        }
        int scheme = text.indexOf("://");
        return text.substring(0, scheme < 0 || scheme > end ? 0 : scheme + 3) + "***" + text.substring(end);
    }

    /// Ends the reading: a key that nobody asked for is a mistake.
    void rejectUnknown() {
        for (String key : values.fieldNames()) {
            if (!asked.contains(key)) {
                problems.add(name(key) + ": no such setting; this section has "
                        + asked.stream().sorted().collect(Collectors.joining(", ")));
            }
        }
    }

    private @Nullable Object ask(String key) {
        asked.add(key);
        return values.getValue(key);
    }

    private String name(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
