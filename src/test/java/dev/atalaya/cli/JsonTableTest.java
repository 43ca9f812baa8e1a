package dev.atalaya.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonTableTest {
    private final StringWriter printed = new StringWriter();
    private final JsonTable table = new JsonTable(new PrintWriter(printed));

    @Test
    void anObjectIsNamesAndValuesAndItsListsAreTables() {
        table.print(new JsonObject()
                .put("scan_no", 7)
                .put("stages_ms", new JsonObject().put("feed", 1.5))
                .put("reason", null)
                .put("roles", new JsonArray().add("scanner").add("http"))
                .put(
                        "rows",
                        new JsonArray()
                                .add(new JsonObject().put("symbol", "AAA").put("price", 10))
                                .add(new JsonObject().put("symbol", "B").put("rank", 2))));
        assertThat(printed.toString()).isEqualToNormalizingNewlines("""
                        scan_no         7
                        stages_ms.feed  1.5
                        reason          -
                        roles           scanner, http

                        rows:
                        symbol  price  rank
                        AAA     10     -
                        B       -      2
                        """);
    }

    @Test
    void aTableThatGoesOnHasOneHeader() {
        table.add(new JsonObject().put("scan_no", 9));
        table.add(new JsonObject().put("scan_no", 10));
        table.add(new JsonObject().put("run_id", "x"));
        assertThat(printed.toString()).isEqualToNormalizingNewlines("""
                        scan_no
                        9
                        10
                        run_id
                        x
                        """);
    }

    @Test
    void nothingThatIsPrintedSteersATerminal() {
        table.print(List.of(new JsonObject().put("text", "a\u001b[2J\nb" + "x".repeat(200))));
        assertThat(printed.toString().lines()).hasSize(2).allMatch(line -> line.length() <= 100);
        assertThat(printed.toString()).contains("a [2J b").doesNotContain("\u001b");
    }
}
