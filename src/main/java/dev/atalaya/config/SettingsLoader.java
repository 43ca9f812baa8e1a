package dev.atalaya.config;

import io.vertx.config.ConfigRetriever;
import io.vertx.config.ConfigRetrieverOptions;
import io.vertx.config.ConfigStoreOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/// Reads settings: the defaults, over them a file or an object, over those the environment.
public final class SettingsLoader {
    static final String PREFIX = "ATALAYA_";

    /// Variables of that name which are no settings: the start script's and the tests'.
    private static final List<String> NOT_OURS = List.of("ATALAYA_JAVA_OPTS", "ATALAYA_TEST_");

    private final Vertx vertx;
    private final Map<String, String> environment;
    private final Function<Settings, List<String>> checks;

    public SettingsLoader(Vertx vertx, Map<String, String> environment) {
        this(vertx, environment, settings -> List.of());
    }

    /// @param checks answers further problems, a line each with key, value and what is allowed
    public SettingsLoader(Vertx vertx, Map<String, String> environment, Function<Settings, List<String>> checks) {
        this.vertx = vertx;
        this.environment = environment;
        this.checks = checks;
    }

    /// From a YAML or JSON file of the user's. Fails with a [SettingsException].
    public Future<Settings> fromFile(Path file) {
        return overrides(file).compose(this::fromObject);
    }

    /// What a YAML or JSON file of the user's says, unchecked. Fails with a [SettingsException].
    public Future<JsonObject> overrides(Path file) {
        if (!Files.isRegularFile(file)) {
            return refuse("-conf " + file + ": no such file");
        }
        if (!Files.isReadable(file)) {
            return refuse("-conf " + file + ": the file cannot be read");
        }
        return read(file.toAbsolutePath().toString(), file.toString().endsWith(".json") ? "json" : "yaml")
                .recover(e -> refuse("-conf " + file + ": " + firstLine(e)));
    }

    /// From one of the files that Atalaya brings, such as `embedded`. Fails with a [SettingsException].
    public Future<Settings> fromBundled(String name) {
        return read("conf/" + name + ".yaml", "yaml").compose(this::fromObject);
    }

    /// From an object that names what differs from the defaults. Fails with a [SettingsException].
    public Future<Settings> fromObject(JsonObject overrides) {
        return read("conf/atalaya.yaml", "yaml").compose(defaults -> {
            List<String> problems = new ArrayList<>();
            JsonObject values = defaults.copy().mergeIn(withoutEmptySections(overrides, defaults), true);
            override(values, defaults, problems, variable -> !variable.startsWith(Markets.PREFIX));
            Markets.complete(values, defaults.getJsonObject(Markets.COMMON), problems);
            override(
                    values, Markets.known(values, defaults), problems, variable -> variable.startsWith(Markets.PREFIX));
            Settings settings = Settings.from(values, problems);
            problems.addAll(checks.apply(settings));
            return problems.isEmpty()
                    ? Future.succeededFuture(settings)
                    : Future.failedFuture(new SettingsException(problems));
        });
    }

    private Future<JsonObject> read(String path, String format) {
        ConfigStoreOptions store = new ConfigStoreOptions()
                .setType("file")
                .setFormat(format)
                .setConfig(new JsonObject().put("path", path));
        ConfigRetriever retriever = ConfigRetriever.create(
                vertx, new ConfigRetrieverOptions().addStore(store).setScanPeriod(-1));
        return retriever.getConfig().eventually(retriever::close);
    }

    private static <T> Future<T> refuse(String problem) {
        return Future.failedFuture(new SettingsException(List.of(problem)));
    }

    private static String firstLine(Throwable e) {
        return Optional.ofNullable(e.getMessage())
                .map(message -> message.lines().map(String::strip).limit(2).toList())
                .map(lines -> String.join(", ", lines))
                .orElse(e.getClass().getSimpleName());
    }

    /// A section of YAML without a key is null: that must not take its defaults away.
    static JsonObject withoutEmptySections(JsonObject overrides, JsonObject defaults) {
        JsonObject kept = new JsonObject();
        for (String key : overrides.fieldNames()) {
            Object value = overrides.getValue(key);
            if (!(defaults.getValue(key) instanceof JsonObject section)) {
                kept.put(key, value);
            } else if (value != null) {
                kept.put(key, value instanceof JsonObject inner ? withoutEmptySections(inner, section) : value);
            }
        }
        return kept;
    }

    /// @param defaults have every key that a variable may have, with a value of its type
    /// @param taken which variables are for these
    private void override(JsonObject values, JsonObject defaults, List<String> problems, Predicate<String> taken) {
        Map<String, List<String>> paths = new HashMap<>();
        collect(defaults, List.of(), paths);
        new TreeMap<>(environment).forEach((variable, value) -> {
            if (!variable.startsWith(PREFIX)
                    || NOT_OURS.stream().anyMatch(variable::startsWith)
                    || !taken.test(variable)) {
                return;
            }
            List<String> path = paths.get(variable);
            if (path == null) {
                problems.add(variable + ": no such setting; variables are named after keys, such as ATALAYA_REDIS_URI");
                return;
            }
            JsonObject section = values;
            for (String key : path.subList(0, path.size() - 1)) {
                if (!(section.getValue(key) instanceof JsonObject inner)) {
                    return; // refused when the section is read
                }
                section = inner;
            }
            Object byDefault = valueAt(defaults, path);
            section.put(path.getLast(), typed(value, byDefault));
        });
    }

    private static void collect(JsonObject section, List<String> path, Map<String, List<String>> paths) {
        for (Map.Entry<String, Object> entry : section) {
            List<String> here = new ArrayList<>(path);
            here.add(entry.getKey());
            if (entry.getValue() instanceof JsonObject inner) {
                collect(inner, here, paths);
            } else {
                paths.put(PREFIX + String.join("_", here).toUpperCase(Locale.ROOT), here);
            }
        }
    }

    private static Object valueAt(JsonObject object, List<String> path) {
        JsonObject section = object;
        for (String key : path.subList(0, path.size() - 1)) {
            section = section.getJsonObject(key);
        }
        return section.getValue(path.getLast());
    }

    private static Number number(String text) {
        if (text.matches("-?\\d{1,9}")) {
            return Integer.valueOf(text);
        }
        return text.matches("-?\\d+") ? (Number) Long.valueOf(text) : Double.valueOf(text);
    }

    /// A variable's text as the type that the default has; as text, to be refused, if it is none.
    private static Object typed(String text, Object byDefault) {
        try {
            return switch (byDefault) {
                case Boolean b when text.equals("true") || text.equals("false") -> Boolean.valueOf(text);
                case Number n -> number(text);
                case JsonArray array -> {
                    JsonArray elements = new JsonArray();
                    boolean numbers = !array.isEmpty() && array.getValue(0) instanceof Number;
                    for (String element : text.split(",", -1)) {
                        String stripped = element.strip();
                        if (!stripped.isEmpty()) {
                            elements.add(numbers ? (Object) Integer.valueOf(stripped) : stripped);
                        }
                    }
                    yield elements;
                }
                default -> text;
            };
        } catch (NumberFormatException e) {
            return text;
        }
    }
}
