package dev.atalaya.cli;

import dev.atalaya.config.SettingsException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/// What the command line makes happen. Each answers the exit code: 0 done, 1 failed with its reason printed.
public interface Commands {
    /// Runs until the process is told to end.
    ///
    /// @param settings a file, or empty for the embedded default
    /// @param clustered whether it joins a cluster whatever the settings say
    /// @throws SettingsException if the settings are not fit to start with
    int run(Optional<Path> settings, boolean clustered) throws SettingsException;

    /// Deploys the main verticle as Vert.x's own launcher does, and runs until the process is told to end.
    ///
    /// @param settings a file; the main verticle refuses to start without
    /// @param instances how many Vert.x is asked for, at least 1
    /// @param clustered whether it joins a cluster whatever the settings say
    /// @throws SettingsException if the settings are not fit to start with
    int deploy(Optional<Path> settings, int instances, boolean clustered) throws SettingsException;

    /// Applies migrations to the database.
    ///
    /// @throws SettingsException if the settings are not fit to start with
    int migrate(Optional<Path> settings) throws SettingsException;

    /// Stores what waits in the journal.
    ///
    /// @param settings a file, or empty for the embedded default
    /// @param market empty: all there are
    /// @param from refused if older scans wait
    /// @param to only periods that began before; empty: all there is
    /// @throws SettingsException if the settings are not fit to start with
    int backfill(Optional<Path> settings, Optional<String> market, Optional<Instant> from, Optional<Instant> to)
            throws SettingsException;

    /// Asks a running node. Further exit codes: 3 nobody listens, 4 no answer came in time.
    ///
    /// @throws SettingsException if the settings do not say where
    int probe(ProbeCall call) throws SettingsException;

    /// Compares the lists with those that another system has published in the same Redis.
    ///
    /// @param settings a file, or empty for the embedded default, whose Redis must be running
    /// @param market empty: the only one there is
    /// @return 0 if they are the same, [AtalayaCommandLine#DIFFERENT] if they are not, 1 if nobody knows
    /// @throws SettingsException if the settings or the request are not fit to compare with
    int compare(Optional<Path> settings, Optional<String> market, CompareRequest request) throws SettingsException;
}
