package dev.atalaya.cli;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// What `probe` was told to do, and how it gets there.
///
/// @param settings a file, or empty for the embedded default
/// @param market that is meant where an address does not say it; empty: the only one there is
/// @param host of the bridge, in the place of what the settings say; `port` and `tokenFile` likewise
/// @param timeout how long a connection is waited for, and an answer
/// @param pretty whether tables are printed, not JSON lines
/// @param clustered whether it joins the cluster, not the bridge
public record ProbeCall(
        Task task,
        Optional<Path> settings,
        Optional<String> market,
        Optional<String> host,
        Optional<Integer> port,
        Optional<Path> tokenFile,
        Duration timeout,
        boolean pretty,
        boolean clustered) {
    /// What there is to do.
    public sealed interface Task {}

    /// Names the addresses.
    public record ListAddresses() implements Task {}

    /// Asks an address.
    public record Request(String address, JsonObject body) implements Task {}

    /// Hears what is published.
    ///
    /// @param count how many messages; empty: until the process is told to end
    public record Watch(String address, Optional<Integer> count) implements Task {}

    /// Asks for something to happen.
    public record Trigger(Action action) implements Task {}

    /// What can be triggered.
    public enum Action {
        PERSIST,
        SCAN
    }
}
