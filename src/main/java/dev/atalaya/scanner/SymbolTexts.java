package dev.atalaya.scanner;

import dev.atalaya.market.Reference;
import dev.atalaya.market.TickerColumns;
import dev.atalaya.scanner.JsonBytes.Name;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What the JSON of a symbol's tickers has in common from scan to scan, encoded once and found by one look into
/// an array. Not thread safe.
final class SymbolTexts {
    private static final Name SYMBOL = new Name("{\"symbol\":\"");
    private static final Name AVG_VOLUME_30D = new Name(",\"avg_volume_30d\":");
    private static final Name AVG_VOLUME_10D = new Name(",\"avg_volume_10d\":");
    private static final Name FLOAT_SHARES = new Name(",\"float_shares\":");
    private static final Name SHARES_OUTSTANDING = new Name(",\"shares_outstanding\":");
    private static final Name MARKET_CAP = new Name(",\"market_cap\":");
    private static final Name SECTOR = new Name(",\"sector\":");
    private static final Name INDUSTRY = new Name(",\"industry\":");
    private static final Name EXCHANGE = new Name(",\"exchange\":");
    private static final byte[] NULL = JsonBytes.ascii("null");

    /// By symbol.
    private @Nullable Text[] texts = new Text[0];

    /// The texts of a symbol, in one array: the beginning with the symbol, then the reference data's fields, then
    /// the metadata alone.
    ///
    /// @param reference what they were made of
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Text(Reference reference, byte[] bytes, int symbolEnd, int fieldsEnd) {
        static Text of(String symbol, Reference reference) {
            JsonBytes out = new JsonBytes(512).raw(SYMBOL).plain(symbol);
            int symbolEnd = out.size();
            out.raw(AVG_VOLUME_30D).number(reference.avgVolume30d());
            out.raw(AVG_VOLUME_10D).number(reference.avgVolume10d());
            out.raw(FLOAT_SHARES).number(reference.floatShares());
            out.raw(SHARES_OUTSTANDING).number(reference.sharesOutstanding());
            out.raw(MARKET_CAP).number(reference.marketCap());
            out.raw(SECTOR).text(reference.sector());
            out.raw(INDUSTRY).text(reference.industry());
            out.raw(EXCHANGE).text(reference.exchange());
            int fieldsEnd = out.size();
            String metadata = reference.metadata();
            out.raw(metadata == null ? NULL : metadata.getBytes(StandardCharsets.UTF_8));
            return new Text(reference, Arrays.copyOf(out.array(), out.size()), symbolEnd, fieldsEnd);
        }

        void writeSymbol(JsonBytes out) {
            out.raw(bytes, 0, symbolEnd);
        }

        void writeFields(JsonBytes out) {
            out.raw(bytes, symbolEnd, fieldsEnd);
        }

        void writeMetadata(JsonBytes out) {
            out.raw(bytes, fieldsEnd, bytes.length);
        }
    }

    /// A ticker's.
    @SuppressWarnings("ReferenceEquality") // the same data read again is not worth a comparison
    Text of(TickerColumns tickers, int row) {
        int symbolId = tickers.symbolId(row);
        if (symbolId >= texts.length) {
            texts = Arrays.copyOf(texts, (symbolId + 1) * 2);
        }
        Reference reference = tickers.reference(row);
        Text known = texts[symbolId];
        if (known == null || known.reference != reference) {
            known = Text.of(tickers.symbol(row), reference);
            texts[symbolId] = known;
        }
        return known;
    }
}
