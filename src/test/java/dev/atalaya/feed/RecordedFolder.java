package dev.atalaya.feed;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.zip.GZIPOutputStream;

/// Writes a replay's files by hand.
public record RecordedFolder(Path folder) {
    public void universe(LocalDate day, String... rows) throws IOException {
        write(
                "universe/universe-" + day + ".csv.gz",
                "symbol,name,exchange,sector,industry,country,market_cap,last,net_change,pct_change,volume",
                rows);
    }

    public void bars(LocalDate day, String... rows) throws IOException {
        write("bars/bars-" + day + ".csv.gz", "symbol,minute_utc,open,high,low,close,volume", rows);
    }

    void write(String name, String header, String... rows) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.resolveSibling(""));
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write((header + "\n" + String.join("\n", rows) + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }
}
