package dev.atalaya.config;

/// What the log looks like.
public record LogSettings(Format format, Level level) {
    /// How a line is written.
    public enum Format {
        TEXT,
        JSON
    }

    /// The least that is logged.
    public enum Level {
        ERROR,
        WARN,
        INFO,
        DEBUG
    }

    static LogSettings from(Section section) {
        LogSettings log = new LogSettings(section.choice("format", Format.class), section.choice("level", Level.class));
        section.rejectUnknown();
        return log;
    }
}
