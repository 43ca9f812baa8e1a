package dev.atalaya.persistence;

import dev.atalaya.config.DatabaseSettings;
import dev.atalaya.config.PersistenceSettings.Select;
import dev.atalaya.journal.ResultColumn;
import dev.atalaya.journal.ResultRow;
import dev.atalaya.schema.Migrations;
import dev.atalaya.testing.Sql;
import dev.atalaya.testing.Waiting;
import io.vertx.core.Vertx;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/// Many rows into `scan_results`, once as the service stores them and once by COPY in the binary format: for the
/// benchmarks, which live in another package. Not thread safe.
public final class ResultStoring implements AutoCloseable {
    private static final Instant POSTGRES_EPOCH = Instant.parse("2000-01-01T00:00:00Z");
    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 255, '\r', '\n', 0};
    private static final int TEXT = 25;
    private static final String MARKET = "us";
    private static final String SESSION = "MARKET_OPEN";
    private static final String COPY = "COPY scan_results (market, session, time, symbol, "
            + List.of(ResultColumn.values()).stream().map(ResultColumn::field).collect(Collectors.joining(", "))
            + ") FROM STDIN (FORMAT binary)";

    private final ResultTable table;
    private final Connection connection;
    private final List<ResultRow> rows;
    private long scanNo;

    public ResultStoring(Vertx vertx, DatabaseSettings database, int rows) throws Exception {
        new Migrations(database).migrate();
        table = new ResultTable(vertx, database, MARKET);
        connection = Sql.connect(database);
        byte[] json = IntStream.range(0, rows)
                .mapToObj(ResultStoring::ticker)
                .collect(Collectors.joining(",", "[", "]"))
                .getBytes(StandardCharsets.UTF_8);
        this.rows = new TickerListParser().parse(json, rows, false).rows();
    }

    private static String ticker(int i) {
        return "{\"symbol\":\"S" + i + "\",\"timestamp\":\"2025-01-24T15:00:00Z\",\"price\":" + (1 + i % 997 / 7.0)
                + ",\"volume\":1234567,\"volume_today\":" + (1_000_000 + i) + ",\"change_percent\":"
                + (i % 1999) / 100.0
                + ",\"rvol\":" + (i % 613) / 61.0 + ",\"rvol_slot\":3.21,\"price_from_high\":-0.5,"
                + "\"price_from_low\":2.5,\"market_cap\":123456789,\"float_shares\":1234567,\"score\":" + i / 3.0
                + ",\"rank\":" + (i + 1) + ",\"filters_matched\":[\"rvol_high\",\"price_range\"],"
                + "\"metadata\":{\"company_name\":\"Company " + i + "\"}}";
    }

    public void truncate() throws Exception {
        try (Statement statement = connection.createStatement()) {
            statement.execute("TRUNCATE scan_results, persistence_ledger, persistence_lease");
        }
    }

    /// What the table holds, in short.
    public String digest() throws Exception {
        try (Statement statement = connection.createStatement();
                ResultSet digest = statement.executeQuery(
                        "SELECT count(*) || ' ' || md5(string_agg(row::text, '|' ORDER BY symbol)) FROM scan_results row")) {
            digest.next();
            return digest.getString(1);
        }
    }

    /// As the service does: one transaction, with the entry in the ledger.
    public void byService(Instant time) throws Exception {
        Selection selection = Selection.of(Select.LATEST);
        selection.add(time, rows);
        scanNo++;
        int stored = Waiting.await(table.store(new LedgerRange(
                scanNo,
                scanNo,
                SESSION,
                LocalDate.EPOCH,
                time,
                LedgerRange.Status.COMPLETE,
                1,
                LedgerRange.Source.JOURNAL,
                Optional.empty(),
                "",
                time,
                time,
                selection.rows())));
        if (stored != rows.size()) {
            throw new IllegalStateException("Stored " + stored + " rows of " + rows.size());
        }
    }

    /// By COPY BINARY, the rows encoded here.
    public void byCopy(Instant time) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(rows.size() * 300);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.write(SIGNATURE);
            out.writeInt(0);
            out.writeInt(0);
            for (ResultRow row : rows) {
                write(row, time, out);
            }
            out.writeShort(-1);
        }
        long stored = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn(COPY, new ByteArrayInputStream(bytes.toByteArray()), 1 << 16);
        if (stored != rows.size()) {
            throw new IllegalStateException("Copied " + stored + " rows of " + rows.size());
        }
    }

    private static void write(ResultRow row, Instant time, DataOutputStream out) throws IOException {
        out.writeShort(4 + ResultColumn.values().length);
        text(MARKET, out);
        text(SESSION, out);
        out.writeInt(8);
        out.writeLong(ChronoUnit.MICROS.between(POSTGRES_EPOCH, time));
        text(row.symbol(), out);
        for (ResultColumn column : ResultColumn.values()) {
            write(column, row.values().get(column), out);
        }
    }

    private static void write(ResultColumn column, @Nullable Object value, DataOutputStream out) throws IOException {
        switch (value) {
            case null -> out.writeInt(-1);
            case Double number -> {
                out.writeInt(8);
                out.writeDouble(number);
            }
            case Long number -> {
                out.writeInt(8);
                out.writeLong(number);
            }
            case Integer number -> {
                out.writeInt(4);
                out.writeInt(number);
            }
            default -> {
                if (column == ResultColumn.METADATA) {
                    byte[] json = value.toString().getBytes(StandardCharsets.UTF_8);
                    out.writeInt(json.length + 1);
                    out.writeByte(1);
                    out.write(json);
                } else {
                    texts(value.toString(), out);
                }
            }
        }
    }

    private static void text(String text, DataOutputStream out) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
    }

    private static void texts(String joined, DataOutputStream out) throws IOException {
        List<byte[]> elements = List.of(joined.split(String.valueOf(ResultColumn.SEPARATOR), -1)).stream()
                .map(element -> element.getBytes(StandardCharsets.UTF_8))
                .toList();
        out.writeInt(
                20 + elements.stream().mapToInt(element -> 4 + element.length).sum());
        out.writeInt(1); // dimensions
        out.writeInt(0); // no nulls
        out.writeInt(TEXT);
        out.writeInt(elements.size());
        out.writeInt(1); // the first place
        for (byte[] element : elements) {
            out.writeInt(element.length);
            out.write(element);
        }
    }

    @Override
    public void close() throws SQLException {
        table.close();
        connection.close();
    }
}
