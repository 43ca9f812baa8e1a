package dev.atalaya.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A password that shows as `***` wherever it is printed.
public record Secret(String value) {
    /// From the key itself, or from the file that `KEY_file` names.
    static Secret from(Section section, String key) {
        String value = section.text(key);
        String file = section.text(key + "_file");
        if (file.isEmpty()) {
            return new Secret(value);
        }
        if (!value.isEmpty()) {
            section.problem(key, value, "only one of " + key + " and " + key + "_file");
        }
        try {
            return new Secret(Files.readString(Path.of(file)).strip());
        } catch (IOException e) {
            section.problem(key + "_file", file, "a file that can be read");
            return new Secret("");
        }
    }

    @Override
    public String toString() {
        return value.isEmpty() ? "" : "***";
    }
}
