package dev.atalaya.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProbeCommandLineTest {
    private final List<ProbeCall> calls = new ArrayList<>();
    private final StringWriter err = new StringWriter();

    /// Notes what it was told and does nothing.
    private final class Noting implements Commands {
        @Override
        public int run(Optional<Path> settings, boolean clustered) {
            throw new AssertionError("run");
        }

        @Override
        public int deploy(Optional<Path> settings, int instances, boolean clustered) {
            throw new AssertionError("deploy");
        }

        @Override
        public int migrate(Optional<Path> settings) {
            throw new AssertionError("migrate");
        }

        @Override
        public int backfill(
                Optional<Path> settings, Optional<String> market, Optional<Instant> from, Optional<Instant> to) {
            throw new AssertionError("backfill");
        }

        @Override
        public int compare(Optional<Path> settings, Optional<String> market, CompareRequest request) {
            throw new AssertionError("compare");
        }

        @Override
        public int probe(ProbeCall call) {
            calls.add(call);
            return 4;
        }
    }

    private int execute(String... arguments) {
        return AtalayaCommandLine.execute(
                arguments, new Noting(), "1", new PrintWriter(new StringWriter()), new PrintWriter(err));
    }

    @Test
    void whatIsNotSaidIsUsual() {
        assertThat(execute("probe", "list")).isEqualTo(4);
        assertThat(calls)
                .containsExactly(new ProbeCall(
                        new ProbeCall.ListAddresses(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Duration.ofSeconds(5),
                        false,
                        false));
    }

    @Test
    void everythingCanBeSaid() {
        execute(
                "probe",
                "watch",
                "a.b",
                "--count",
                "3",
                "-conf",
                "f.yaml",
                "--market",
                "m",
                "--host",
                "h",
                "--port",
                "7",
                "--token-file",
                "t",
                "--timeout",
                "250ms",
                "--pretty",
                "-cluster");
        assertThat(calls)
                .containsExactly(new ProbeCall(
                        new ProbeCall.Watch("a.b", Optional.of(3)),
                        Optional.of(Path.of("f.yaml")),
                        Optional.of("m"),
                        Optional.of("h"),
                        Optional.of(7),
                        Optional.of(Path.of("t")),
                        Duration.ofMillis(250),
                        true,
                        true));
    }

    @Test
    void aRequestHasABodyOrAnEmptyOne() {
        execute("probe", "request", "a.b");
        execute("probe", "request", "a.b", "{\"list\": \"winners\"}");
        execute("probe", "trigger", "persist");
        execute("probe", "watch", "a.b");
        assertThat(calls.stream().map(ProbeCall::task))
                .containsExactly(
                        new ProbeCall.Request("a.b", new JsonObject()),
                        new ProbeCall.Request("a.b", new JsonObject().put("list", "winners")),
                        new ProbeCall.Trigger(ProbeCall.Action.PERSIST),
                        new ProbeCall.Watch("a.b", Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"probe --help", "probe -h", "probe request --help", "probe watch -h"})
    void helpIsThereForEach(String line) {
        assertThat(execute(line.split(" ", -1))).isZero();
        assertThat(err.toString()).isEmpty();
        assertThat(calls).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "request a [1]|probe request JSON: '[1]'; allowed is a JSON object",
                "request a null|probe request JSON: 'null'; allowed is a JSON object",
                "request a {|probe request JSON: '{'; allowed is a JSON object",
                "watch a --count 0|probe watch --count: '0'; allowed is a whole number of at least 1",
                "trigger stop|probe trigger ACTION: 'stop'; allowed is persist or scan",
                "list --port 0|probe --port: '0'; allowed is a whole number from 1 to 65535",
                "list --timeout 5|probe --timeout: '5'; allowed is a duration from 10ms to 1m, such as 5s",
                "list --timeout 2m|probe --timeout: '2m'; allowed is a duration from 10ms to 1m, such as 5s",
            })
    void whatIsNotAllowedIsNamedInOneLine(String line, String problem) {
        assertThat(execute(("probe " + line).split(" ", -1))).isEqualTo(AtalayaCommandLine.USAGE);
        assertThat(err.toString()).isEqualToIgnoringNewLines(problem);
        assertThat(calls).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"probe", "probe shout", "probe request", "probe watch", "probe trigger", "probe list x"})
    void anIncompleteLineIsAUsageError(String line) {
        assertThat(execute(line.split(" ", -1))).isEqualTo(AtalayaCommandLine.USAGE);
        assertThat(err.toString()).isNotEmpty();
        assertThat(calls).isEmpty();
    }
}
