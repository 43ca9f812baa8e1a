package dev.atalaya.compare;

import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// How two systems' lists differ, for people or for machines.
public final class ComparisonReport {
    private static final int SYMBOLS = 10;
    private static final String ROW = "%-38s %6s %6s %6s %9s %10s %9s %6s  %-24s  %-24s%n";

    private final List<ListDifference> lists;

    ComparisonReport(List<ListDifference> lists) {
        this.lists = List.copyOf(lists);
    }

    /// Whether all lists have the same symbols in the same order with the same values.
    public boolean isSame() {
        return lists.stream().allMatch(ListDifference::isSame);
    }

    /// Prints a JSON object a list, each on a line.
    public void printJson(PrintWriter out) {
        lists.forEach(list -> out.println(list.toJson().encode()));
        out.flush();
    }

    /// Prints a table, and below each list how it differs.
    public void print(PrintWriter out) {
        out.printf(
                Locale.ROOT,
                ROW,
                "list",
                "here",
                "there",
                "both",
                "only here",
                "only there",
                "positions",
                "moved",
                "newest here",
                "newest there");
        lists.forEach(list -> print(list, out));
        long differ = lists.stream().filter(list -> !list.isSame()).count();
        out.println(
                differ == 0
                        ? "All " + lists.size() + " lists are the same"
                        : differ + " of " + lists.size() + " lists differ");
        out.flush();
    }

    private static void print(ListDifference list, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                ROW,
                list.list(),
                count(list.here()),
                count(list.there()),
                list.both(),
                list.onlyHere().size(),
                list.onlyThere().size(),
                list.positions(),
                list.moved(),
                time(list.newestHere()),
                time(list.newestThere()));
        names("only here: ", list.onlyHere(), out);
        names("only there: ", list.onlyThere(), out);
        list.fields()
                .forEach(field -> out.println("    " + field.field() + ": " + field.differ() + " of " + list.both()
                        + " differ, most " + field.symbol() + ", " + field.here() + " here, " + field.there()
                        + " there" + (field.largest() > 0 ? ", by " + field.largest() : "")));
        names("fields only here: ", list.fieldsOnlyHere(), out);
        names("fields only there: ", list.fieldsOnlyThere(), out);
    }

    private static void names(String what, List<String> names, PrintWriter out) {
        if (!names.isEmpty()) {
            out.println("    " + what + String.join(", ", names.subList(0, Math.min(SYMBOLS, names.size())))
                    + (names.size() > SYMBOLS ? ", …" : ""));
        }
    }

    private static String count(Optional<Integer> count) {
        return count.map(each -> Integer.toString(each)).orElse("-");
    }

    private static String time(Optional<Instant> time) {
        return time.map(Instant::toString).orElse("-");
    }
}
