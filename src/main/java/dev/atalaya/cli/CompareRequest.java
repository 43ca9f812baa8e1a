package dev.atalaya.cli;

import dev.atalaya.config.SettingsException;
import java.util.List;

/// What lists are to be compared with, and how.
///
/// @param with the prefix of the other system's keys; empty: they have none
/// @param top how many tickers of each list
/// @param tolerancePercent by how much numbers may differ, in percent of the larger
/// @param json one JSON object a list, no table
public record CompareRequest(String with, int top, double tolerancePercent, boolean json) {
    /// @throws SettingsException if a value is out of its range
    static CompareRequest of(String with, int top, double tolerancePercent, boolean json) throws SettingsException {
        if (top < 1) {
            throw new SettingsException(List.of("compare --top: '" + top + "'; allowed is a whole number from 1 on"));
        }
        if (!(tolerancePercent >= 0 && tolerancePercent <= 100)) {
            throw new SettingsException(
                    List.of("compare --tolerance: '" + tolerancePercent + "'; allowed is a number from 0 to 100"));
        }
        return new CompareRequest(with, top, tolerancePercent, json);
    }
}
