package dev.atalaya.http;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/// The dashboard and the contract, read once from the class path.
final class WebFiles {
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml",
            "yaml", "application/yaml");

    private WebFiles() {}

    /// Each path with what it is answered with. Reads files: not for an event loop.
    static Map<String, Answer> read() {
        Map<String, Answer> files = new LinkedHashMap<>();
        files.put("/", read("index.html"));
        for (String name : new String[] {"style.css", "app.js", "page.js", "favicon.svg", "openapi.yaml"}) {
            files.put("/" + name, read(name));
        }
        return files;
    }

    private static Answer read(String name) {
        String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        try (InputStream file = WebFiles.class.getResourceAsStream("/web/" + name)) {
            if (file == null || type == null) {
                throw new IllegalStateException("The class path has no web/" + name);
            }
            return new Answer(200, type, Buffer.buffer(file.readAllBytes()));
        } catch (IOException cause) {
            throw new UncheckedIOException("web/" + name, cause);
        }
    }
}
