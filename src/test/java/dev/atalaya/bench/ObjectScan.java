package dev.atalaya.bench;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.atalaya.market.Column;
import dev.atalaya.market.TickerColumns;
import dev.atalaya.scan.DefaultRules;
import dev.atalaya.scan.ScanRules;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The scan as one would write it first: an object a ticker, bound to the vendor's JSON by Jackson, and a list
/// that is sorted.
final class ObjectScan {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ScanRules RULES = DefaultRules.rules();

    /// What a scan needs of a ticker; unknown is NaN.
    record Ticker(String symbol, double price, double volume, double feedRvol, double avgVolume) {
        double volumeRatio() {
            double ratio = volume / avgVolume;
            return avgVolume > 0 && Double.isFinite(ratio) ? ratio : Double.NaN;
        }

        double rvol() {
            return Double.isNaN(feedRvol) ? volumeRatio() : feedRvol;
        }

        double score() {
            return known(rvol()) * RULES.rvolWeight() + known(volumeRatio()) * RULES.volumeWeight();
        }

        private static double known(double value) {
            return Double.isNaN(value) ? 0 : value;
        }

        boolean passes() {
            return price >= RULES.minPrice()
                    && price >= 1
                    && volume >= 100_000
                    && (Double.isNaN(rvol()) || rvol() >= 2);
        }
    }

    private record Ranked(Ticker ticker, double score) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record VendorSnapshot(@JsonProperty("tickers") List<VendorTicker> tickers) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record VendorTicker(
            @JsonProperty("ticker") String ticker,
            @JsonProperty("lastTrade") Trade lastTrade,
            @JsonProperty("lastQuote") Quote lastQuote,
            @JsonProperty("day") Bar day,
            @JsonProperty("min") Minute min,
            @JsonProperty("prevDay") Bar prevDay,
            @JsonProperty("rvol") double rvol,
            @JsonProperty("atr") double atr,
            @JsonProperty("atr_percent") double atrPercent,
            @JsonProperty("intraday_high") double intradayHigh,
            @JsonProperty("intraday_low") double intradayLow) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Trade(
            @JsonProperty("p") double p, @JsonProperty("t") long t) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Quote(
            @JsonProperty("p") double p, @JsonProperty("P") double ask) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Minute(@JsonProperty("av") double av) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Bar(
            @JsonProperty("o") double o,
            @JsonProperty("h") double h,
            @JsonProperty("l") double l,
            @JsonProperty("c") double c,
            @JsonProperty("v") double v,
            @JsonProperty("vw") double vw) {}

    private ObjectScan() {}

    /// An object for each row of the columns.
    static List<Ticker> of(TickerColumns columns) {
        List<Ticker> tickers = new ArrayList<>();
        for (int row = 0; row < columns.size(); row++) {
            tickers.add(new Ticker(
                    columns.symbol(row),
                    columns.get(Column.PRICE, row),
                    columns.get(Column.VOLUME_TODAY, row),
                    columns.get(Column.FEED_RVOL, row),
                    columns.get(Column.AVG_VOLUME_30D, row)));
        }
        return tickers;
    }

    /// An object for each ticker of a snapshot in the vendor's shape.
    ///
    /// @param length how many of the bytes count
    static List<Ticker> read(byte[] json, int length) throws IOException {
        VendorSnapshot snapshot = JSON.readValue(json, 0, length, VendorSnapshot.class);
        List<Ticker> tickers = new ArrayList<>();
        for (VendorTicker ticker : snapshot.tickers) {
            tickers.add(new Ticker(ticker.ticker, ticker.lastTrade.p, ticker.min.av, ticker.rvol, Double.NaN));
        }
        return tickers;
    }

    /// The symbols of the kept tickers, the first ranked first.
    static List<String> scan(List<Ticker> tickers) {
        List<Ranked> passed = new ArrayList<>();
        for (Ticker ticker : tickers) {
            if (ticker.passes()) {
                passed.add(new Ranked(ticker, ticker.score()));
            }
        }
        passed.sort(Comparator.comparingDouble(Ranked::score).reversed().thenComparing(ranked -> ranked.ticker.symbol));
        return passed.stream()
                .limit(RULES.keep())
                .map(ranked -> ranked.ticker.symbol)
                .toList();
    }
}
