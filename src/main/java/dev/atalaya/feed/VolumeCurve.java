package dev.atalaya.feed;

/// How much of a usual day's volume has been traded so far: little before the open, most at the open and at the
/// close, some afterwards. Minutes count from 04:00.
final class VolumeCurve {
    static final int OPEN = 330;
    static final int CLOSE = 720;
    static final int END = 960;

    private static final double BEFORE_OPEN = 0.04;
    private static final double AFTER_CLOSE = 0.05;
    private static final double[] SHARE = new double[END + 1];

    static {
        double[] weight = new double[END];
        for (int minute = 0; minute < OPEN; minute++) {
            weight[minute] = Math.exp(minute / 90.0);
        }
        for (int minute = OPEN; minute < CLOSE; minute++) {
            double x = (minute - OPEN) / (double) (CLOSE - OPEN);
            weight[minute] = 0.55 + 1.6 * Math.exp(-18 * x) + Math.exp(-16 * (1 - x)) + 0.9 * (2 * x - 1) * (2 * x - 1);
        }
        for (int minute = CLOSE; minute < END; minute++) {
            weight[minute] = Math.exp((CLOSE - minute) / 60.0);
        }
        accumulate(weight, 0, OPEN, BEFORE_OPEN);
        accumulate(weight, OPEN, CLOSE, 1 - BEFORE_OPEN - AFTER_CLOSE);
        accumulate(weight, CLOSE, END, AFTER_CLOSE);
    }

    private VolumeCurve() {}

    private static void accumulate(double[] weight, int from, int until, double share) {
        double sum = 0;
        for (int minute = from; minute < until; minute++) {
            sum += weight[minute];
        }
        for (int minute = from; minute < until; minute++) {
            SHARE[minute + 1] = SHARE[minute] + weight[minute] / sum * share;
        }
    }

    /// The share traded until that minute began, from 0 to 1.
    static double until(int minute) {
        return SHARE[minute];
    }

    /// The same between minutes; 0 before the first.
    static double until(double minute) {
        if (!(minute > 0)) {
            return 0;
        }
        int whole = Math.min((int) minute, END - 1);
        return SHARE[whole] + (SHARE[whole + 1] - SHARE[whole]) * (minute - whole);
    }

    /// The first minute until which at least that share is traded; `END + 1` if there is none.
    static int firstMinuteWith(double share) {
        int low = 0;
        int high = END + 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (SHARE[middle] >= share) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
