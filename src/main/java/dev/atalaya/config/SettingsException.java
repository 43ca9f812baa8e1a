package dev.atalaya.config;

import java.util.List;

/// Settings that Atalaya does not start with. Each problem is one line that names key, value and what is
/// allowed.
public final class SettingsException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient List<String> problems;

    public SettingsException(List<String> problems) {
        super(String.join(System.lineSeparator(), problems));
        this.problems = List.copyOf(problems);
    }

    public List<String> problems() {
        return problems;
    }
}
