package dev.atalaya.cli;

import dev.atalaya.config.SettingsException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Understands the command line. Exit codes: 0 done, 1 failed, 2 the command line or the settings are wrong.
@Command(
        name = "atalaya",
        description = "A real-time market scanner whose hot path never waits for a database.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:failed; the reason is printed",
            "2:the command line or the settings are wrong",
            "5:compare: the lists differ"
        },
        footer = {
            "",
            "Without -conf everything is started here: the simulated market on",
            "an embedded Redis and PostgreSQL; dashboard: http://127.0.0.1:8001/",
            "Every setting: src/main/resources/conf/atalaya.yaml, docs/OPERATIONS.md",
            "How fast it is here: ./atalaya bench lists what can be measured."
        })
public final class AtalayaCommandLine {
    /// What the command line or the settings being wrong ends with.
    public static final int USAGE = 2;

    /// What a comparison that found differences ends with.
    public static final int DIFFERENT = 5;

    private static final String VERTICLE = "dev.atalaya.MainVerticle";
    private static final int MAX_INSTANCES = 1000;

    private final Commands commands;

    private AtalayaCommandLine(Commands commands) {
        this.commands = commands;
    }

    /// Runs one command line and answers the exit code.
    ///
    /// @param version what `--version` prints
    public static int execute(String[] arguments, Commands commands, String version, PrintWriter out, PrintWriter err) {
        CommandLine line = new CommandLine(new AtalayaCommandLine(commands));
        line.addSubcommand(new ProbeCommandLine(commands));
        line.getCommandSpec().version("Atalaya " + version);
        line.setOut(out).setErr(err);
        line.setExecutionExceptionHandler((failure, failed, parsed) -> {
            if (failure instanceof SettingsException settings) {
                settings.problems().forEach(err::println);
                err.flush();
                return USAGE;
            }
            throw failure;
        });
        return line.execute(arguments.length == 0 ? new String[] {"--help"} : arguments);
    }

    @Command(name = "run", description = "Scan, publish, store and serve until told to end (Ctrl-C).")
    int run(
            @Parameters(
                            arity = "0..1",
                            paramLabel = "VERTICLE",
                            description = "Deploy as Vert.x's own launcher does: " + VERTICLE + ".")
                    @Nullable
                    String verticle,
            @Option(names = "-conf", paramLabel = "FILE", description = "Settings, YAML or JSON.") @Nullable Path conf,
            @Option(
                            names = "-instances",
                            paramLabel = "N",
                            description = "With VERTICLE: how many to deploy; one scans, the others stand aside.")
                    @Nullable
                    Integer instances,
            @Option(
                            names = "-cluster",
                            description =
                                    "Join the other nodes: of each market one scans, one stores, the rest stand by.")
                    boolean clustered)
            throws SettingsException {
        if (verticle == null && instances == null) {
            return commands.run(Optional.ofNullable(conf), clustered);
        }
        if (!VERTICLE.equals(verticle)) {
            throw refused("VERTICLE", verticle == null ? "" : verticle, VERTICLE);
        }
        int count = Objects.requireNonNullElse(instances, 1);
        if (count < 1 || count > MAX_INSTANCES) {
            throw refused("-instances", "" + count, "a whole number from 1 to " + MAX_INSTANCES);
        }
        return commands.deploy(Optional.ofNullable(conf), count, clustered);
    }

    private static SettingsException refused(String what, String value, String allowed) {
        return new SettingsException(List.of("run " + what + ": '" + value + "'; allowed is " + allowed));
    }

    @Command(name = "migrate", description = "Apply the database's migrations and end.")
    int migrate(
            @Option(names = "-conf", paramLabel = "FILE", description = "Settings, YAML or JSON.") @Nullable Path conf)
            throws SettingsException {
        return commands.migrate(Optional.ofNullable(conf));
    }

    @Command(
            name = "backfill",
            description = {
                "Store what waits in the journal, oldest first, and end.",
                "The service does it by itself, at start and after every outage; both may run at once."
            })
    int backfill(
            @Option(names = "-conf", paramLabel = "FILE", description = "Settings, YAML or JSON.") @Nullable Path conf,
            @Option(names = "--market", paramLabel = "NAME", description = "Of this market alone, not of all.")
                    @Nullable
                    String market,
            @Option(
                            names = "--from",
                            paramLabel = "TIME",
                            description = "Refuse if older scans wait: a time such as 2025-01-24T14:00:00Z, or a day.")
                    @Nullable
                    String from,
            @Option(
                            names = "--to",
                            paramLabel = "TIME",
                            description = "Only hours that began before; without it all, the running hour included.")
                    @Nullable
                    String to)
            throws SettingsException {
        Optional<Instant> begin = time("--from", from);
        Optional<Instant> end = time("--to", to);
        if (begin.isPresent() && end.isPresent() && !begin.get().isBefore(end.get())) {
            throw new SettingsException(List.of("backfill --to: '" + to + "'; allowed is a time after --from"));
        }
        return commands.backfill(Optional.ofNullable(conf), Optional.ofNullable(market), begin, end);
    }

    @Command(
            name = "compare",
            description = {
                "Compare the lists in Redis with those that another system writes there.",
                "Exit code 0: they are the same; 5: they differ; 1: they could not be read."
            })
    int compare(
            @Option(names = "-conf", paramLabel = "FILE", description = "Settings, YAML or JSON.") @Nullable Path conf,
            @Option(names = "--market", paramLabel = "NAME", description = "Which, where the settings have several.")
                    @Nullable
                    String market,
            @Option(
                            names = "--with",
                            required = true,
                            paramLabel = "PREFIX",
                            description = "What the other system's keys begin with; '' for nothing, the first system.")
                    String with,
            @Option(names = "--top", paramLabel = "N", description = "Only the first N tickers of each list.") @Nullable
                    Integer top,
            @Option(
                            names = "--tolerance",
                            defaultValue = "0",
                            paramLabel = "PERCENT",
                            description = "Numbers may differ by so much of the larger.")
                    double tolerance,
            @Option(names = "--json", description = "A JSON object a list instead of the table.") boolean json)
            throws SettingsException {
        return commands.compare(
                Optional.ofNullable(conf),
                Optional.ofNullable(market),
                CompareRequest.of(with, Objects.requireNonNullElse(top, Integer.MAX_VALUE), tolerance, json));
    }

    private static Optional<Instant> time(String option, @Nullable String text) throws SettingsException {
        try {
            return Optional.ofNullable(text)
                    .map(time -> time.contains("T")
                            ? Instant.parse(time)
                            : LocalDate.parse(time).atStartOfDay(ZoneOffset.UTC).toInstant());
        } catch (DateTimeParseException e) {
            throw new SettingsException(List.of("backfill " + option + ": '" + text
                    + "'; allowed is a time such as 2025-01-24T14:00:00Z, or a day, which begins at midnight UTC"));
        }
    }
}
