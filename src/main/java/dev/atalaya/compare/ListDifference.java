package dev.atalaya.compare;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// How a list of one system differs from the other's.
///
/// @param list its key without the prefix
/// @param here how many tickers it has here; empty if it is not there at all
/// @param there the same there
/// @param both how many symbols both have
/// @param onlyHere the symbols that only this one has, in its order
/// @param onlyThere the same of the other
/// @param positions at how many places the two have different symbols
/// @param moved how many symbols have another place among those that both have
/// @param fields the fields that differ, by their names
/// @param fieldsOnlyHere the fields that the other has of none of these tickers: they make no difference
/// @param fieldsOnlyThere the same the other way round: these do
record ListDifference(
        String list,
        Optional<Integer> here,
        Optional<Integer> there,
        Optional<Instant> newestHere,
        Optional<Instant> newestThere,
        int both,
        List<String> onlyHere,
        List<String> onlyThere,
        int positions,
        int moved,
        List<FieldDifference> fields,
        List<String> fieldsOnlyHere,
        List<String> fieldsOnlyThere) {
    boolean isSame() {
        return here.isPresent() == there.isPresent()
                && onlyHere.isEmpty()
                && onlyThere.isEmpty()
                && positions == 0
                && fields.isEmpty()
                && fieldsOnlyThere.isEmpty();
    }

    /// @param tolerance by how much two numbers may differ, in percent of the larger
    static ListDifference of(String list, Optional<TickerList> here, Optional<TickerList> there, double tolerance) {
        Map<String, Ticker> ours = bySymbol(here);
        Map<String, Ticker> theirs = bySymbol(there);
        List<String> both = new ArrayList<>(ours.keySet());
        both.retainAll(theirs.keySet());
        List<String> theirOrder = new ArrayList<>(theirs.keySet());
        theirOrder.retainAll(ours.keySet());
        Set<String> fieldsHere = fields(both, ours);
        Set<String> fieldsThere = fields(both, theirs);
        List<FieldDifference> differences = new ArrayList<>();
        for (String field : fieldsHere) {
            if (fieldsThere.contains(field)) {
                difference(field, both, ours, theirs, tolerance).ifPresent(differences::add);
            }
        }
        return new ListDifference(
                list,
                here.map(each -> each.tickers().size()),
                there.map(each -> each.tickers().size()),
                here.flatMap(TickerList::newest),
                there.flatMap(TickerList::newest),
                both.size(),
                without(ours.keySet(), theirs.keySet()),
                without(theirs.keySet(), ours.keySet()),
                differentPlaces(symbols(here), symbols(there)),
                differentPlaces(both, theirOrder),
                differences,
                without(fieldsHere, fieldsThere),
                without(fieldsThere, fieldsHere));
    }

    private static List<String> symbols(Optional<TickerList> list) {
        return list.map(each -> each.tickers().stream().map(Ticker::symbol).toList())
                .orElse(List.of());
    }

    /// In the list's order; of a symbol that stands in it twice the first.
    private static Map<String, Ticker> bySymbol(Optional<TickerList> list) {
        Map<String, Ticker> tickers = new LinkedHashMap<>();
        list.ifPresent(each -> each.tickers().forEach(ticker -> tickers.putIfAbsent(ticker.symbol(), ticker)));
        return tickers;
    }

    private static List<String> without(Set<String> some, Set<String> others) {
        return some.stream().filter(each -> !others.contains(each)).toList();
    }

    private static int differentPlaces(List<String> some, List<String> others) {
        int different = Math.abs(some.size() - others.size());
        for (int i = 0; i < Math.min(some.size(), others.size()); i++) {
            different += some.get(i).equals(others.get(i)) ? 0 : 1;
        }
        return different;
    }

    private static Set<String> fields(List<String> symbols, Map<String, Ticker> tickers) {
        Set<String> fields = new TreeSet<>();
        symbols.forEach(symbol -> fields.addAll(values(symbol, tickers).keySet()));
        return fields;
    }

    private static Map<String, Object> values(String symbol, Map<String, Ticker> tickers) {
        Ticker ticker = tickers.get(symbol);
        return ticker == null ? Map.of() : ticker.values();
    }

    private static Optional<FieldDifference> difference(
            String field,
            List<String> symbols,
            Map<String, Ticker> ours,
            Map<String, Ticker> theirs,
            double tolerance) {
        int differ = 0;
        double largest = 0;
        @Nullable FieldDifference shown = null;
        for (String symbol : symbols) {
            Object here = values(symbol, ours).getOrDefault(field, FieldDifference.UNKNOWN);
            Object there = values(symbol, theirs).getOrDefault(field, FieldDifference.UNKNOWN);
            double by = distance(here, there);
            if (differs(here, there, tolerance)) {
                differ++;
                if (shown == null || by > largest) {
                    largest = by;
                    shown = new FieldDifference(field, differ, largest, symbol, here, there);
                }
            }
        }
        return shown == null
                ? Optional.empty()
                : Optional.of(new FieldDifference(field, differ, largest, shown.symbol(), shown.here(), shown.there()));
    }

    private static double distance(Object here, Object there) {
        if (here instanceof Double one && there instanceof Double other) {
            return Math.abs(one - other);
        }
        return 0;
    }

    private static boolean differs(Object here, Object there, double tolerance) {
        if (here instanceof Double one && there instanceof Double other) {
            return Math.abs(one - other) > tolerance / 100 * Math.max(Math.abs(one), Math.abs(other));
        }
        return !here.equals(there);
    }

    JsonObject toJson() {
        JsonObject differences = new JsonObject();
        fields.forEach(field -> differences.put(field.field(), field.toJson()));
        return new JsonObject()
                .put("list", list)
                .put("same", isSame())
                .put("here", side(here, newestHere))
                .put("there", side(there, newestThere))
                .put("both", both)
                .put("only_here", new JsonArray(onlyHere))
                .put("only_there", new JsonArray(onlyThere))
                .put("positions", positions)
                .put("moved", moved)
                .put("fields", differences)
                .put("fields_only_here", new JsonArray(fieldsOnlyHere))
                .put("fields_only_there", new JsonArray(fieldsOnlyThere));
    }

    private static JsonObject side(Optional<Integer> count, Optional<Instant> newest) {
        return new JsonObject()
                .put("count", count.orElse(null))
                .put("newest", newest.map(Instant::toString).orElse(null));
    }
}
