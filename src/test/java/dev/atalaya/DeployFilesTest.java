package dev.atalaya;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.config.NodeSettings.Role;
import dev.atalaya.config.Settings;
import dev.atalaya.config.SettingsLoader;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.config.ConfigRetriever;
import io.vertx.config.ConfigRetrieverOptions;
import io.vertx.config.ConfigStoreOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// The image's files, the compose file and the alert rules name things that exist, as far as that can be told
/// without a container engine.
@ExtendWith(VertxExtension.class)
class DeployFilesTest {
    private static final Path DOCKERFILE = Path.of("Dockerfile");
    private static final Path COMPOSE = Path.of("deploy/compose.yaml");
    private static final Path CLUSTER = Path.of("deploy/compose-cluster.yaml");
    private static final Path KUBERNETES = Path.of("deploy/kubernetes.yaml");
    private static final Path ALERTS = Path.of("deploy/alerts.yaml");

    @TempDir
    Path folder;

    @Test
    void everyImageIsPinnedToAPatchRelease(Vertx vertx) throws Exception {
        List<String> bases =
                instructions("FROM").map(from -> from.replaceFirst(" .*", "")).toList();
        assertThat(bases).hasSize(2).allMatch(DeployFilesTest::isPinned);
        assertThat(bases.getLast()).startsWith("eclipse-temurin:25.");
        JsonObject services = yaml(vertx, COMPOSE).getJsonObject("services");
        assertThat(services.fieldNames()).containsExactlyInAnyOrder("atalaya", "redis", "timescaledb");
        assertThat(services.fieldNames())
                .allMatch(name -> isPinned(services.getJsonObject(name).getString("image")));
        String version = matches("<version>(.+?)</version>", Path.of("pom.xml")).getFirst();
        assertThat(services.getJsonObject("atalaya").getString("image")).isEqualTo("atalaya:" + version);
    }

    private static boolean isPinned(String image) {
        return image.matches("[a-z/-]+:\\d+\\.\\d+\\.\\d+\\S*");
    }

    @Test
    void theImageRunsWithoutRootAndWithoutAShellBeforeJava() throws Exception {
        assertThat(instructions("USER")).singleElement().asString().matches("[1-9]\\d+:[1-9]\\d+");
        assertThat(instructions("ENTRYPOINT")).singleElement().asString().startsWith("[\"java\", ");
        assertThat(instructions("HEALTHCHECK")).singleElement().asString().contains("/health/live", "CMD [\"bash\", ");
    }

    @Test
    void whatTheDockerfileCopiesExistsAndIsNotIgnored() throws Exception {
        List<String> sources = instructions("COPY")
                .filter(copy -> !copy.startsWith("--from"))
                .map(copy -> copy.replaceFirst(" .*", ""))
                .toList();
        assertThat(sources).isNotEmpty().allMatch(source -> Files.exists(Path.of(source)));
        List<String> kept = Files.readAllLines(Path.of(".dockerignore")).stream()
                .filter(line -> line.startsWith("!"))
                .map(line -> line.substring(1))
                .toList();
        assertThat(kept).containsExactlyInAnyOrderElementsOf(sources);
        assertThat(Files.readAllLines(Path.of(".dockerignore"))).contains("*");
    }

    @Test
    void theSettingsFilesThatAreNamedExist() throws Exception {
        List<String> inTheImage = matches("src/main/resources/(conf/[a-z-]+\\.yaml)", DOCKERFILE);
        assertThat(inTheImage).isNotEmpty().allMatch(file -> Files.exists(Path.of("src/main/resources", file)));
        assertThat(matches("\"(conf/[a-z-]+\\.yaml)\"", DOCKERFILE))
                .isNotEmpty()
                .isSubsetOf(inTheImage);
        assertThat(matches("(conf/[a-z-]+\\.yaml)", COMPOSE)).isNotEmpty().isSubsetOf(inTheImage);
    }

    @Test
    void everyPortIsPublishedOnTheLoopbackAlone(Vertx vertx) throws Exception {
        JsonObject services = yaml(vertx, COMPOSE).getJsonObject("services");
        for (String name : services.fieldNames()) {
            assertThat(services.getJsonObject(name).getJsonArray("ports"))
                    .as(name)
                    .isNotEmpty()
                    .allMatch(port -> port.toString().matches("127\\.0\\.0\\.1:\\d+:\\d+"));
        }
    }

    @Test
    void theServiceStartsWithTheEnvironmentThatComposeGivesIt(Vertx vertx) throws Exception {
        JsonObject compose = yaml(vertx, COMPOSE);
        JsonObject services = compose.getJsonObject("services");
        Path secret = Files.writeString(folder.resolve("database-password"), "of the test\n");
        Map<String, String> environment = new HashMap<>();
        services.getJsonObject("atalaya")
                .getJsonObject("environment")
                .forEach(variable -> environment.put(
                        variable.getKey(),
                        variable.getValue()
                                .toString()
                                .replaceFirst("^\\$\\{\\w+:-(.*)}$", "$1")
                                .replace("/run/secrets/database-password", secret.toString())));
        Settings settings = NodeBed.await(
                new SettingsLoader(vertx, environment).fromFile(Path.of("src/main/resources/conf/production.yaml")));
        assertThat(settings.http().host()).isEqualTo("0.0.0.0");
        assertThat(settings.database().password().value()).isEqualTo("of the test");
        assertThat(services.getJsonObject("atalaya").getJsonArray("secrets")).containsExactly("database-password");
        assertThat(compose.getJsonObject("secrets").fieldNames()).containsExactly("database-password");
        assertThat(services.fieldNames())
                .contains(
                        URI.create(settings.redis().uri()).getHost(),
                        URI.create(settings.database().uri()).getHost());
        JsonObject database = services.getJsonObject("timescaledb").getJsonObject("environment");
        assertThat(database.getString("POSTGRES_USER"))
                .isEqualTo(settings.database().user());
        assertThat(URI.create(settings.database().uri()).getPath()).isEqualTo("/" + database.getString("POSTGRES_DB"));
        assertThat(services.getJsonObject("atalaya").getJsonArray("ports").stream()
                        .map(port -> Integer.valueOf(port.toString().replaceFirst(".*:", ""))))
                .containsExactlyElementsOf(settings.http().ports());
    }

    /// The first system's services are called so, and its operators read their logs.
    @Test
    void theNodesOfTheComposedClusterFindOneAnotherAndShareTheRoles(Vertx vertx) throws Exception {
        JsonObject services = yaml(vertx, CLUSTER).getJsonObject("services");
        assertThat(services.fieldNames()).containsExactly("scanner_service", "data_maintenance", "standby");
        Path secret = Files.writeString(folder.resolve("database-password"), "of the test\n");
        Set<String> hosts = services.stream()
                .map(service -> ((JsonObject) service.getValue()).getString("hostname"))
                .collect(Collectors.toSet());
        Map<String, Settings> nodes = new HashMap<>();
        for (String name : services.fieldNames()) {
            JsonObject service = services.getJsonObject(name);
            Map<String, String> environment = new HashMap<>();
            service.getJsonObject("environment")
                    .forEach(variable -> environment.put(
                            variable.getKey(),
                            variable.getValue()
                                    .toString()
                                    .replace("/run/secrets/database-password", secret.toString())));
            Settings node = NodeBed.await(new SettingsLoader(vertx, environment)
                    .fromFile(Path.of("src/main/resources/conf/production.yaml")));
            nodes.put(node.node().name(), node);
            assertThat(node.cluster().members()).as(name).containsExactlyInAnyOrderElementsOf(hosts);
            assertThat(node.cluster().host()).as(name).isEqualTo(service.getString("hostname"));
            assertThat(service.getJsonArray("command")).as(name).contains("-cluster");
        }
        assertThat(nodes).hasSize(3);
        assertThat(nodes.values())
                .filteredOn(node -> node.node().has(Role.SCANNER))
                .hasSize(2);
        assertThat(nodes.values())
                .filteredOn(node -> node.node().has(Role.PERSISTENCE))
                .hasSize(2);
    }

    @Test
    void aPodStartsWithTheEnvironmentThatItsManifestGivesIt(Vertx vertx) throws Exception {
        Map<String, JsonObject> objects = new HashMap<>();
        for (String document : Files.readString(KUBERNETES).split("(?m)^---$", -1)) {
            JsonObject object = yaml(vertx, Files.writeString(folder.resolve("document.yaml"), document));
            objects.put(
                    object.getString("kind") + " "
                            + object.getJsonObject("metadata").getString("name"),
                    object);
        }
        assertThat(objects.keySet())
                .containsExactlyInAnyOrder(
                        "Service atalaya-nodes",
                        "Service atalaya",
                        "PodDisruptionBudget atalaya",
                        "StatefulSet atalaya");
        JsonObject set =
                Objects.requireNonNull(objects.get("StatefulSet atalaya")).getJsonObject("spec");
        JsonObject pod = set.getJsonObject("template").getJsonObject("spec");
        JsonObject container = pod.getJsonArray("containers").getJsonObject(0);
        Map<String, String> environment = new HashMap<>();
        container.getJsonArray("env").forEach(variable -> {
            JsonObject one = (JsonObject) variable;
            environment.put(
                    one.getString("name"),
                    one.getJsonObject("valueFrom").toString().contains("podIP") ? "10.1.2.3" : "atalaya-0");
        });
        List<String> arguments =
                container.getJsonArray("args").stream().map(String.class::cast).toList();
        assertThat(arguments).containsExactly("run", "-conf", "conf/kubernetes.yaml", "-cluster");
        Settings settings = NodeBed.await(new SettingsLoader(vertx, environment)
                .fromFile(Path.of("src/main/resources").resolve(arguments.get(2))));
        assertThat(settings.node().name()).isEqualTo("atalaya-0");
        assertThat(settings.cluster().host()).isEqualTo("10.1.2.3");
        assertThat(settings.cluster().kubernetesService()).startsWith(set.getString("serviceName") + ".atalaya.svc");
        assertThat(settings.database().password().value()).isNotEmpty();
        assertThat(pod.getInteger("terminationGracePeriodSeconds"))
                .isGreaterThan((int) settings.http().drain().toSeconds() + 9);
        assertThat(container
                        .getJsonObject("readinessProbe")
                        .getJsonObject("httpGet")
                        .getString("path"))
                .isEqualTo("/health/ready");
        assertThat(matches("src/main/resources/(conf/[a-z-]+\\.yaml)", DOCKERFILE))
                .contains("conf/kubernetes.yaml");
    }

    @Test
    void theUnitOfSystemdStartsTheJarWithTheOptionsThatTheImageHas() throws Exception {
        String unit = Files.readString(Path.of("deploy/atalaya.service"));
        String start =
                find("(?m)^ExecStart=(.*)$", unit).findFirst().orElseThrow().group(1);
        assertThat(start).contains("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");
        assertThat(start).endsWith("-jar /opt/atalaya/atalaya.jar run -conf /etc/atalaya/settings.yaml");
        assertThat(unit).contains("SuccessExitStatus=143", "RestartPreventExitStatus=2");
    }

    @Test
    void theAlertRulesAskForMetricsThatAServiceHasFromItsStart(Vertx vertx) throws Exception {
        List<JsonObject> rules = yaml(vertx, ALERTS).getJsonArray("groups").stream()
                .flatMap(group -> ((JsonObject) group).getJsonArray("rules").stream())
                .map(JsonObject.class::cast)
                .toList();
        assertThat(rules).hasSize(3);
        Set<String> asked = rules.stream()
                .flatMap(rule -> find("atalaya_\\w+", rule.getString("expr")))
                .map(MatchResult::group)
                .collect(Collectors.toSet());
        assertThat(asked).isNotEmpty().isSubsetOf(exposed(vertx));
        String operations = Files.readString(Path.of("docs/OPERATIONS.md"));
        assertThat(rules).allMatch(rule -> operations.contains(rule.getString("alert")));
    }

    /// The names in the registry of a node that has just started, and whose servers are away.
    private static Set<String> exposed(Vertx vertx) throws Exception {
        Settings settings = NodeBed.await(new SettingsLoader(vertx, Map.of())
                .fromObject(new JsonObject()
                        .put("redis", new JsonObject().put("uri", "redis://127.0.0.1:1"))
                        .put("database", new JsonObject().put("uri", "postgresql://127.0.0.1:1/atalaya"))
                        .put("http", new JsonObject().put("ports", new JsonArray().add(0)))
                        .put("bridge", new JsonObject().put("port", 0))));
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Node node = NodeBed.await(Node.start(vertx, settings, registry, InstantSource.system()));
        try {
            return find("(?m)^(\\w+)[{ ]", registry.scrape())
                    .map(match -> match.group(1))
                    .collect(Collectors.toSet());
        } finally {
            NodeBed.await(node.stop());
        }
    }

    /// What stands behind a keyword of the Dockerfile, each time.
    private static Stream<String> instructions(String keyword) throws IOException {
        return Files.readAllLines(DOCKERFILE).stream()
                .filter(line -> line.startsWith(keyword + " "))
                .map(line -> line.substring(keyword.length() + 1).strip());
    }

    private static List<String> matches(String pattern, Path file) throws IOException {
        return find(pattern, Files.readString(file))
                .map(match -> match.group(1))
                .toList();
    }

    private static Stream<MatchResult> find(String pattern, String text) {
        return Pattern.compile(pattern).matcher(text).results();
    }

    private static JsonObject yaml(Vertx vertx, Path file) throws Exception {
        ConfigStoreOptions store = new ConfigStoreOptions()
                .setType("file")
                .setFormat("yaml")
                .setConfig(new JsonObject().put("path", file.toAbsolutePath().toString()));
        ConfigRetriever retriever = ConfigRetriever.create(
                vertx, new ConfigRetrieverOptions().addStore(store).setScanPeriod(-1));
        return NodeBed.await(retriever.getConfig().eventually(retriever::close));
    }
}
