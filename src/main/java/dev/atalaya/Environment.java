package dev.atalaya;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/// The process's environment, whose texts are UTF-8 whatever `LANG` says: Java reads them in the charset of the
/// locale, which under `C` loses the `ñ` of a password.
final class Environment {
    private Environment() {}

    /// As Java reads it where the system does not give its bytes or they are no UTF-8.
    static Map<String, String> ofProcess() {
        try {
            return parse(Files.readAllBytes(Path.of("/proc/self/environ")));
        } catch (IOException e) {
            return System.getenv();
        }
    }

    /// @param bytes `NAME=value`, each followed by a zero
    /// @throws CharacterCodingException if they are no UTF-8
    static Map<String, String> parse(byte[] bytes) throws CharacterCodingException {
        String text = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
        Map<String, String> variables = new TreeMap<>();
        for (String variable : text.split("\0", -1)) {
            int equals = variable.indexOf('=');
            if (equals > 0) {
                variables.putIfAbsent(variable.substring(0, equals), variable.substring(equals + 1));
            }
        }
        return variables;
    }
}
