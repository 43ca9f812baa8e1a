package dev.atalaya;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What the documents say in two languages is the same as far as a machine can tell, and their links lead
/// somewhere.
class DocumentsTest {
    private static final String BLOCKS = "(?ms)^```(.*?)^```$";
    private static final String CODE = "(?<!`)`([^`\n]+)`(?!`)";

    @ParameterizedTest
    @CsvSource({
        "README.md,README.es.md",
        "docs/OPERATIONS.md,docs/OPERATIONS.es.md",
        "docs/CUTOVER.md,docs/CUTOVER.es.md"
    })
    void bothLanguagesHaveTheSameShape(Path english, Path spanish) throws IOException {
        assertThat(shape(spanish)).isEqualTo(shape(english));
    }

    /// Keys, metrics, log lines, commands: all that is typed or read by a machine stands in backticks.
    @ParameterizedTest
    @CsvSource({
        "README.md,README.es.md",
        "docs/OPERATIONS.md,docs/OPERATIONS.es.md",
        "docs/CUTOVER.md,docs/CUTOVER.es.md"
    })
    void bothLanguagesNameTheSameThings(Path english, Path spanish) throws IOException {
        assertThat(find(CODE, prose(spanish)))
                .isNotEmpty()
                .containsExactlyInAnyOrderElementsOf(find(CODE, prose(english)));
        assertThat(variables(spanish)).containsExactlyInAnyOrderElementsOf(variables(english));
    }

    @ParameterizedTest
    @CsvSource({
        "README.md,README.es.md",
        "docs/OPERATIONS.md,docs/OPERATIONS.es.md",
        "docs/CUTOVER.md,docs/CUTOVER.es.md"
    })
    void bothLanguagesShowTheSameCode(Path english, Path spanish) throws IOException {
        assertThat(code(spanish)).isNotEmpty().isEqualTo(code(english));
    }

    @ParameterizedTest
    @CsvSource({
        "README.md,README.es.md",
        "docs/OPERATIONS.md,docs/OPERATIONS.es.md",
        "docs/CUTOVER.md,docs/CUTOVER.es.md"
    })
    void eachLanguageLinksToTheOther(Path english, Path spanish) throws IOException {
        assertThat(links(english)).contains(spanish.getFileName().toString());
        assertThat(links(spanish)).contains(english.getFileName().toString());
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyRelativeLinkLeadsSomewhere(Path document) throws IOException {
        for (String link : links(document)) {
            String[] parts = link.split("#", 2);
            Path target = parts[0].isEmpty() ? document : document.resolveSibling(parts[0]);
            assertThat(target).as("%s in %s", link, document).exists();
            if (parts.length == 2) {
                assertThat(anchors(target)).as("%s in %s", link, document).contains(parts[1]);
            }
        }
    }

    @Test
    void anAnchorIsTheHeadingAsGitHubWritesIt() {
        assertThat(anchor("Qué se conserva, `y` qué se pierde")).isEqualTo("qué-se-conserva-y-qué-se-pierde");
    }

    static List<Path> documents() throws IOException {
        try (Stream<Path> root = Files.list(Path.of(""));
                Stream<Path> docs = Files.list(Path.of("docs"))) {
            return Stream.concat(root.filter(file -> file.toString().startsWith("README")), docs)
                    .filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    /// A letter a line, in order: headings by their level, rows by their columns, list items, fences of code.
    private static List<String> shape(Path document) throws IOException {
        return find("(?m)^(#+ |\\|.*|- |\\d\\. |```\\w*)", prose(document) + "\n").stream()
                .map(line ->
                        line.startsWith("|") ? "columns: " + find("(\\|)", line).size() : line)
                .toList();
    }

    /// The document with its blocks of code empty.
    private static String prose(Path document) throws IOException {
        return Files.readString(document).replaceAll("(?ms)^(```\\w*)$.*?^```$", "$1");
    }

    /// The lines of code without comments, and without drawings, whose words are translated.
    private static List<String> code(Path document) throws IOException {
        return find(BLOCKS, Files.readString(document)).stream()
                .filter(block -> !block.contains("►"))
                .flatMap(String::lines)
                .map(line -> line.replaceFirst("\\s+# .*", ""))
                .toList();
    }

    private static Set<String> variables(Path document) throws IOException {
        return Set.copyOf(find("(ATALAYA_\\w+)", Files.readString(document)));
    }

    private static List<String> links(Path document) throws IOException {
        return find("\\]\\(([^)\\s]+)\\)", prose(document)).stream()
                .filter(link -> !link.matches("[a-z]+:.*"))
                .toList();
    }

    private static Set<String> anchors(Path document) throws IOException {
        return find("(?m)^#+ (.*)$", prose(document)).stream()
                .map(DocumentsTest::anchor)
                .collect(Collectors.toSet());
    }

    private static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                .replace(' ', '-');
    }

    private static List<String> find(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }
}
