package dev.atalaya.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atalaya.market.Column;
import dev.atalaya.market.MarketSession;
import dev.atalaya.market.PartSet;
import dev.atalaya.market.Reference;
import dev.atalaya.market.SkipReason;
import dev.atalaya.market.SymbolTable;
import dev.atalaya.market.TickerColumns;
import dev.atalaya.scan.RandomMarket;
import dev.atalaya.scan.RandomRules;
import dev.atalaya.scan.ScanEngine;
import dev.atalaya.scan.ScanRules;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What parts keep goes through bytes and is scanned again; the scan of the whole is the oracle.
class PartMergeTest {
    private static final Instant TIME = Instant.parse("2025-01-24T15:00:00.123456789Z");
    private static final int ROUNDS = 400;
    private static final Reference ODD = new Reference(
            -0.0,
            Double.MIN_VALUE,
            Double.MAX_VALUE,
            Double.NaN,
            1 / 3.0,
            "",
            "Ñandú",
            "\ud83d\ude80 and half of it \ud83d",
            null);

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final SymbolTable symbols = new SymbolTable(16);
    private final TickerColumns merged = new TickerColumns(symbols, 16);
    private final KnownReferences references = new KnownReferences();
    private final PartEncoder encoder = new PartEncoder();

    @Test
    void aScanOfThePartsSaysWhatAScanOfTheWholeSays() throws Exception {
        RandomMarket market = new RandomMarket(seed);
        for (int round = 0; round < ROUNDS; round++) {
            TickerColumns whole = market.next(1 + random.nextInt(300));
            whole.skip(SkipReason.INVALID_SYMBOL, random.nextInt(3));
            ScanRules rules = new RandomRules(random, whole).next();
            MarketSession session = RandomRules.session(random);
            List<PartAnswer> answers = new ArrayList<>();
            int parts = 1 + random.nextInt(7);
            for (int part = 0; part < parts; part++) {
                answers.add(PartAnswer.of(scan(part(whole, PartSet.of(parts, List.of(part))), rules, session)));
            }
            merged.clear();
            for (PartAnswer answer : answers) {
                assertThat(answer.time()).isEqualTo(TIME);
                answer.addTo(merged, symbols, references);
            }
            assertThat(told(merged, rules, session))
                    .as("seed %s, round %s", seed, round)
                    .isEqualTo(told(whole, rules, session));
        }
    }

    private static String told(TickerColumns tickers, ScanRules rules, MarketSession session) {
        ToldScan told = new ToldScan(tickers);
        new ScanEngine(rules).scan(tickers, session, told);
        return told.text();
    }

    private Buffer scan(TickerColumns part, ScanRules rules, MarketSession session) {
        encoder.begin(TIME, part);
        new ScanEngine(rules).scan(part, session, encoder);
        return encoder.scanned();
    }

    /// A decoder's columns for some parts, in a table of their own.
    private TickerColumns part(TickerColumns whole, PartSet parts) {
        SymbolTable own = new SymbolTable(16);
        TickerColumns part = new TickerColumns(own, 16);
        for (int row = 0; row < whole.size(); row++) {
            if (parts.has(whole.symbol(row))) {
                int to = part.add(own.intern(whole.symbol(row)), whole.reference(row));
                for (Column column : Column.values()) {
                    if (!column.isDerived()) {
                        part.set(column, to, whole.get(column, row));
                    }
                }
                part.setLastTradeMillis(to, whole.lastTradeMillis(row));
            }
        }
        for (SkipReason reason : SkipReason.values()) {
            part.skip(reason, parts.hasNameless() ? whole.skipped(reason) : 0);
        }
        return part;
    }

    private Buffer oneRow(Reference reference) {
        SymbolTable own = new SymbolTable(16);
        TickerColumns columns = new TickerColumns(own, 16);
        int row = columns.add(own.intern("BRK.B"), reference);
        columns.set(Column.PRICE, row, 0.1 + 0.2);
        columns.set(Column.VOLUME_TODAY, row, 5);
        columns.setLastTradeMillis(row, -7);
        return scan(columns, new ScanRules(0, 10, 1, 1, List.of(), List.of()), new MarketSession("MARKET_OPEN"));
    }

    @Test
    void oddValuesAndTextsStayWhatTheyAre() throws Exception {
        PartAnswer.of(oneRow(ODD)).addTo(merged, symbols, references);
        assertThat(merged.symbol(0)).isEqualTo("BRK.B");
        assertThat(merged.reference(0)).isEqualTo(ODD);
        assertThat(merged.get(Column.PRICE, 0)).isEqualTo(0.1 + 0.2);
        assertThat(merged.lastTradeMillis(0)).isEqualTo(-7);
    }

    @Test
    void theSameReferenceDataIsTheSameObjectAgain() throws Exception {
        PartAnswer.of(oneRow(ODD)).addTo(merged, symbols, references);
        Reference first = merged.reference(0);
        merged.clear();
        PartAnswer.of(oneRow(ODD)).addTo(merged, symbols, references);
        assertThat(merged.reference(0)).isSameAs(first);
        merged.clear();
        PartAnswer.of(oneRow(Reference.UNKNOWN)).addTo(merged, symbols, references);
        assertThat(merged.reference(0)).isEqualTo(Reference.UNKNOWN);
    }

    @Test
    void whereThereIsNothingNewOnlyTheTimeIsTold() throws Exception {
        PartAnswer answer = PartAnswer.of(encoder.nothing(Instant.MIN));
        answer.addTo(merged, symbols, references);
        assertThat(answer.time()).isEqualTo(Instant.MIN);
        assertThat(merged.sizeOfAll()).isZero();
    }

    @Test
    void whatIsCutOffOrOfAnotherVersionIsRefused() {
        Buffer whole = oneRow(ODD);
        for (int length = 0; length < whole.length(); length++) {
            Buffer cut = whole.getBuffer(0, length);
            assertThatThrownBy(() -> PartAnswer.of(cut)).isInstanceOf(PartFormatException.class);
        }
        Buffer other = whole.copy().setInt(0, PartEncoder.VERSION + 1);
        assertThatThrownBy(() -> PartAnswer.of(other)).isInstanceOf(PartFormatException.class);
    }

    @Test
    void damageNeverThrowsAnythingElse() {
        Buffer whole = oneRow(ODD);
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            Buffer damaged = whole.copy();
            for (int i = random.nextInt(3); i >= 0; i--) {
                damaged.setByte(8 + random.nextInt(whole.length() - 8), (byte) random.nextInt(256));
            }
            merged.clear();
            try {
                PartAnswer.of(damaged).addTo(merged, symbols, references);
            } catch (PartFormatException e) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }

    @Test
    void aSymbolThatComesTwiceIsRefused() throws Exception {
        PartAnswer answer = PartAnswer.of(oneRow(ODD));
        answer.addTo(merged, symbols, references);
        assertThatThrownBy(() -> answer.addTo(merged, symbols, references))
                .isInstanceOf(PartFormatException.class)
                .hasMessageContaining("BRK.B twice");
    }
}
