package dev.atalaya.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.bus.AddressCatalogue.Entry;
import dev.atalaya.bus.AddressCatalogue.Kind;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AddressCatalogueTest {
    private static final MarketAddresses MARKET = new MarketAddresses("us");
    private static final AddressCatalogue CATALOGUE = AddressCatalogue.of(List.of(MARKET));

    /// What is new has to be let through, or named here.
    @Test
    void everyAddressIsForOutsidersOrIsNot() throws Exception {
        List<String> all = new ArrayList<>(List.of(ClusterAddresses.STATE));
        for (Method method : MarketAddresses.class.getDeclaredMethods()) {
            if (Modifier.isPublic(method.getModifiers())
                    && method.getParameterCount() == 0
                    && method.getReturnType() == String.class
                    && !List.of("toString", "market").contains(method.getName())) {
                all.add((String) method.invoke(MARKET));
            }
        }
        all.remove(MARKET.persistenceSettle()); // among nodes alone
        assertThat(CATALOGUE.entries().stream().map(Entry::address)).containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    void anAddressIsFoundForWhatItIsThereFor() {
        assertThat(CATALOGUE.find(MARKET.persist(), Kind.REQUEST)).isPresent();
        assertThat(CATALOGUE.find(MARKET.persist(), Kind.PUBLISHED)).isEmpty();
        assertThat(CATALOGUE.find(MARKET.scannerCycles(), Kind.PUBLISHED)).isPresent();
        assertThat(CATALOGUE.find(MARKET.scannerCycles(), Kind.REQUEST)).isEmpty();
        assertThat(CATALOGUE.find(new MarketAddresses("other").persist(), Kind.REQUEST))
                .isEmpty();
        assertThat(CATALOGUE
                        .find(ClusterAddresses.STATE, Kind.REQUEST)
                        .orElseThrow()
                        .isLocal())
                .isTrue();
    }

    @Test
    void whatItTakesAndGivesIsOneLine() {
        assertThat(CATALOGUE.entries())
                .allMatch(entry -> entry.takes().lines().count() == 1
                        && entry.gives().lines().count() == 1);
    }

    @Test
    void theDocumentsSayTheSame() throws IOException {
        String operations = Files.readString(Path.of("docs/OPERATIONS.md"));
        for (Entry entry : CATALOGUE.entries()) {
            assertThat(operations)
                    .contains("| `" + entry.address() + "` | " + entry.kind().key() + " | " + documented(entry.takes())
                            + " | " + documented(entry.gives()) + " |");
        }
    }

    /// JSON stands in backticks.
    private static String documented(String text) {
        return text.replaceAll("(\\{[^}]*})", "`$1`");
    }
}
