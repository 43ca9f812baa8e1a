package dev.atalaya.config;

/// How fast market time passes.
///
/// @param marketSecondsPerSecond above 0; infinite in lockstep, where each snapshot waits for the work on the
///     last
public record Speed(double marketSecondsPerSecond) {
    /// Lockstep.
    public static final Speed MAX = new Speed(Double.POSITIVE_INFINITY);

    static Speed from(Section section) {
        String text = section.text("speed", "max|\\d{1,6}(\\.\\d{1,6})?", "a number above 0 in quotes, or \"max\"");
        if (text.equals("max")) {
            return MAX;
        }
        double speed = text.matches("[\\d.]+") ? Double.parseDouble(text) : 1;
        if (!(speed > 0)) {
            section.problem("speed", text, "a number above 0 in quotes, or \"max\"");
            return new Speed(1);
        }
        return new Speed(speed);
    }

    public boolean isLockstep() {
        return Double.isInfinite(marketSecondsPerSecond);
    }

    public boolean isRealTime() {
        return marketSecondsPerSecond == 1;
    }
}
