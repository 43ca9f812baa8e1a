package dev.atalaya;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import dev.atalaya.config.LogSettings;
import java.util.Locale;
import org.slf4j.LoggerFactory;

/// Makes the log look as the settings say: text for people, or one JSON object a line with the fields of each
/// event.
final class Logging {
    private Logging() {}

    /// The language is that of all lines, whatever the locale: PostgreSQL's driver translates what it says. The
    /// rest is left alone where another backend than ours is in place.
    static void apply(LogSettings settings) {
        Locale.setDefault(Locale.Category.DISPLAY, Locale.ROOT);
        if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
            return;
        }
        ch.qos.logback.classic.Logger root = context.getLogger("ROOT");
        if (settings.format() == LogSettings.Format.JSON) {
            JsonEncoder encoder = new JsonEncoder();
            encoder.setWithFormattedMessage(true);
            replaceConsole(context, root, encoder);
        }
        context.getLogger("dev.atalaya").setLevel(Level.valueOf(settings.level().name()));
    }

    /// For a command whose output a program reads: whatever fails is reported by who asked.
    static void keepOutOfTheOutput() {
        System.setProperty("hazelcast.logging.type", "slf4j"); // it logs before it is configured
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.getLoggerList().forEach(logger -> logger.setLevel(Level.OFF));
        }
    }

    private static void replaceConsole(
            LoggerContext context, ch.qos.logback.classic.Logger root, Encoder<ILoggingEvent> encoder) {
        encoder.setContext(context);
        encoder.start();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setEncoder(encoder);
        console.start();
        root.detachAndStopAllAppenders();
        root.addAppender(console);
    }
}
