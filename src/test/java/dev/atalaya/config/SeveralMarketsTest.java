package dev.atalaya.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atalaya.config.MarketSettings.Calendar;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeveralMarketsTest extends WithSettings {
    private static Settings load(String json, Map<String, String> environment) throws Exception {
        return load(new JsonObject(json), environment);
    }

    private static List<String> problems(String json, Map<String, String> environment) throws Exception {
        return problems(new JsonObject(json), environment);
    }

    @Test
    void eachIsWhatTheyHaveInCommonWithWhatItsOwnSectionSays() throws Exception {
        Settings settings = load("""
                {"market": {"scan": {"interval": "1s", "keep": 50}, "key_prefix": "shop:"},
                 "markets": {"us": null,
                             "crypto": {"calendar": "always_open", "scan": {"keep": 7, "filters": {"volume_min": {"volume": {"min": 5}}}}},
                             "opra": {"key_prefix": "options/"}}}
                """, Map.of());
        assertThat(settings.markets()).extracting(MarketSettings::name).containsExactly("us", "crypto", "opra");
        assertThat(settings.markets())
                .extracting(MarketSettings::keyPrefix)
                .containsExactly("shop:us:", "shop:crypto:", "options/");
        assertThat(settings.markets())
                .extracting(MarketSettings::calendar)
                .containsExactly(Calendar.NEW_YORK, Calendar.ALWAYS_OPEN, Calendar.NEW_YORK);
        assertThat(settings.markets())
                .extracting(market -> market.scan().keep())
                .containsExactly(50, 7, 50);
        assertThat(settings.markets())
                .allSatisfy(market -> assertThat(market.scan().interval()).isEqualTo(Duration.ofSeconds(1)));
        assertThat(settings.markets())
                .extracting(market ->
                        market.scan().filters().getLast().bounds().getFirst().min())
                .containsExactly(100_000.0, 5.0, 100_000.0);
        assertThat(settings.market()).isEqualTo(settings.markets().getFirst());
    }

    @Test
    void variablesMeanAllOrOneOfThem() throws Exception {
        Settings settings = load(
                "{\"markets\": {\"us\": {\"scan\": {\"keep\": 20}}, \"crypto\": {}}}",
                Map.of(
                        "ATALAYA_MARKET_SCAN_KEEP", "10",
                        "ATALAYA_MARKET_SCAN_MIN_PRICE", "2.5",
                        "ATALAYA_MARKETS_CRYPTO_SCAN_INTERVAL", "5s",
                        "ATALAYA_MARKETS_CRYPTO_FEED_HTTP_KEY", "secret"));
        assertThat(settings.markets())
                .extracting(market -> market.scan().keep())
                .as("its own section says more than what is for all")
                .containsExactly(20, 10);
        assertThat(settings.markets())
                .extracting(market -> market.scan().minPrice())
                .containsExactly(2.5, 2.5);
        assertThat(settings.markets())
                .extracting(market -> market.scan().interval().toSeconds())
                .containsExactly(10L, 5L);
        assertThat(settings.markets())
                .extracting(market -> market.feed().http().key().value())
                .containsExactly("", "secret");
    }

    @Test
    void whatIsWrongWithOneIsSaidWithItsName() throws Exception {
        assertThat(problems("""
                        {"markets": {"us": {"scan": {"keep": 0}}, "crypto": {"name": "x"}, "eu": 5, "as": {"nonsense": 1}}}
                        """, Map.of("ATALAYA_MARKETS_NONE_SCAN_KEEP", "1", "ATALAYA_MARKETS_US_NAME", "b")))
                .containsExactlyInAnyOrder(
                        "markets.us.scan.keep: '0'; allowed is a whole number from 1 to 100000",
                        "markets.crypto: allowed is a section with keys of market, without name",
                        "markets.eu: allowed is a section with keys of market, without name",
                        "markets.as.nonsense: no such setting; this section has calendar, exceptional_closures, feed,"
                                + " key_prefix, name, parts, publish, scan",
                        "ATALAYA_MARKETS_NONE_SCAN_KEEP: no such setting; variables are named after keys, such as"
                                + " ATALAYA_REDIS_URI",
                        "ATALAYA_MARKETS_US_NAME: no such setting; variables are named after keys, such as"
                                + " ATALAYA_REDIS_URI");
    }

    @Test
    void noTwoHaveTheSameKeys() throws Exception {
        assertThat(problems("{\"markets\": {\"us\": {\"key_prefix\": \"crypto:\"}, \"crypto\": {}}}", Map.of()))
                .containsExactly("markets.crypto.key_prefix: 'crypto:'; allowed is another one than that of us");
    }

    @Test
    void aNameIsOneThatCanStandInAddresses() throws Exception {
        assertThat(problems("{\"markets\": {\"US-1\": {}}}", Map.of()))
                .containsExactly("markets.US-1.name: 'US-1'; allowed is a name of a-z, 0-9 and _");
    }

    @Test
    void aReplayIsOfADayInNewYork() throws Exception {
        assertThat(problems("""
                        {"market": {"calendar": "always_open", "feed": {"type": "replay", "replay": {"folder": "x", "day": "2025-01-24"}}}}
                        """, Map.of()))
                .containsExactly(
                        "market.calendar: 'always_open'; allowed is new_york for a replay, which is of a day there");
    }

    @Test
    void aMarketIsMeantByItsNameOrBecauseItIsTheOnlyOne() throws Exception {
        Settings several = load("{\"markets\": {\"us\": {}, \"crypto\": {}}}", Map.of());
        assertThat(several.market(Optional.of("crypto")).name()).isEqualTo("crypto");
        assertThatThrownBy(() -> several.market(Optional.empty()))
                .isInstanceOfSatisfying(
                        SettingsException.class,
                        e -> assertThat(e.problems())
                                .containsExactly("--market: missing; allowed is one of us, crypto"));
        assertThatThrownBy(() -> several.market(Optional.of("x")))
                .isInstanceOfSatisfying(
                        SettingsException.class,
                        e -> assertThat(e.problems()).containsExactly("--market: 'x'; allowed is one of us, crypto"));
        assertThat(load("{}", Map.of()).market(Optional.empty()).name()).isEqualTo("us");
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"markets\": {\"us\": {\"scan\": {\"keep\": 5}}, \"crypto\": {}}}', true",
        "'{\"markets\": {\"us\": {}, \"crypto\": {\"publish\": {\"category_ttl\": \"2h\"}}}}', true",
        "'{\"markets\": {\"us\": {}, \"crypto\": {\"calendar\": \"always_open\"}}}', false",
        "'{\"markets\": {\"us\": {}, \"other\": {}}}', false",
        "'{\"markets\": {\"us\": {}}}', false"
    })
    void ofEachMarketWhatCanChangeIsTakenUp(String json, boolean isLive) throws Exception {
        Settings before = load("{\"markets\": {\"us\": {}, \"crypto\": {}}}", Map.of());
        Settings after = load(json, Map.of());
        assertThat(before.withLiveOf(after).equals(after)).isEqualTo(isLive);
        assertThat(before).isNotEqualTo(after);
    }
}
