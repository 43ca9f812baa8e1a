package dev.atalaya.cli;

import dev.atalaya.cli.ProbeCall.Action;
import dev.atalaya.config.SettingsException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Understands `probe` and what stands behind it.
@Command(
        name = "probe",
        description = {
            "Ask a running node, and hear what it publishes, over its event bus.",
            "What comes is printed as JSON, one line an answer or message."
        },
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:answered",
            "1:the other side failed; its reason is printed",
            "2:the command line or the settings are wrong",
            "3:nobody listens",
            "4:no answer came in time"
        },
        footer = {
            "",
            "Without -conf it goes where ./atalaya run listens.",
            "  ./atalaya probe request atalaya.us.scanner.list '{\"list\": \"gappers_up\", \"limit\": 3}'",
            "  ./atalaya probe watch atalaya.us.scanner.cycles --pretty"
        })
final class ProbeCommandLine {
    private final Commands commands;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this.")
    boolean help;

    ProbeCommandLine(Commands commands) {
        this.commands = commands;
    }

    @Command(name = "list", description = "Name the addresses, and what each takes and gives; no node is asked.")
    int list(@Mixin ProbeOptions options) throws SettingsException {
        return commands.probe(options.call(new ProbeCall.ListAddresses()));
    }

    @Command(name = "request", description = "Ask an address and print the answer.")
    int request(
            @Mixin ProbeOptions options,
            @Parameters(index = "0", paramLabel = "ADDRESS", description = "One that list names.") String address,
            @Parameters(index = "1", arity = "0..1", paramLabel = "JSON", description = "An object; without it {}.")
                    @Nullable
                    String json)
            throws SettingsException {
        return commands.probe(options.call(new ProbeCall.Request(address(address), body(json))));
    }

    private static JsonObject body(@Nullable String json) throws SettingsException {
        if (json == null) {
            return new JsonObject();
        }
        try {
            if (Json.decodeValue(json) instanceof JsonObject body) {
                return body;
            }
        } catch (DecodeException e) {
            // refused below
        }
        throw ProbeOptions.refused("request JSON", json, "a JSON object");
    }

    @Command(name = "watch", description = "Print what is published at an address until told to end (Ctrl-C).")
    int watch(
            @Mixin ProbeOptions options,
            @Parameters(index = "0", paramLabel = "ADDRESS", description = "One that list names.") String address,
            @Option(names = "--count", paramLabel = "N", description = "End after so many messages.") @Nullable
                    Integer count)
            throws SettingsException {
        if (count != null && count < 1) {
            throw ProbeOptions.refused("watch --count", count.toString(), "a whole number of at least 1");
        }
        return commands.probe(options.call(new ProbeCall.Watch(address(address), Optional.ofNullable(count))));
    }

    @Command(name = "trigger", description = "Make something happen now: persist or scan.")
    int trigger(
            @Mixin ProbeOptions options,
            @Parameters(index = "0", paramLabel = "ACTION", description = "persist or scan.") String action)
            throws SettingsException {
        for (Action known : Action.values()) {
            if (known.name().toLowerCase(Locale.ROOT).equals(action)) {
                return commands.probe(options.call(new ProbeCall.Trigger(known)));
            }
        }
        throw ProbeOptions.refused("trigger ACTION", action, "persist or scan");
    }

    private static String address(String address) throws SettingsException {
        if (address.isBlank()) {
            throw ProbeOptions.refused("ADDRESS", address, "one of those that ./atalaya probe list names");
        }
        return address;
    }
}
