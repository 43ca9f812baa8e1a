package dev.atalaya.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// A chart of lying bars, each of one part or of several behind one another, as an SVG that can be read on light
/// and on dark.
final class Drawing {
    private static final int WIDTH = 760;
    private static final int LEFT = 210;
    private static final int RIGHT = 90;
    private static final int TOP = 64;
    private static final int ROW = 34;
    private static final List<String> COLOURS = List.of("#3b82c4", "#d97706", "#3f9c6b", "#a855a8", "#b0473f");

    private record Bar(String name, List<String> parts, List<Double> values) {
        double total() {
            return values.stream().mapToDouble(Double::doubleValue).sum();
        }
    }

    private final String title;
    private final String unit;
    private final List<Bar> bars = new ArrayList<>();

    Drawing(String title, String unit) {
        this.title = title;
        this.unit = unit;
    }

    /// @param values of the parts; NaN: not measured
    void bar(String name, List<String> parts, double[] values) {
        bars.add(new Bar(name, parts, Arrays.stream(values).boxed().toList()));
    }

    /// Empty if a value has not been measured.
    Optional<String> svg() {
        double longest = bars.stream().mapToDouble(Bar::total).max().orElse(Double.NaN);
        if (!(longest > 0) || bars.stream().anyMatch(bar -> Double.isNaN(bar.total()))) {
            return Optional.empty();
        }
        int height = TOP + bars.size() * ROW + 10;
        StringBuilder svg = new StringBuilder();
        line(
                svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\">",
                WIDTH,
                height,
                WIDTH,
                height);
        line(svg, "<title>%s</title>", title);
        line(
                svg,
                "<style>text{font:13px system-ui,sans-serif;fill:#1f2328}@media(prefers-color-scheme:dark)"
                        + "{text{fill:#e6edf3}}</style>");
        line(svg, "<text x=\"10\" y=\"22\" style=\"font-weight:600\">%s</text>", title);
        List<String> parts = legend(svg);
        for (int i = 0; i < bars.size(); i++) {
            draw(svg, bars.get(i), TOP + i * ROW, (WIDTH - LEFT - RIGHT) / longest, parts);
        }
        return Optional.of(svg.append("</svg>\n").toString());
    }

    private List<String> legend(StringBuilder svg) {
        Set<String> seen = new LinkedHashSet<>();
        bars.forEach(bar -> seen.addAll(bar.parts));
        List<String> parts = List.copyOf(seen);
        for (int i = 0; i < parts.size(); i++) {
            int x = LEFT + i * 100;
            line(svg, "<rect x=\"%d\" y=\"36\" width=\"12\" height=\"12\" fill=\"%s\"/>", x, colour(i));
            line(svg, "<text x=\"%d\" y=\"47\">%s</text>", x + 18, parts.get(i));
        }
        return parts;
    }

    private static String colour(int part) {
        return COLOURS.get(part % COLOURS.size());
    }

    private void draw(StringBuilder svg, Bar bar, int y, double scale, List<String> parts) {
        line(svg, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>", LEFT - 10, y + 19, bar.name);
        double x = LEFT;
        for (int i = 0; i < bar.values.size(); i++) {
            double width = bar.values.get(i) * scale;
            line(
                    svg,
                    "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"24\" fill=\"%s\"/>",
                    x,
                    y + 2,
                    width,
                    colour(parts.indexOf(bar.parts.get(i))));
            x += width;
        }
        line(svg, "<text x=\"%.1f\" y=\"%d\">%s %s</text>", x + 8, y + 19, Figure.number(bar.total()), unit);
    }

    @SuppressWarnings("AnnotateFormatMethod") // that annotation is in no library that is used here
    private static void line(StringBuilder svg, String format, Object... arguments) {
        svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }
}
