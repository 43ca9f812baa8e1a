package dev.atalaya.schema;

import dev.atalaya.config.DatabaseSettings;
import java.sql.SQLException;
import java.util.Optional;
import org.flywaydb.core.api.exception.FlywayValidateException;

/// The database could not be migrated. The message is for the user: why, and what to do.
public final class MigrationException extends Exception {
    private static final long serialVersionUID = 1;

    private MigrationException(String message, Throwable cause) {
        super(message, cause);
    }

    static MigrationException of(DatabaseSettings settings, Exception e) {
        if (e instanceof FlywayValidateException) {
            return new MigrationException(
                    settings.uri() + " was migrated with other files than this Atalaya brings: start the version that"
                            + " migrated it, or a newer one",
                    e);
        }
        Throwable cause = root(e);
        String state = cause instanceof SQLException sql
                ? Optional.ofNullable(sql.getSQLState()).orElse("")
                : "";
        String words = Optional.ofNullable(cause.getMessage())
                .flatMap(message -> message.lines().findFirst())
                .map(line -> line.replaceFirst("^(ERROR|FATAL): ", ""))
                .orElse(cause.getClass().getSimpleName());
        String message = switch (state) {
            case "P0001" -> words; // raised by the migration itself
            case "28P01", "28000" ->
                settings.uri() + " refuses the user " + settings.user()
                        + ": check database.user and database.password (" + words + ")";
            case "3D000" -> settings.uri() + ": create the database, or check database.uri (" + words + ")";
            case "42501" ->
                settings.uri() + ": the user " + settings.user() + " lacks a right: grant it, or let an"
                        + " administrator run ./atalaya migrate (" + words + ")";
            case "08001", "08004", "08006", "57P03" ->
                settings.uri() + " does not answer: start the database, or check database.uri (" + words + ")";
            default -> settings.uri() + " could not be migrated: " + words;
        };
        return new MigrationException(message, e);
    }

    /// The first database error in the chain, else its end.
    private static Throwable root(Throwable e) {
        Throwable cause = e;
        while (!(cause instanceof SQLException) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
