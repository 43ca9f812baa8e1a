package dev.atalaya.bench;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/// Writes snapshots in the vendor's shape, as an upstream would put them into Redis, with the figures that it
/// computes in full: about 670 bytes a ticker. From one snapshot to the next a share of the tickers trades, the
/// others stay as they were to the byte.
public final class VendorMarket {
    private static final int COHORT = 500;

    private final Random random;
    private final int size;
    private final double[] price;
    private final double[] prevClose;
    private final double[] open;
    private final double[] high;
    private final double[] low;
    private final long[] volume;
    private final double[] rvol;
    private final String[] tickers;
    private final boolean[] gapped;
    private int traded;

    public VendorMarket(int size, long seed) {
        this.size = size;
        random = new Random(seed);
        price = new double[size];
        prevClose = new double[size];
        open = new double[size];
        high = new double[size];
        low = new double[size];
        volume = new long[size];
        rvol = new double[size];
        tickers = new String[size];
        gapped = new boolean[size];
        for (int i = 0; i < size; i++) {
            prevClose[i] = cents(1 + random.nextDouble() * 300);
            open[i] = cents(prevClose[i] * (0.96 + random.nextDouble() * 0.08));
            price[i] = open[i];
            high[i] = open[i];
            low[i] = open[i];
            volume[i] = 50_000L + random.nextInt(2_000_000);
            rvol[i] = random.nextDouble() * 2.6;
        }
    }

    int size() {
        return size;
    }

    /// The last snapshot's tickers by their symbols.
    Map<String, String> tickers() {
        Map<String, String> bySymbol = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
            bySymbol.put(symbol(i), tickers[i]);
        }
        return bySymbol;
    }

    /// How many tickers the last snapshot has changed.
    int traded() {
        return traded;
    }

    public String symbol(int i) {
        StringBuilder symbol = new StringBuilder();
        for (int rest = i + 26; rest > 0; rest /= 26) {
            symbol.append((char) ('A' + rest % 26));
        }
        return symbol.toString();
    }

    /// The upstream's reference data of a symbol.
    public byte[] reference(int i) {
        return String.format(
                        Locale.ROOT,
                        "{\"symbol\":\"%s\",\"company_name\":\"Company %d, Inc.\",\"exchange\":\"NASDAQ\","
                                + "\"sector\":\"Technology\",\"industry\":\"Software\",\"market_cap\":%d,"
                                + "\"float_shares\":%d,\"shares_outstanding\":%d,\"avg_volume_30d\":%d,"
                                + "\"avg_volume_10d\":%d}",
                        symbol(i),
                        i,
                        1_000_000L * (i + 1),
                        900_000 + i,
                        1_000_000 + i,
                        400_000 + i,
                        410_000 + i)
                .getBytes(StandardCharsets.UTF_8);
    }

    /// The next snapshot.
    ///
    /// @param share of the tickers that trade, 0 to 1
    public byte[] next(Instant time, double share) {
        traded = 0;
        StringBuilder json = new StringBuilder(size * 720);
        json.append("{\"timestamp\":\"")
                .append(time)
                .append("\",\"count\":")
                .append(size)
                .append(",\"tickers\":[");
        for (int i = 0; i < size; i++) {
            if (tickers[i] == null || random.nextDouble() < share) {
                traded++;
                trade(i);
                tickers[i] = ticker(i, time.toEpochMilli());
            }
            json.append(i == 0 ? "" : ",").append(tickers[i]);
        }
        return json.append("]}").toString().getBytes(StandardCharsets.UTF_8);
    }

    /// A single snapshot, of which nothing is kept: for markets of a million tickers.
    byte[] once(Instant time) {
        byte[] json = new byte[size * 800 + 100];
        int length = put("{\"timestamp\":\"" + time + "\",\"count\":" + size + ",\"tickers\":[", json, 0);
        for (int i = 0; i < size; i++) {
            trade(i);
            length = put((i == 0 ? "" : ",") + ticker(i, time.toEpochMilli()), json, length);
        }
        return Arrays.copyOf(json, put("]}", json, length));
    }

    /// The next snapshot at the opening bell: every ticker trades, the 500 of one cohort gap up or down by 5 to
    /// 25 % on a volume that no other has, and those of the cohort before are quiet again.
    byte[] bell(Instant time, int cohort) {
        int cohorts = size / COHORT;
        for (int i = 0; i < size; i++) {
            int own = Math.min(i / COHORT, cohorts - 1);
            if (own == Math.floorMod(cohort, cohorts)) {
                gap(i);
            } else if (own == Math.floorMod(cohort - 1, cohorts)) {
                calm(i);
            }
        }
        return next(time, 1);
    }

    private void gap(int i) {
        gapped[i] = true;
        boolean up = random.nextBoolean();
        double percent = 5 + random.nextDouble() * 20;
        price[i] = cents(prevClose[i] * (1 + (up ? percent : -percent) / 100));
        open[i] = cents(price[i] * (random.nextInt(3) > 0 ? 1 : up ? 1.03 : 0.97)); // a third has turned already
        high[i] = price[i];
        low[i] = price[i];
        volume[i] = 100_000_000L + random.nextInt(100_000_000);
        rvol[i] = 20 + random.nextDouble() * 10;
    }

    private void calm(int i) {
        gapped[i] = false;
        price[i] = prevClose[i];
        open[i] = prevClose[i];
        high[i] = tenThousandths(prevClose[i] * 1.01);
        low[i] = tenThousandths(prevClose[i] * 0.99);
        volume[i] = 50_000L + random.nextInt(2_000_000);
        rvol[i] = random.nextDouble() * 2.6;
    }

    private static int put(String text, byte[] to, int at) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(utf8, 0, to, at, utf8.length);
        return at + utf8.length;
    }

    private void trade(int i) {
        if (gapped[i]) {
            return; // this is how it has traded
        }
        price[i] = cents(Math.max(0.01, price[i] * (1 + random.nextGaussian() * 0.002)));
        high[i] = Math.max(high[i], tenThousandths(price[i] * 1.0003));
        low[i] = Math.min(low[i], tenThousandths(price[i] * 0.9997));
        volume[i] += random.nextInt(5000);
        rvol[i] = Math.max(0, rvol[i] + random.nextGaussian() * 0.02);
    }

    private String ticker(int i, long millis) {
        double bid = cents(price[i] - 0.01);
        double ask = cents(price[i] + 0.01);
        return "{\"ticker\":\"" + symbol(i) + "\",\"todaysChange\":" + cents(price[i] - prevClose[i])
                + ",\"todaysChangePerc\":" + thousandths((price[i] - prevClose[i]) / prevClose[i] * 100)
                + ",\"fmv\":" + price[i]
                + ",\"updated\":" + millis + "000000"
                + ",\"day\":" + bar(i, volume[i])
                + ",\"lastQuote\":{\"P\":" + ask + ",\"S\":" + random.nextInt(40) + ",\"p\":" + bid + ",\"s\":"
                + random.nextInt(40) + ",\"t\":" + millis + "123456}"
                + ",\"lastTrade\":{\"c\":[14,41],\"i\":\"" + random.nextInt(1_000_000_000) + "\",\"p\":" + price[i]
                + ",\"s\":" + random.nextInt(500) + ",\"t\":" + millis + "234567,\"x\":4}"
                + ",\"min\":{\"av\":" + volume[i] + ",\"t\":" + millis + ",\"n\":" + random.nextInt(200) + ","
                + bar(i, random.nextInt(9000)).substring(1)
                + ",\"prevDay\":" + bar(i, volume[i]).replace("\"c\":" + price[i], "\"c\":" + prevClose[i])
                + ",\"rvol\":" + rvol[i] + ",\"atr\":" + prevClose[i] / 43 + ",\"atr_percent\":"
                + prevClose[i] / 43 / price[i] * 100
                + ",\"intraday_high\":" + high[i] + ",\"intraday_low\":" + low[i] + "}";
    }

    private String bar(int i, long v) {
        return "{\"o\":" + open[i] + ",\"h\":" + high[i] + ",\"l\":" + low[i] + ",\"c\":" + price[i] + ",\"v\":" + v
                + ",\"vw\":" + tenThousandths((high[i] + low[i] + price[i]) / 3) + "}";
    }

    private static double thousandths(double value) {
        return Math.rint(value * 1000) / 1000;
    }

    private static double tenThousandths(double value) {
        return Math.rint(value * 10_000) / 10_000;
    }

    private static double cents(double value) {
        return Math.rint(value * 100) / 100;
    }
}
