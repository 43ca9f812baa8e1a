package dev.atalaya.cli;

import dev.atalaya.config.SettingsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How `probe` gets to a node; filled in by picocli.
final class ProbeOptions {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,6})(ms|s|m)");
    private static final Duration SHORTEST = Duration.ofMillis(10);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this.")
    boolean help;

    @Option(names = "-conf", paramLabel = "FILE", description = "The node's settings: they name its bridge and market.")
    @Nullable
    Path conf;

    @Option(names = "--market", paramLabel = "NAME", description = "Which, where the settings have several.")
    @Nullable
    String market;

    @Option(names = "--host", paramLabel = "HOST", description = "In the place of bridge.host.")
    @Nullable
    String host;

    @Option(names = "--port", paramLabel = "PORT", description = "In the place of bridge.port.")
    @Nullable
    Integer port;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "Holds the bridge's token; or set ATALAYA_BRIDGE_TOKEN.")
    @Nullable
    Path tokenFile;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = "How long a connection is waited for, and an answer: 10ms to 1m (default: 5s).")
    String timeout = "5s";

    @Option(names = "--pretty", description = "A table, not JSON lines.")
    boolean pretty;

    @Option(names = "-cluster", description = "Join the nodes' cluster; the bridge is not needed then.")
    boolean clustered;

    /// @throws SettingsException if an option has a value that is not allowed
    ProbeCall call(ProbeCall.Task task) throws SettingsException {
        if (port != null && (port < 1 || port > 65_535)) {
            throw refused("--port", port.toString(), "a whole number from 1 to 65535");
        }
        return new ProbeCall(
                task,
                Optional.ofNullable(conf),
                Optional.ofNullable(market),
                Optional.ofNullable(host),
                Optional.ofNullable(port),
                Optional.ofNullable(tokenFile),
                duration(),
                pretty,
                clustered);
    }

    private Duration duration() throws SettingsException {
        Matcher matcher = DURATION.matcher(timeout);
        if (matcher.matches()) {
            long amount = Long.parseLong(matcher.group(1));
            Duration duration = switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(amount);
                case "s" -> Duration.ofSeconds(amount);
                default -> Duration.ofMinutes(amount);
            };
            if (duration.compareTo(SHORTEST) >= 0 && duration.compareTo(LONGEST) <= 0) {
                return duration;
            }
        }
        throw refused("--timeout", timeout, "a duration from 10ms to 1m, such as 5s");
    }

    static SettingsException refused(String what, String value, String allowed) {
        return new SettingsException(List.of("probe " + what + ": '" + value + "'; allowed is " + allowed));
    }
}
