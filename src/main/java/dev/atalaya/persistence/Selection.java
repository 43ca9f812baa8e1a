package dev.atalaya.persistence;

import dev.atalaya.config.PersistenceSettings.Select;
import dev.atalaya.journal.ResultColumn;
import dev.atalaya.journal.ResultRow;
import dev.atalaya.persistence.SelectedRow.Sightings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What is kept of a range of scans. Not thread safe.
sealed interface Selection {
    /// Takes a scan's top, later ones later.
    void add(Instant time, List<ResultRow> rows);

    /// What is kept of those taken so far.
    List<SelectedRow> rows();

    static Selection of(Select policy) {
        return switch (policy) {
            case LATEST -> new Latest();
            case BEST -> new Best();
        };
    }

    /// The last ranking.
    final class Latest implements Selection {
        private List<SelectedRow> latest = List.of();

        @Override
        public void add(Instant time, List<ResultRow> rows) {
            latest = rows.stream()
                    .map(row -> new SelectedRow(time, row, Optional.empty()))
                    .toList();
        }

        @Override
        public List<SelectedRow> rows() {
            return latest;
        }
    }

    /// Each symbol as it was when it ranked best, the first time it did.
    final class Best implements Selection {
        private final Map<String, Symbol> symbols = new LinkedHashMap<>();

        private static final class Symbol {
            private final Instant firstSeen;
            private Instant lastSeen;
            private int times;
            private double highestScore = Double.NaN;
            private Instant bestTime;
            private ResultRow best;

            Symbol(Instant time, ResultRow row) {
                firstSeen = time;
                lastSeen = time;
                bestTime = time;
                best = row;
            }

            void see(Instant time, ResultRow row) {
                lastSeen = time;
                times++;
                highestScore = Double.isNaN(highestScore) ? score(row) : Math.max(highestScore, known(score(row)));
                if (rank(row) < rank(best)) {
                    best = row;
                    bestTime = time;
                }
            }

            private double known(double score) {
                return Double.isNaN(score) ? highestScore : score;
            }

            SelectedRow selected() {
                return new SelectedRow(
                        bestTime, best, Optional.of(new Sightings(firstSeen, lastSeen, times, highestScore)));
            }
        }

        private static double score(ResultRow row) {
            return row.values().get(ResultColumn.SCORE) instanceof Double score ? score : Double.NaN;
        }

        private static int rank(ResultRow row) {
            return row.values().get(ResultColumn.RANK) instanceof Integer rank ? rank : Integer.MAX_VALUE;
        }

        @Override
        public void add(Instant time, List<ResultRow> rows) {
            for (ResultRow row : rows) {
                symbols.computeIfAbsent(row.symbol(), symbol -> new Symbol(time, row))
                        .see(time, row);
            }
        }

        @Override
        public List<SelectedRow> rows() {
            List<SelectedRow> rows = new ArrayList<>(symbols.size());
            symbols.values().forEach(symbol -> rows.add(symbol.selected()));
            return rows;
        }
    }
}
